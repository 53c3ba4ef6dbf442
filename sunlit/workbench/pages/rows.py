"""Texts in work as the lists of the desk show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sunlit.plan.language import Plan
from sunlit.records import bundles, deadlines
from sunlit.records.models import Bundle, Work
from sunlit.records.states import Waits
from sunlit.records.steps import StepName
from sunlit.screens.words import say, unit_name

SOON = 5
"""Working days within which a text counts as due soon."""


@dataclass(frozen=True)
class Left:
    """How many working days are left, in words, and whether that is fine (met), pressing (due) or too late (late)."""

    day: date
    state: str
    words: str


@dataclass(frozen=True)
class TextRow:
    """A text in a list: what it is, what comes next, and by when."""

    pk: int
    title: str
    url: str
    kind: str
    unit: str
    author: str
    next: str
    note: str
    left: Left | None
    is_correction: bool
    findings: Sequence[str] = ()
    """What the guard warns of, where and what to do; whoever passes the text on ticks that they have seen it."""


def next_words(waits: str) -> str:
    """Return what a text waits for, in the reader's language."""
    return {
        Waits.AUTHOR: _("finish and hand in"),
        Waits.REVIEW: _("review"),
        Waits.LEGAL: _("legality review"),
        Waits.SECRECY: _("secrecy review"),
        Waits.APPROVE: _("approve"),
        Waits.RELEASE: _("release"),
        Waits.MINUTE: _("goes out by itself"),
    }[Waits(waits)]


def step_words(name: str) -> str:
    """Return what a step is called."""
    return {
        StepName.REVIEW: _("review"),
        StepName.LEGAL: _("legality review"),
        StepName.SECRECY: _("secrecy review"),
        StepName.APPROVE: _("approval"),
    }[StepName(name)]


def rows_of(plan: Plan, works: Iterable[Work], today: date) -> list[TextRow]:
    """Show texts, each with what is left of its time."""
    shown = list(works)
    gathered = bundles.open_of(one.revision_id for one in shown if one.waits_for == Waits.RELEASE)
    return [row_of(plan, work, today, gathered.get(work.revision_id)) for work in shown]


def row_of(plan: Plan, work: Work, today: date, bundle: Bundle | None = None) -> TextRow:
    """Show one text; ``bundle`` is the open one that it is in, if any."""
    revision = work.revision
    kind = plan.kinds.get(work.kind)
    label = say(kind.label) if kind else work.kind
    return TextRow(
        pk=revision.pk,
        title=revision.title or _("(%(kind)s without a title yet)") % {"kind": label},
        url=reverse("workbench:text", args=[revision.pk]),
        kind=label,
        unit=unit_name(revision.record.unit, short=True),
        author=str(work.author.get_full_name() or work.author.username) if work.author else "",
        next=next_words(Waits.MINUTE if bundle and bundle.scheduled_for else work.waits_for),
        note=_bundled(bundle) if bundle else _note(work),
        left=left_of(plan, work.due_on, today),
        is_correction=revision.number > 1,
    )


def left_of(plan: Plan, day: date | None, today: date) -> Left | None:
    """Say how many working days are left until a day; None where nothing is due."""
    if day is None:
        return None
    days = deadlines.working_days_left(today, day, plan.head.holidays)
    if day < today:
        words = ngettext("%d working day late", "%d working days late", max(1, -days)) % max(1, -days)
        return Left(day, "late", words)
    if days == 0:
        return Left(day, "late", _("today"))
    words = ngettext("%d working day", "%d working days", days) % days
    return Left(day, "due" if days <= SOON else "met", words)


def _bundled(bundle: Bundle) -> str:
    label = bundle.label or str(bundle.pk)
    if bundle.scheduled_for is None:
        return _("in the bundle “%(label)s”, no minute set") % {"label": label}
    return _("in the bundle “%(label)s”, set for %(at)s") % {"label": label, "at": _minute(bundle.scheduled_for)}


def _minute(at: datetime) -> str:
    return f"{localtime(at):%Y-%m-%d %H:%M}"


def _note(work: Work) -> str:
    revision = work.revision
    if work.waits_for == Waits.AUTHOR and revision.reason:
        return _("sent back: %(reason)s") % {"reason": revision.reason}
    if work.waits_for == Waits.MINUTE and revision.scheduled_for:
        return _("set for %(at)s") % {"at": _minute(revision.scheduled_for)}
    if revision.note:
        return _("correction: %(note)s") % {"note": revision.note}
    return ""
