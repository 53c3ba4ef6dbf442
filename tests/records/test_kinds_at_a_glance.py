"""Whole kinds at a glance: values by day, the latest of each unit, counts in groups."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sunlit import sight
from sunlit.records import acts, overviews
from tests.records.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

ANYONE = sight.anonymous()


def test_days_come_in_order_with_their_values(plan, publish):
    publish("award", awarded_on="2026-01-22", amount="3")
    publish("award", awarded_on="2026-01-20", amount="2.5")
    found = overviews.days(ANYONE, plan.kinds["award"], "awarded_on", "amount")
    assert [(one.day, one.value) for one in found] == [(date(2026, 1, 20), "250"), (date(2026, 1, 22), "300")]


def test_of_two_records_of_one_day_the_later_counts(plan, publish):
    publish("award", amount="1")
    later = publish("award", amount="2", now=NOW + timedelta(minutes=1))
    (found,) = overviews.days(ANYONE, plan.kinds["award"], "awarded_on", "amount")
    assert (found.value, found.slug) == ("200", later.slug)


def test_days_can_be_those_of_one_group(plan, publish):
    publish("notice", method="公开招标")
    publish("notice", method="单一来源", no="A-2")
    assert dict(overviews.groups(ANYONE, plan.kinds["notice"], "method")) == {"open": 1, "single": 1}


def test_counts_are_grouped_by_several_fields(plan, publish):
    for number in range(3):
        publish("notice", no=f"C-{number}", method="单一来源" if number else "公开招标")
    found = dict(overviews.counted(ANYONE, plan.kinds["notice"], ["method"]))
    assert found == {("open",): 1, ("single",): 2}


def test_of_each_unit_the_latest_is_shown_and_units_without_any_are_left_out(plan, publish):
    publish("contract", amount="1")
    publish("contract", amount="2", now=NOW + timedelta(minutes=1))
    publish("contract", amount="7", unit="water")
    found = overviews.latest_of_units(ANYONE, plan.kinds["contract"], ["market", "water", "county"])
    assert {code: row.payload["amount"] for code, row in found.items()} == {"market": 200, "water": 700}


def test_of_each_value_the_latest_is_shown(plan, publish):
    publish("notice", budget="1")
    publish("notice", budget="2", now=NOW + timedelta(minutes=1))
    found = overviews.latest_by(ANYONE, plan.kinds["notice"], "method")
    assert {code: row.payload["budget"] for code, row in found.items()} == {"open": 200}


def test_what_was_withdrawn_is_in_none_of_them(plan, publish, city):
    record = publish("notice")
    acts.withdraw(record, actor=city.approver, now=NOW, reason="公告有误")
    kind = plan.kinds["notice"]
    assert overviews.counted(ANYONE, kind, ["method"]) == []
    assert overviews.latest_of_units(ANYONE, kind, ["market"]) == {}
