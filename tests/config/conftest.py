"""Instances of their own for processes that really run, and for what an operator does with them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.config.instances import Instance, another

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="package")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of an instance of its own, prepared, on SQLite."""
    unwanted = ("SUNLIT_HOST", "SUNLIT_LEDGER_ORIGIN", "SUNLIT_DEMO", "DATABASE_URL")
    found = {key: value for key, value in os.environ.items() if key not in unwanted}
    home = tmp_path_factory.mktemp("home")
    found |= {"SUNLIT_HOME": str(home), "DJANGO_SETTINGS_MODULE": "sunlit.config.settings"}
    subprocess.run([sys.executable, "-m", "sunlit.cli", "init"], env=found, cwd=ROOT, check=True)
    return found


@pytest.fixture
def port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
