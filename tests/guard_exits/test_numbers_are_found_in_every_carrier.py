"""An identity number and a bank card are found and stopped wherever a file can carry them.

Each carrier is read once by the real readers, with both numbers in it, and judged by Suining's rules. Together with
``tests/guard/cases`` these are the labelled cases of which none may be missed.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from sunlit.files.extraction.reading import read
from sunlit.guard import passages, rules
from sunlit.guard.findings import Finding, Severity
from sunlit.guard.judging import judge
from sunlit.guard.rules import Rules
from sunlit.plan.checks import check_directory
from tests.files.carriers import CARRIERS, Carrier
from tests.guard.labelled import CASES

IDENTITY, CARD = "11010519491231002X", "6222020200012345670"
NUMBERS = {"id-number": IDENTITY, "bank-card": CARD}
PLAN = Path(__file__).resolve().parents[2] / "plans" / "suining"
TODAY = date(2026, 11, 26)


@cache
def suining() -> Rules:
    plan = check_directory(PLAN).plan
    assert plan is not None
    return rules.of(plan)


@cache
def found_in(at: int) -> list[Finding]:
    carrier = CARRIERS[at]
    with TemporaryDirectory() as folder:
        path = Path(folder) / carrier.name
        path.write_bytes(carrier.make(f"{IDENTITY} {CARD}"))
        extract = read(path, carrier.type)
    return list(judge(passages.of_extract(carrier.name, extract), suining(), today=TODAY))


def label(value: Carrier | int) -> str:
    return f"{CARRIERS[value].name}: {CARRIERS[value].place}" if isinstance(value, int) else str(value)


@pytest.mark.parametrize("rule", NUMBERS)
@pytest.mark.parametrize("at", range(len(CARRIERS)), ids=label)
def test_a_number_stops_the_file_that_carries_it(at, rule):
    found = [one for one in found_in(at) if one.rule == rule]
    assert found, f"missed; what was found: {[(one.rule, one.place.part) for one in found_in(at)]}"
    assert {one.severity for one in found} == {Severity.BLOCK}
    assert not [one for one in found if IDENTITY in one.excerpt or CARD in one.excerpt]


@pytest.mark.parametrize("at", [at for at, one in enumerate(CARRIERS) if one.hidden], ids=label)
def test_a_hidden_place_is_named_as_hidden(at):
    carrier = CARRIERS[at]
    rule = {"metadata": "metadata", "text layer": "hidden-layer"}.get(str(carrier.hidden), "hidden-content")
    assert rule in {one.rule for one in found_in(at)}, [(one.rule, one.place.part) for one in found_in(at)]


def test_there_are_two_hundred_labelled_cases_over_all_carriers():
    speaking = [one for one in CASES if one["expects"]]
    assert len(speaking) + len(CARRIERS) * len(NUMBERS) >= 200
