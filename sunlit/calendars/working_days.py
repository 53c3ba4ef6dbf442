"""Which days are working days, and how many lie between two days: tables, no loops over days."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import accumulate

import holidays

FIRST_YEAR = 2001
LAST_YEAR = 2050


class OutsideCalendar(ValueError):
    """Tells that a day lies before or after the years of the calendar."""


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The working days of a run of whole years, numbered from 1.

    ``first`` is the ordinal of the first day; ``counts[i]`` is the number of working days up to and including day
    ``i``; ``dates`` are the working days in order; ``official`` are the years for which the government has settled
    make-up days (or an overlay says what it settled); dates in other years are provisional.
    """

    first: int
    counts: tuple[int, ...]
    dates: tuple[date, ...]
    official: Set[int]

    def count_to(self, day: date) -> int:
        """Return the number of working days from the beginning of the calendar up to and including a day."""
        place = day.toordinal() - self.first
        if place < 0 or place >= len(self.counts):
            raise OutsideCalendar(f"{day} lies outside the calendar, which begins on {date.fromordinal(self.first)}")
        return self.counts[place]

    def nth(self, number: int) -> date:
        """Return the working day with a number; the first working day of the calendar has number 1."""
        if not 1 <= number <= len(self.dates):
            raise OutsideCalendar(f"the calendar has no working day number {number}")
        return self.dates[number - 1]

    def is_working(self, day: date) -> bool:
        """Tell whether a day is a working day: a weekday that is no holiday, or a make-up day at a weekend."""
        count = self.count_to(day)
        return count > 0 and self.dates[count - 1] == day

    def is_official(self, year: int) -> bool:
        """Tell whether the days off of a year have been settled by the government; else they are provisional."""
        return year in self.official


def working_days(country: str = "CN", overlay: Mapping[date, bool] | None = None) -> WorkingDays:
    """Return the working days of a country, 2001 to 2050; built once per process.

    ``overlay`` maps a day to whether it is off; it takes precedence and makes its years official. It is how a notice
    of the State Council on next year's holidays is entered before a release of the ``holidays`` package knows it.
    """
    return _table(country, tuple(sorted((overlay or {}).items())))


@lru_cache(maxsize=16)
def _table(country: str, overlay: tuple[tuple[date, bool], ...]) -> WorkingDays:
    known = holidays.country_holidays(country, years=range(FIRST_YEAR, LAST_YEAR + 1))
    first, last = date(FIRST_YEAR, 1, 1).toordinal(), date(LAST_YEAR, 12, 31).toordinal()
    is_off = dict(overlay)
    days = [date.fromordinal(number) for number in range(first, last + 1)]
    working = [not is_off[day] if day in is_off else known.is_working_day(day) for day in days]
    return WorkingDays(
        first=first,
        counts=tuple(accumulate(working)),
        dates=tuple(day for day, works in zip(days, working, strict=True) if works),
        # A plain list of holidays can be computed for any year; make-up days exist only once a notice has set them.
        official=frozenset(day.year for day in (*known.weekend_workdays, *is_off)),
    )
