"""An instance of its own for processes that really run."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="package")
def instance(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of an instance of its own, prepared, on SQLite."""
    unwanted = ("SUNLIT_HOST", "SUNLIT_LEDGER_ORIGIN", "SUNLIT_DEMO", "DATABASE_URL")
    environment = {key: value for key, value in os.environ.items() if key not in unwanted}
    home = tmp_path_factory.mktemp("home")
    environment |= {"SUNLIT_HOME": str(home), "DJANGO_SETTINGS_MODULE": "sunlit.config.settings"}
    subprocess.run([sys.executable, "-m", "sunlit.cli", "init"], env=environment, cwd=ROOT, check=True)
    return environment


@pytest.fixture
def port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
