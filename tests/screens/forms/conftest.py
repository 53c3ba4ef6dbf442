from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sunlit.plan.checks import Checked, check_directory
from sunlit.plan.language import Kind, Plan

PLANS = Path(__file__).resolve().parents[3] / "plans"
MINI = Path(__file__).resolve().parents[2] / "plan" / "mini"


@pytest.fixture(scope="session")
def suining() -> Checked:
    return check_directory(PLANS / "suining")


@pytest.fixture(scope="session")
def county() -> Checked:
    return check_directory(PLANS / "example-county")


@pytest.fixture(scope="session")
def mini() -> Checked:
    return check_directory(MINI)


@pytest.fixture(scope="session")
def plan(mini: Checked) -> Plan:
    assert mini.plan is not None
    return mini.plan


@pytest.fixture(scope="session")
def everything(plan: Plan) -> Kind:
    return plan.kinds["everything"]


@pytest.fixture(autouse=True)
def _store(tmp_path: Path, settings: Any, in_english: None) -> None:
    """Keep what is uploaded to oneself, and compare sentences with those in the code."""
    settings.FILES_ROOT = tmp_path / "files"
