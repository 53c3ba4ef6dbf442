from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunlit.calendars import working_days
from sunlit.calendars.rules import elapsed_working_days, last_day, next_working_day

DAYS = working_days()
days = st.dates(date(2007, 1, 1), date(2035, 12, 31))
amounts = st.integers(0, 250)
units = st.sampled_from(["workday", "calendar_day", "week", "month", "year", "hour"])


@pytest.mark.parametrize(
    ("start", "amount", "unit", "end"),
    [
        pytest.param("2024-09-20", 20, "workday", "2024-10-23", id="over National Day with two make-up days"),
        pytest.param("2024-02-08", 1, "workday", "2024-02-09", id="a weekday before the Spring Festival"),
        pytest.param("2024-02-09", 1, "workday", "2024-02-18", id="the festival ends in a make-up Sunday"),
        pytest.param("2024-04-03", 1, "workday", "2024-04-07", id="make-up Sunday after Tomb-Sweeping Day"),
        pytest.param("2026-01-05", 20, "workday", "2026-02-02", id="make-up Sunday after New Year was before"),
        pytest.param("2025-06-07", 7, "workday", "2025-06-17", id="an event on a Saturday"),
        pytest.param("2025-06-06", 0, "workday", "2025-06-06", id="at once"),
        pytest.param("2025-06-07", 0, "workday", "2025-06-09", id="at once, on a Saturday"),
        pytest.param("2025-09-11", 20, "calendar_day", "2025-10-09", id="twenty days end within National Day"),
        pytest.param("2025-09-08", 20, "calendar_day", "2025-09-28", id="twenty days end on a make-up Sunday"),
        pytest.param("2025-01-31", 1, "month", "2025-02-28", id="a month without its 31st ends on its last day"),
        pytest.param("2024-02-29", 1, "year", "2025-02-28", id="a year from a leap day"),
        pytest.param("2025-08-30", 6, "month", "2026-02-28", id="half a year to a make-up Saturday"),
        pytest.param("2025-05-05", 1, "week", "2025-05-12", id="a week"),
        pytest.param("2025-05-02", 24, "hour", "2025-05-03", id="hours do not roll over a holiday"),
        pytest.param("2025-05-06", 5, "hour", "2025-05-07", id="five hours may end after midnight"),
    ],
)
def test_a_deadline_ends_on_the_day_the_law_says(start, amount, unit, end):
    assert last_day(date.fromisoformat(start), amount, unit, "deadline", DAYS) == date.fromisoformat(end)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "end"),
    [
        pytest.param("2025-09-11", 20, "calendar_day", "2025-10-01", id="days end where they end"),
        pytest.param("2025-09-08", 30, "calendar_day", "2025-10-08", id="also on a holiday"),
        pytest.param("2025-09-26", 5, "workday", "2025-10-10", id="working days are counted"),
        pytest.param("2025-06-07", 0, "workday", "2025-06-07", id="no minimum at all"),
        pytest.param("2025-05-05", 6, "month", "2025-11-05", id="months"),
    ],
)
def test_a_display_does_not_roll(start, amount, unit, end):
    assert last_day(date.fromisoformat(start), amount, unit, "display", DAYS) == date.fromisoformat(end)


@given(days, st.integers(1, 250))
def test_counting_the_working_days_one_by_one_gives_the_same_day(start, amount):
    day, left = start, amount
    while left:
        day += timedelta(1)
        left -= DAYS.is_working(day)
    assert last_day(start, amount, "workday", "deadline", DAYS) == day
    assert elapsed_working_days(start, day, DAYS) == amount


@given(days, amounts.filter(lambda n: n <= 60), units.filter(lambda unit: unit not in {"hour", "year"}))
def test_a_deadline_ends_on_a_working_day_and_never_before_the_display(start, amount, unit):
    deadline = last_day(start, amount, unit, "deadline", DAYS)
    display = last_day(start, amount, unit, "display", DAYS)
    assert DAYS.is_working(deadline)
    assert deadline == next_working_day(display, DAYS) >= display >= start


@given(days, amounts.filter(lambda n: n <= 10), units)
def test_a_longer_period_never_ends_earlier(start, amount, unit):
    assert last_day(start, amount, unit, "deadline", DAYS) <= last_day(start, amount + 1, unit, "deadline", DAYS)


@given(days, days, days)
def test_elapsed_working_days_add_up(one, two, three):
    whole = elapsed_working_days(one, three, DAYS)
    assert elapsed_working_days(one, two, DAYS) + elapsed_working_days(two, three, DAYS) == whole


@given(st.integers(1, 5000))
def test_number_and_day_of_a_working_day_belong_together(number):
    assert DAYS.count_to(DAYS.nth(number)) == number
    assert DAYS.is_working(DAYS.nth(number))


def test_a_negative_period_and_an_unknown_unit_are_refused():
    with pytest.raises(ValueError, match="negative"):
        last_day(date(2025, 1, 1), -1, "workday", "deadline", DAYS)
    with pytest.raises(ValueError, match="unit of time"):
        last_day(date(2025, 1, 1), 1, "fortnight", "deadline", DAYS)
