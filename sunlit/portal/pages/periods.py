"""How long it took from the event to publication, held against the limits of the plan and of the law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sunlit.calendars import OutsideCalendar, WorkingDays, rules, working_days
from sunlit.plan.language import Kind, Plan
from sunlit.plan.language.limits import Limit
from sunlit.portal.pages.measure import LimitView, limit_view
from sunlit.screens.words import say


@dataclass(frozen=True)
class Period:
    """One limit and whether publication came within it."""

    label: str
    limit: LimitView
    last_day: date
    is_met: bool
    words: str


@dataclass(frozen=True)
class Count:
    """The days from the event to publication, and how they are counted.

    ``days`` are the working days after the event up to and including the day of publication; ``is_provisional`` tells
    that the government had not settled the days off of that year when the calendar was made.
    """

    event: str
    began: date
    ended: date
    days: int
    words: str
    is_provisional: bool
    periods: list[Period]

    @property
    def is_met(self) -> bool:
        """Tell whether publication came within every limit."""
        return all(period.is_met for period in self.periods)

    @property
    def strictest(self) -> Period | None:
        """Return the limit that ended first, or None where the law sets none."""
        return min(self.periods, key=lambda period: period.last_day, default=None)


def count(plan: Plan, kind: Kind, payload: Mapping[str, Any], published_at: datetime | None) -> Count | None:
    """Count from the field that the kind names to publication; None where there is nothing to count."""
    declared = kind.field(kind.settings.counts_from) if kind.settings.counts_from else None
    began = _day(payload.get(declared.name)) if declared else None
    if declared is None or began is None or published_at is None:
        return None
    ended = timezone.localtime(published_at).date()
    days = working_days(plan.head.holidays)
    try:
        elapsed = rules.elapsed_working_days(began, ended, days)
        periods = _periods(plan, kind, began, ended, days)
    except OutsideCalendar:
        return None
    if elapsed < 0:
        return None
    provisional = not all(days.is_official(year) for year in (began.year, ended.year))
    return Count(say(declared.label), began, ended, elapsed, _day_words(elapsed), provisional, periods)


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _day_words(elapsed: int) -> str:
    """Say on which working day something came; the day of the event itself does not count (Civil Code art. 201)."""
    if elapsed == 0:
        return _("on the day itself, or before the next working day")
    return ngettext("working day %d", "working day %d", elapsed) % elapsed


def _periods(plan: Plan, kind: Kind, began: date, ended: date, days: WorkingDays) -> list[Period]:
    limits = [plan.limit(code, began) or plan.limits.get(code) for code in kind.settings.all_limits]
    return [_period(limit, began, ended, days) for limit in limits if limit and limit.rule == "deadline"]


def _period(limit: Limit, began: date, ended: date, days: WorkingDays) -> Period:
    last = rules.last_day(began, limit.amount, limit.unit, limit.rule, days)
    late = rules.elapsed_working_days(last, ended, days)
    words = _("within the limit")
    if ended > last:
        words = ngettext("%d working day after the limit", "%d working days after the limit", late) % late
    return Period(say(limit.label), limit_view(limit), last, ended <= last, words)
