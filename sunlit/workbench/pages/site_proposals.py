"""A proposed start page beside what stands, and the history of both, each version told from the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from sunlit.plan import selectors as plans
from sunlit.plan.language import Plan
from sunlit.plan.language.startpages import StartColumn
from sunlit.records.startpages import selectors as startpages
from sunlit.records.startpages.content import (
    Content,
    stored,
)
from sunlit.records.startpages.tables import UnitPageVersion, VersionState
from sunlit.screens.components import Link
from sunlit.screens.startpages import StartView
from sunlit.screens.words import joined, say, unit_name
from sunlit.units import permissions
from sunlit.units.models import Unit, User
from sunlit.units.roles import Verb
from sunlit.workbench.pages.sites import WIDTHS, name_of, view, way_to


@dataclass(frozen=True)
class Difference:
    """Something that a proposal changes; '' where there was or will be nothing."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class ProposalPage:
    """What stands and what is proposed, side by side; ``refusal`` says why this person cannot put it in force."""

    crumbs: list[Link]
    unit: str
    code: str
    public: str
    version: int
    number: int | None
    by: str
    at: datetime | None
    differences: Sequence[Difference]
    before: StartView
    after: StartView | None
    width: str
    widths: Sequence[Link]
    may_decide: bool
    may_edit: bool
    refusal: str
    empty: Sequence[str]


@dataclass(frozen=True)
class VersionRow:
    """A version in the history."""

    number: int
    state: str
    is_in_force: bool
    by: str
    at: datetime
    decided_by: str
    decided_at: datetime | None
    reason: str
    changes: Sequence[Difference]
    restore: str


@dataclass(frozen=True)
class SiteHistory:
    """Every version of a start page."""

    crumbs: list[Link]
    unit: str
    rows: Sequence[VersionRow]


def proposal_page(user: User, unit: Unit, *, width: str, today: date, refusal: str = "") -> ProposalPage:
    """Fill what stands beside what is proposed; without a proposal only what stands."""
    plan = plans.current()
    page = startpages.page_of(unit)
    waiting = startpages.proposed(page) if page else None
    standing = startpages.in_force(page) if page else None
    before = stored(standing.content) if standing else Content()
    after = stored(waiting.content) if waiting else None
    width = width if width in WIDTHS else "phone"
    shown_after = view(plan, unit, after, today) if after is not None else None
    return ProposalPage(
        crumbs=way_to(unit_name(unit)),
        unit=unit_name(unit),
        code=unit.code,
        public=reverse("portal:unit", args=[unit.code]),
        version=page.version if page else 0,
        number=waiting.number if waiting else None,
        by=name_of(waiting.proposed_by) if waiting else "",
        at=waiting.proposed_at if waiting else None,
        differences=differences(plan, startpages.completed(plan, unit, before), startpages.completed(plan, unit, after))
        if after is not None
        else [],
        before=view(plan, unit, before, today).for_readers(),
        after=shown_after,
        width=width,
        widths=[
            Link(_("Phone"), "" if width == "phone" else "?width=phone"),
            Link(_("Desktop"), "" if width == "desktop" else "?width=desktop"),
        ],
        may_decide=bool(waiting) and permissions.may(user, Verb.PUBLISH, unit),
        may_edit=permissions.may(user, Verb.WRITE, unit),
        refusal=refusal or _why_not(user, waiting),
        empty=[column.title for column in shown_after.columns if column.is_empty] if shown_after else [],
    )


def site_history(unit: Unit) -> SiteHistory:
    """Fill the history, each version compared with the one that was in force before it."""
    plan, page = plans.current(), startpages.page_of(unit)
    versions = startpages.versions(page) if page else []
    rows = []
    stood = startpages.usual(plan, unit)
    for one in reversed(versions):
        content = stored(one.content)
        rows.append(_version_row(plan, unit, one, stood))
        if one.state in (VersionState.IN_FORCE, VersionState.PAST):
            stood = startpages.completed(plan, unit, content)
    here = [Link(unit_name(unit), reverse("workbench:site", args=[unit.code])), Link(_("History"))]
    return SiteHistory(
        [*way_to()[:1], Link(_("Start page"), reverse("workbench:sites")), *here], unit_name(unit), rows[::-1]
    )


def differences(plan: Plan, before: Content, after: Content) -> list[Difference]:
    """Return what differs between two start pages, in words; columns are the same as long as their title is."""
    labels = {
        "opening": _("Opening"),
        "notice": _("Notice"),
        "notice_until": _("Notice shown until"),
        "address": _("Address"),
        "phone": _("Telephone"),
        "hours": _("Hours"),
    }
    found = [
        Difference(label, str(getattr(before, name) or ""), str(getattr(after, name) or ""))
        for name, label in labels.items()
        if getattr(before, name) != getattr(after, name)
    ]
    old = {column.title.zh: (n, column) for n, column in enumerate(before.columns, 1)}
    new = {column.title.zh: (n, column) for n, column in enumerate(after.columns, 1)}
    for title in dict.fromkeys([*new, *old]):
        words = [_column_words(plan, *side[title]) if title in side else "" for side in (old, new)]
        if words[0] != words[1]:
            found.append(Difference(_("Column “%s”") % title, *words))
    return found


def _column_words(plan: Plan, place: int, column: StartColumn) -> str:
    kinds = joined([say(plan.kinds[code].label) if code in plan.kinds else code for code in column.kinds])
    layouts = {"list": _("list"), "cards": _("cards"), "figures": _("figures")}
    parts = [
        _("place %d") % place,
        kinds,
        _("with all units below") if column.below else "",
        f"{column.field} = {column.value}" if column.field else "",
        _("%d rows") % column.rows if column.layout != "figures" else "",
        layouts[column.layout],
    ]
    return " · ".join(part for part in parts if part)


def _version_row(plan: Plan, unit: Unit, one: UnitPageVersion, stood: Content) -> VersionRow:
    return VersionRow(
        number=one.number,
        state=one.get_state_display(),
        is_in_force=one.state == VersionState.IN_FORCE,
        by=name_of(one.proposed_by),
        at=one.proposed_at,
        decided_by=name_of(one.decided_by),
        decided_at=one.decided_at,
        reason=one.reason,
        changes=differences(plan, stood, startpages.completed(plan, unit, stored(one.content))),
        restore=f"{reverse('workbench:site', args=[unit.code])}?version={one.number}",
    )


def _why_not(user: User, waiting: UnitPageVersion | None) -> str:
    if waiting is not None and user.pk in waiting.authors:
        return _("You have a hand in this proposal. Someone else puts it in force: ask a colleague.")
    return ""
