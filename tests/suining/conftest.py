from __future__ import annotations

from pathlib import Path

import pytest

from sunlit.plan.checks import Checked, check_directory
from sunlit.plan.language import Plan

PLAN = Path(__file__).resolve().parents[2] / "plans" / "suining"


@pytest.fixture(scope="session")
def directory() -> Path:
    return PLAN


@pytest.fixture(scope="session")
def checked() -> Checked:
    return check_directory(PLAN)


@pytest.fixture(scope="session")
def plan(checked: Checked) -> Plan:
    assert checked.plan is not None, [str(fault) for fault in checked.faults]
    return checked.plan
