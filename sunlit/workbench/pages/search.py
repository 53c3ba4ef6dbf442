"""Search as staff tend it: promoted answers, synonyms, what is asked often, and what is asked in vain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from sunlit.asked import counting
from sunlit.asked.models import Promotion, Synonyms
from sunlit.plan import selectors as plans
from sunlit.screens.components import Link
from sunlit.units import permissions, selectors
from sunlit.units.models import User
from sunlit.units.roles import Verb

_MOST = 200


@dataclass(frozen=True)
class PromotionRow:
    """A promoted answer and when it is shown."""

    pk: int
    query: str
    title: str
    address: str
    since: date
    until: date | None
    state: str
    by: str


@dataclass(frozen=True)
class SynonymsRow:
    """A group of synonyms; one of the plan has no number and is changed in the plan."""

    pk: int
    words: list[str]
    by: str


@dataclass(frozen=True)
class AskedRow:
    """A query and in how many minutes of the last days it was asked."""

    query: str
    url: str
    minutes: int


@dataclass(frozen=True)
class SearchPage:
    """Everything about search that staff may see; what was typed and refused stands in ``values`` with ``problem``."""

    crumbs: list[Link]
    may_change: bool
    today: date
    minutes: int
    promotions: list[PromotionRow]
    synonyms: list[SynonymsRow]
    planned: list[SynonymsRow]
    hot: list[AskedRow]
    missed: list[AskedRow]
    values: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""


def may_change(user: User) -> bool:
    """Tell whether a person may publish for the whole city, and so say what search answers."""
    root = selectors.root()
    return root is not None and permissions.may(user, Verb.PUBLISH, root)


def may_see(user: User) -> bool:
    """Tell whether a person tends search, or watches over the whole city."""
    root = selectors.root()
    return root is not None and (may_change(user) or permissions.may(user, Verb.SEE_OVERSIGHT, root))


def search_page(user: User, *, today: date, values: Mapping[str, str] | None = None, problem: str = "") -> SearchPage:
    """Fill the page."""
    promoted = Promotion.objects.select_related("by").order_by("-since", "-pk")[:_MOST]
    added = Synonyms.objects.select_related("by").order_by("-pk")[:_MOST]
    return SearchPage(
        crumbs=[Link(_("Today"), reverse("workbench:today")), Link(_("Search"))],
        may_change=may_change(user),
        today=today,
        minutes=counting.MINUTES,
        promotions=[_promotion(one, today) for one in promoted],
        synonyms=[SynonymsRow(one.pk, list(one.words), _name(one.by)) for one in added],
        planned=[SynonymsRow(0, list(one.words), "") for one in plans.current().document.synonyms],
        hot=_asked(today, found=True),
        missed=_asked(today, found=False),
        values=values or {},
        problem=problem,
    )


def _promotion(one: Promotion, today: date) -> PromotionRow:
    if today < one.since:
        state = _("not yet shown")
    elif one.until is not None and one.until < today:
        state = _("over")
    else:
        state = _("shown")
    return PromotionRow(one.pk, one.query, one.title, one.address, one.since, one.until, state, _name(one.by))


def _asked(today: date, *, found: bool) -> list[AskedRow]:
    return [
        AskedRow(query, f"{reverse('portal:find')}?{urlencode({'q': query})}", minutes)
        for query, minutes in counting.often(today, found=found)
    ]


def _name(user: User | None) -> str:
    return user.get_username() if user else ""
