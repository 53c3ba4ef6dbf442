"""Texts that are released together: gathered, given a minute, released in one moment or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from sunlit import sight
from sunlit.plan import selectors as plans
from sunlit.records import bundles, desk
from sunlit.records.bundled import Bundle, BundleState
from sunlit.records.models import Record, Revision, Work
from sunlit.records.states import Waits
from sunlit.screens.components import Link
from sunlit.screens.words import say, unit_name
from sunlit.units.models import User
from sunlit.units.roles import Verb
from sunlit.workbench.pages.rows import TextRow, rows_of


@dataclass(frozen=True)
class BundleRow:
    """A bundle in the list."""

    label: str
    url: str
    texts: int
    scheduled_for: str
    reason: str


@dataclass(frozen=True)
class BundlesPage:
    """The bundles that are open, and the approved texts of which a new one can be made."""

    crumbs: list[Link]
    bundles: list[BundleRow]
    free: list[TextRow]
    suggested: list[int]


@dataclass(frozen=True)
class MemberRow:
    """A text of a bundle."""

    pk: int
    title: str
    url: str
    kind: str
    unit: str
    state: str
    is_ready: bool


@dataclass(frozen=True)
class BundlePage:
    """One bundle."""

    crumbs: list[Link]
    pk: int
    label: str
    state: str
    is_open: bool
    scheduled_for: str
    reason: str
    members: list[MemberRow]
    free: list[TextRow]
    today: date


def bundles_page(user: User, viewer: sight.Viewer, *, today: date, wanted: Sequence[int]) -> BundlesPage:
    """Fill the list of open bundles; ``wanted`` are texts that are to be put into a new one."""
    plan = plans.current()
    return BundlesPage(
        crumbs=_crumbs(),
        bundles=[_row(one) for one in _seen(user, viewer)[:100]],
        free=rows_of(plan, _free(user, viewer), today),
        suggested=list(wanted),
    )


def bundle_page(user: User, viewer: sight.Viewer, pk: int, *, today: date) -> BundlePage | None:
    """Fill the page of one bundle; None if it holds nothing on which this person works."""
    found = bundle_for(user, viewer, pk)
    if found is None:
        return None
    plan = plans.current()
    is_open = found.state == BundleState.OPEN
    return BundlePage(
        crumbs=_crumbs(Link(_label(found))),
        pk=found.pk,
        label=_label(found),
        state=str(found.get_state_display()),
        is_open=is_open,
        scheduled_for=_minute(found),
        reason=found.reason,
        members=[_member(one) for one in bundles.texts(found)],
        free=rows_of(plan, _free(user, viewer), today) if is_open else [],
        today=today,
    )


def bundle_for(user: User, viewer: sight.Viewer, pk: int) -> Bundle | None:
    """Return a bundle if a person made it or works on every text in it."""
    return _seen(user, viewer, only_open=False).filter(pk=pk).first()


def _seen(user: User, viewer: sight.Viewer, *, only_open: bool = True) -> QuerySet[Bundle]:
    rows = bundles.open_bundles() if only_open else Bundle.objects.all()
    workable = sight.workable(viewer, Record.objects.all())
    strange = Bundle.objects.filter(members__revision__in=Revision.objects.exclude(record__in=workable))
    return (
        rows.filter(Q(created_by=user) | Q(members__revision__record__in=workable)).exclude(pk__in=strange).distinct()
    )


def _free(user: User, viewer: sight.Viewer) -> list[Work]:
    """Return the approved texts that this person may release and that are in no bundle."""
    rows = desk.mine(user, viewer).filter(waits_for=Waits.RELEASE, revision__membership=None)
    return [one for one in desk.page(rows, None) if desk.may(user, Verb.PUBLISH, one.revision.record, one.revision)]


def _row(found: Bundle) -> BundleRow:
    url = reverse("workbench:bundle", args=[found.pk])
    return BundleRow(_label(found), url, found.members.count(), _minute(found), found.reason)


def _member(revision: Revision) -> MemberRow:
    kind = plans.current().kinds.get(revision.record.kind)
    return MemberRow(
        pk=revision.pk,
        title=revision.title,
        url=reverse("workbench:text", args=[revision.pk]),
        kind=say(kind.label) if kind else revision.record.kind,
        unit=unit_name(revision.record.unit, short=True),
        state=str(revision.get_state_display()),
        is_ready=revision.state in ("approved", "live"),
    )


def _label(found: Bundle) -> str:
    return found.label or _("bundle %(number)d") % {"number": found.pk}


def _minute(found: Bundle) -> str:
    return f"{localtime(found.scheduled_for):%Y-%m-%d %H:%M}" if found.scheduled_for else ""


def _crumbs(*more: Link) -> list[Link]:
    return [Link(_("Today"), reverse("workbench:today")), Link(_("Bundles"), reverse("workbench:bundles")), *more]
