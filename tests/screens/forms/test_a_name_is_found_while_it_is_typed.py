"""Among thousands of units and divisions the one that is meant is found by any of its names."""

from __future__ import annotations

import time

import pytest

from sunlit.plan.payload import cleaner
from sunlit.screens.forms import lookups


def test_units_are_found_by_name_short_name_alias_and_code(plan):
    for asked in ("甲县", "lt-finance", "财政"):
        assert lookups.find(plan, "unit", asked), asked


@pytest.mark.parametrize("asked", ["", "  ", "no such thing", "\0", "%", "'"])
def test_what_nothing_is_called_finds_nothing(plan, asked):
    assert lookups.find(plan, "unit", asked) == []


def test_only_units_and_regions_are_looked_for(plan):
    assert lookups.find(plan, "person", "甲") == []


def test_what_is_proposed_is_taken_whatever_it_is_called(suining):
    plan = suining.plan
    kind = next(kind for kind in plan.kinds.values() if any(one.type == "unit" for one in kind.fields))
    field = next(one for one in kind.fields if one.type == "unit")
    for unit in plan.units.values():
        written = lookups.written(plan, "unit", unit.code)
        value = [written] if field.multiple else written
        found = cleaner(kind, plan).clean({field.name: value}).payload[field.name]
        assert found == ([unit.code] if field.multiple else unit.code)


def test_looking_takes_no_time(suining):
    lookups.find(suining.plan, "unit", "局")
    began = time.process_time()
    for asked in ("局", "遂宁", "船山区人民", "zz"):
        assert len(lookups.find(suining.plan, "unit", asked)) <= lookups.MOST
    assert time.process_time() - began < 0.1
