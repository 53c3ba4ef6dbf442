"""Instances of their own for processes that are killed."""

from __future__ import annotations

import os
import socket
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest


@pytest.fixture
def bare_instance(tmp_path: Path) -> dict[str, str]:
    """The environment of an instance of its own, not yet prepared; on PostgreSQL with a database of its own."""
    home = tmp_path / "home"
    home.mkdir()
    unwanted = ("SUNLIT_HOST", "SUNLIT_LEDGER_ORIGIN", "SUNLIT_DEMO")
    environment = {key: value for key, value in os.environ.items() if key not in unwanted}
    environment |= {"SUNLIT_HOME": str(home), "DJANGO_SETTINGS_MODULE": "sunlit.config.settings"}
    if url := os.environ.get("DATABASE_URL"):
        name = f"soak_{uuid.uuid4().hex}"
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        environment["DATABASE_URL"] = urlsplit(url)._replace(path=f"/{name}").geturl()
    return environment


@pytest.fixture
def port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
