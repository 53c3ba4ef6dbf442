"""The calendar against the State Council's notices (``tests/data/holidays``)."""

import json
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from sunlit.calendars import OutsideCalendar, working_days

NOTICES = Path(__file__).parent.parent / "data" / "holidays"
YEARS = range(2007, 2027)


@cache
def noticed() -> dict[date, bool]:
    """Map every day named in a notice to whether it is off; a notice also names days of the year before."""
    notices = [json.loads(path.read_text()) for path in sorted(NOTICES.glob("*.json"))]
    return {date.fromisoformat(day["date"]): day["isOffDay"] for notice in notices for day in notice["days"]}


def days_of(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(n) for n in range(366) if (date(year, 1, 1) + timedelta(n)).year == year]


@pytest.mark.parametrize("year", YEARS)
def test_every_day_is_off_or_worked_as_the_notice_says(year):
    calendar = working_days()
    wrong = [day for day in days_of(year) if calendar.is_working(day) == noticed().get(day, day.weekday() >= 5)]
    assert wrong == []


def test_years_with_a_notice_are_official_and_later_ones_provisional():
    calendar = working_days()
    assert all(calendar.is_official(year) for year in YEARS)
    assert not calendar.is_official(2035)
    assert not calendar.is_official(1999)


def test_an_overlay_takes_precedence_and_makes_its_year_official():
    moved = {date(2035, 1, 6): False, date(2035, 1, 8): True}
    before, after = working_days(), working_days(overlay=moved)
    assert not before.is_working(date(2035, 1, 6))
    assert before.is_working(date(2035, 1, 8))
    assert after.is_working(date(2035, 1, 6))
    assert not after.is_working(date(2035, 1, 8))
    assert after.is_official(2035)
    assert not after.is_official(2034)


def test_a_calendar_is_built_once():
    assert working_days() is working_days("CN", {})


@pytest.mark.parametrize("day", [date(1949, 10, 1), date(2000, 12, 31), date(2051, 1, 1), date.max])
def test_days_outside_the_calendar_are_refused(day):
    with pytest.raises(OutsideCalendar):
        working_days().count_to(day)


def test_working_days_outside_the_calendar_are_refused():
    with pytest.raises(OutsideCalendar):
        working_days().nth(0)
    with pytest.raises(OutsideCalendar):
        working_days().nth(10**6)
