from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from sunlit.guard import rules
from sunlit.guard.rules import Rules
from sunlit.plan.checks import check_directory
from sunlit.plan.language import Plan

PLANS = Path(__file__).resolve().parents[2] / "plans"
TODAY = date(2026, 11, 26)


@pytest.fixture(scope="session")
def plan() -> Plan:
    checked = check_directory(PLANS / "example-county")
    assert checked.plan is not None, [str(fault) for fault in checked.faults]
    return checked.plan


@pytest.fixture(scope="session")
def suining() -> Plan:
    checked = check_directory(PLANS / "suining")
    assert checked.plan is not None, [str(fault) for fault in checked.faults]
    return checked.plan


@pytest.fixture(scope="session")
def county_rules(plan: Plan) -> Rules:
    return rules.of(plan)


@pytest.fixture(scope="session")
def suining_rules(suining: Plan) -> Rules:
    return rules.of(suining)


@pytest.fixture(autouse=True)
def _remedies_as_in_the_code() -> Iterator[None]:
    with translation.override("en"):
        yield
