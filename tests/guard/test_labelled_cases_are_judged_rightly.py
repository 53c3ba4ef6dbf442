"""Every labelled case raises exactly its findings; no excerpt repeats a datum; one click leaves nothing to find."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from sunlit.guard.findings import Finding, Passage
from sunlit.guard.judging import judge
from sunlit.guard.rules import Rules
from tests.guard.conftest import TODAY
from tests.guard.labelled import CASES, name_of, passages_of

PERSONAL = ("id-number", "old-id-number", "bank-card", "mobile", "landline", "passport", "e-mail", "plate", "address")


@pytest.fixture
def rules(county_rules: Rules) -> Rules:
    # The county does without plates; here they are judged as well.
    return replace(county_rules, severities={**county_rules.severities, "plate": "warn"}, _kinds={})


def found_in(case: dict[str, Any], rules: Rules) -> list[tuple[Passage, Finding]]:
    by_place = {passage.place: passage for passage in passages_of(case)}
    return [(by_place[finding.place], finding) for finding in judge(by_place.values(), rules, today=TODAY)]


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_exactly_its_rules_speak(case: dict[str, Any], rules: Rules) -> None:
    assert Counter(finding.rule for _, finding in found_in(case, rules)) == Counter(case["expects"])


@pytest.mark.parametrize("case", [case for case in CASES if case["expects"]], ids=name_of)
def test_no_excerpt_repeats_what_was_found(case: dict[str, Any], rules: Rules) -> None:
    data = [
        p.text[f.start : f.end] for p, f in found_in(case, rules) if f.rule in PERSONAL or f.rule in ("name", "minor")
    ]
    for _, finding in found_in(case, rules):
        for datum in data:
            assert datum not in finding.excerpt
            digits = re.sub("[^0-9]", "", datum)
            assert len(digits) < 8 or digits not in re.sub("[^0-9]", "", finding.excerpt)


@pytest.mark.parametrize("case", [case for case in CASES if case["expects"]], ids=name_of)
def test_one_click_leaves_nothing_to_find_and_a_second_changes_nothing(case: dict[str, Any], rules: Rules) -> None:
    for passage, finding in found_in(case, rules):
        if finding.masked is None:
            continue
        text = passage.text[: finding.start] + finding.masked + passage.text[finding.end :]
        again = list(judge([replace(passage, text=text)], rules, today=TODAY))
        end = finding.start + len(finding.masked)
        assert not [one for one in again if one.start < end and one.end > finding.start and one.rule == finding.rule]
        assert list(judge([replace(passage, text=finding.masked)], rules, today=TODAY)) == []


def test_there_are_enough_cases_of_every_rule_about_text() -> None:
    assert len(CASES) >= 200
    told = Counter(rule for case in CASES for rule in case["expects"])
    assert all(
        told[rule] >= 2 for rule in (*PERSONAL[:1], *PERSONAL[2:], "name", "minor", "health", "secret", "internal")
    )
    assert sum(not case["expects"] for case in CASES) >= 60
