"""A text made to be hard, fifty thousand characters long, is judged in a moment."""

from __future__ import annotations

import time

import pytest

from sunlit.guard.findings import Passage, Place
from sunlit.guard.judging import judge
from sunlit.guard.rules import Rules
from tests.guard.conftest import TODAY

HARD = {
    "spaces around a marking": "密公开\n" + " " * 50_000 + "x",
    "one long row of digits": "1" * 50_000,
    "single digits with spaces": "1 " * 25_000,
    "thousands of numbers": "510903199001011238 " * 2_500,
    "people without end": "学生张" * 16_000,
    "houses without a room": "1号" * 25_000 + "室",
    "villages": "村" * 50_000 + "组号室",
    "an address of letters": "a" * 50_000 + "@",
    "labels": "姓名：" * 16_000,
    "damaged": "ä¸" * 25_000,
    "open braces": "{{" * 25_000,
}


@pytest.mark.parametrize("name", HARD)
def test_it_is_judged_in_a_moment(name: str, county_rules: Rules) -> None:
    began = time.process_time()
    for _ in judge([Passage(Place(field="body"), HARD[name])], county_rules, today=TODAY):
        pass
    assert time.process_time() - began < 5
