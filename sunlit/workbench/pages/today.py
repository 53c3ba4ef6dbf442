"""What waits for a person, a unit, or a unit with all below it; the most urgent first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sunlit import sight
from sunlit.plan import selectors as plans
from sunlit.records import desk
from sunlit.records.desk import Place
from sunlit.records.errands import selectors as errands
from sunlit.records.models import LaterReview, Notice, Record, Work
from sunlit.records.states import Waits
from sunlit.screens.components import Link
from sunlit.screens.words import unit_name
from sunlit.units.models import User
from sunlit.workbench.pages.jobs import JobRow
from sunlit.workbench.pages.jobs import rows_of as rows_of_jobs
from sunlit.workbench.pages.rows import Left, TextRow, left_of, next_words, rows_of

SCOPES = ("me", "unit", "below")


@dataclass(frozen=True)
class Tab:
    """A way to look at the list."""

    label: str
    url: str
    is_current: bool
    count: int | None = None


@dataclass(frozen=True)
class ReviewRow:
    """An emergency that someone else has to look at afterwards."""

    title: str
    url: str
    what: str
    unit: str
    reason: str
    left: Left | None


@dataclass(frozen=True)
class TodayPage:
    """The first page of the desk."""

    heading: str
    scopes: list[Tab]
    steps: list[Tab]
    later: list[ReviewRow]
    jobs: list[JobRow]
    rows: list[TextRow]
    further: str
    starts: list[Link]
    can_write: bool
    scope: str


def today(
    user: User, viewer: sight.Viewer, *, day: date, scope: str, waits: str, after: Place | None, starts: list[Link]
) -> TodayPage:
    """Fill the first page of the desk; ``waits`` narrows the list to one step."""
    plan = plans.current()
    scope = scope if scope in SCOPES else "me"
    rows = _rows(user, viewer, scope)
    counts = desk.counts(rows)
    waits = waits if waits in counts else ""
    found = desk.page(rows.filter(waits_for=waits) if waits else rows, after)
    shown = found[: desk.PAGE]
    later = _later(user, viewer, day) if scope == "me" and after is None else []
    jobs = rows_of_jobs(errands.mine(user, viewer)[: desk.PAGE]) if scope == "me" and after is None else []
    return TodayPage(
        heading=_heading(sum(counts.values()) + len(later) + len(jobs), scope),
        scopes=[Tab(label, f"?scope={name}", name == scope) for name, label in _scopes()],
        steps=_steps(counts, scope, waits),
        later=later,
        jobs=jobs,
        rows=rows_of(plan, shown, day),
        further=_further(shown[-1], scope, waits) if len(found) > desk.PAGE else "",
        starts=starts,
        can_write=bool(starts),
        scope=scope,
    )


def count(user: User, viewer: sight.Viewer) -> int:
    """Return how much waits for a person."""
    later = desk.takedowns(user, viewer).count() + desk.later_reviews(user, viewer).count()
    return desk.mine(user, viewer).count() + later + errands.mine(user, viewer).count()


def _rows(user: User, viewer: sight.Viewer, scope: str) -> QuerySet[Work]:
    if scope == "me":
        return desk.mine(user, viewer)
    return desk.of_paths(viewer, viewer.works_at, exactly=scope == "unit")


def _scopes() -> tuple[tuple[str, str], ...]:
    return (("me", _("For me")), ("unit", _("My unit")), ("below", _("My unit and all below")))


def _heading(number: int, scope: str) -> str:
    if scope != "me":
        return ngettext("%d text in work", "%d texts in work", number) % number
    if not number:
        return _("Nothing waits for you today")
    return ngettext("Today, this %d thing first", "Today, these %d things first", number) % number


def _steps(counts: dict[str, int], scope: str, waits: str) -> list[Tab]:
    if len(counts) < 2:
        return []
    tabs = [Tab(_("Everything"), f"?scope={scope}", not waits, sum(counts.values()))]
    return tabs + [
        Tab(next_words(step), f"?scope={scope}&waits={step}", step == waits, counts[step])
        for step in Waits.values
        if step in counts
    ]


def _further(last: Work, scope: str, waits: str) -> str:
    place = f"{last.due_on.isoformat() if last.due_on else ''}.{last.pk}"
    return f"?scope={scope}&waits={waits}&after={place}"


def _later(user: User, viewer: sight.Viewer, day: date) -> list[ReviewRow]:
    plan = plans.current()
    rows = [_takedown(notice) for notice in desk.takedowns(user, viewer)[: desk.PAGE]]
    rows += [_emergency(later) for later in desk.later_reviews(user, viewer)[: desk.PAGE]]
    return [
        ReviewRow(title, url, what, unit_name(record.unit, short=True), reason, left_of(plan, due, day))
        for title, url, what, record, reason, due in rows
    ]


Row = tuple[str, str, str, Record, str, date | None]


def _takedown(notice: Notice) -> Row:
    record = notice.record
    url = reverse("workbench:later", args=["takedown", notice.pk])
    return record.index_no or str(record), url, _("review the takedown"), record, notice.reason, notice.review_due


def _emergency(later: LaterReview) -> Row:
    record = later.revision.record
    url = reverse("workbench:later", args=["publication", later.pk])
    return later.revision.title, url, _("review the emergency publication"), record, later.reason, later.due
