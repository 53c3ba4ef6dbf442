"""Every limit of a kind, counted from the day that the text gives; the strictest comes first."""

from __future__ import annotations

from datetime import date

import pytest

from sunlit.records import acts, deadlines
from sunlit.records.models import Work
from tests.records.conftest import NOW

FORMED = {"formed_on": "2026-02-27"}
BEGUN = date(2026, 3, 2)


def test_the_strictest_limit_comes_first(plan):
    found = deadlines.deadlines(plan, plan.kinds["rule"], FORMED, begun=BEGUN)
    assert [(one.limit.id, one.last_day) for one in found] == [
        ("PUB-7", date(2026, 3, 6)),
        ("PUB-20", date(2026, 3, 26)),
    ]


def test_without_a_day_in_the_text_the_count_begins_with_the_writing(plan):
    first = deadlines.strictest(plan, plan.kinds["rule"], {}, begun=BEGUN)
    assert (first.counted_from, first.is_stated, first.last_day) == (BEGUN, False, date(2026, 3, 9))


def test_a_kind_without_limits_is_never_due(plan):
    assert deadlines.strictest(plan, plan.kinds["penalty"], FORMED, begun=BEGUN) is None


@pytest.mark.parametrize(
    ("today", "left"),
    [(date(2026, 3, 6), 0), (date(2026, 3, 5), 1), (date(2026, 3, 8), 0), (date(2026, 3, 9), -1)],
    ids=["on the last day", "the day before", "on the Sunday after", "on the Monday after"],
)
def test_what_is_left_is_told_in_working_days(today, left):
    assert deadlines.working_days_left(today, date(2026, 3, 6), "CN") == left


@pytest.mark.django_db
@pytest.mark.both_databases
def test_the_day_moves_with_the_text(draft, city):
    text = draft("rule")
    acts.edit(text, {**text.data, "formed_on": "2026-03-02"}, actor=city.editor, now=NOW)
    assert Work.objects.get(pk=text.pk).due_on == date(2026, 3, 9)
