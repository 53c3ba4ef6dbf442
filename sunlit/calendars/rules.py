"""The last day of a period: a deadline, which rolls over days off, or a minimum display, which does not."""

from __future__ import annotations

from datetime import date
from typing import Literal

from sunlit.calendars.working_days import WorkingDays

Unit = Literal["workday", "calendar_day", "week", "month", "year", "hour"]
Kind = Literal["deadline", "display"]


def last_day(start: date, amount: int, unit: Unit, kind: Kind, days: WorkingDays) -> date:
    """Return the last day of a period; the day of the event does not count (Civil Code art. 201).

    A ``deadline`` whose last day is a day off ends on the next working day (art. 203); a ``display`` is a minimum: it
    ends where it ends. A month without a corresponding day ends on its last day (art. 202). Hours are counted from the
    event itself (art. 201), so they never roll, and a started day is a day. Raises ValueError for a negative amount or
    an unknown unit, OutsideCalendar beyond the years of the calendar.
    """
    if amount < 0:
        raise ValueError("a period cannot be negative")
    if unit == "workday" and amount:
        return days.nth(days.count_to(start) + amount)
    end = _plain_end(start, amount, unit)
    return end if kind == "display" or unit == "hour" else next_working_day(end, days)


def next_working_day(day: date, days: WorkingDays) -> date:
    """Return the day itself if it is a working day, else the first one after it (Civil Code art. 203)."""
    return day if days.is_working(day) else days.nth(days.count_to(day) + 1)


def elapsed_working_days(start: date, end: date, days: WorkingDays) -> int:
    """Return the number of working days after one day up to and including another; negative if that lies before."""
    return days.count_to(end) - days.count_to(start)


def _plain_end(start: date, amount: int, unit: Unit) -> date:
    match unit:
        case "calendar_day" | "workday":
            return date.fromordinal(start.toordinal() + amount)
        case "week":
            return date.fromordinal(start.toordinal() + 7 * amount)
        case "hour":
            return date.fromordinal(start.toordinal() + -(-amount // 24))
        case "month":
            return _months_later(start, amount)
        case "year":
            return _months_later(start, 12 * amount)
    raise ValueError(f"no such unit of time: {unit!r}")


def _months_later(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    length = date.fromordinal(following.toordinal() - 1).day
    return date(year, month + 1, min(start.day, length))
