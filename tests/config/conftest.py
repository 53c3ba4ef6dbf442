"""Instances for tests of what an operator does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.config.instances import Instance, another


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """Prepare one instance for all tests to copy."""
    template = another(None, tmp_path_factory.mktemp("prepared") / "home")
    template.sunlit("init")
    return template


@pytest.fixture
def instance(prepared: Instance, tmp_path: Path) -> Instance:
    return another(prepared, tmp_path / "home")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Instance:
    """Give a host on which nothing has been prepared."""
    return another(None, tmp_path / "elsewhere")


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Give the folder for backups."""
    return tmp_path / "backups"
