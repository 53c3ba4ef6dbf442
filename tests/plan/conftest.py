from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sunlit.plan.checks import Checked, check_directory
from sunlit.plan.language import Plan

MINI = Path(__file__).parent / "mini"

Plant = Callable[[str, str, str], Checked]


@pytest.fixture(scope="session")
def checked() -> Checked:
    return check_directory(MINI)


@pytest.fixture(scope="session")
def plan(checked: Checked) -> Plan:
    assert checked.plan is not None, [str(fault) for fault in checked.faults]
    return checked.plan


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MINI, tmp_path / "mini"))


@pytest.fixture
def plant(copy: Path) -> Plant:
    """Return a function that replaces a text in one file of a copy of the small plan and checks the copy."""

    def plant(file: str, old: str, new: str) -> Checked:
        path = copy / file
        content = path.read_text()
        assert content.count(old) >= 1, f"{old!r} does not stand in {file}"
        path.write_text(content.replace(old, new, 1))
        return check_directory(copy)

    return plant


@pytest.fixture(autouse=True)
def _sentences_as_in_the_code(in_english: None) -> None:
    """Compare sentences with those in the code."""
