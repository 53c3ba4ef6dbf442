"""By when a text has to be public: every limit that its kind names, counted from the day that the text itself gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sunlit.calendars import OutsideCalendar, rules, working_days
from sunlit.plan.language import Kind, Plan
from sunlit.plan.language.limits import Limit


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day under one limit, and from which day it was counted.

    ``is_stated`` tells whether the text gives that day; else it is the day on which writing began.
    """

    limit: Limit
    counted_from: date
    is_stated: bool
    last_day: date


def deadlines(plan: Plan, kind: Kind, payload: Mapping[str, Any], *, begun: date) -> list[Deadline]:
    """Return the deadline under each limit of a kind, the strictest first; display periods are none.

    Counted from the field that the kind names (Regulation on open government information art. 26: from the day on
    which the information was formed or changed); while that is empty, from the day on which writing began.
    """
    stated = _day(payload.get(kind.settings.counts_from)) if kind.settings.counts_from else None
    start = stated or begun
    limits = (plan.limit(code, start) or plan.limits.get(code) for code in kind.settings.all_limits)
    days = working_days(plan.head.holidays)
    found = []
    for limit in limits:
        if limit is None or limit.rule != "deadline":
            continue
        try:
            last = rules.last_day(start, limit.amount, limit.unit, limit.rule, days)
        except OutsideCalendar:
            continue
        found.append(Deadline(limit, start, stated is not None, last))
    return sorted(found, key=lambda one: one.last_day)


def strictest(plan: Plan, kind: Kind, payload: Mapping[str, Any], *, begun: date) -> Deadline | None:
    """Return the deadline that ends first, or None where no limit runs."""
    return next(iter(deadlines(plan, kind, payload, begun=begun)), None)


def working_days_left(today: date, last_day: date, country: str) -> int:
    """Return how many working days are left up to and including the last one; negative once it is past."""
    return rules.elapsed_working_days(today, last_day, working_days(country))


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
