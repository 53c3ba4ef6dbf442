"""Instances of their own, driven as an operator drives them: by commands, in processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parents[2]
PRELUDE = """
import io, sys, time, django; django.setup()
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from django.db import transaction
from sunlit.files import actions as files
from sunlit.files.models import File
from sunlit.ledger import actions, guard, keys, published, selectors, sequencer, verification
from sunlit.ledger.models import Entry, Pending
actor = SimpleNamespace(unit="unit", role="role", opaque="opaque")
def act(first, count=1):
    with transaction.atomic():
        actions.append_many(
            actions.prepare("record.published", subject=f"record:{n}", ref=f"x/{n}#1", actor=actor,
                            commitment=n.to_bytes(32, "big"), day=date(2026, 3, 2))
            for n in range(first, first + count))
def publish(first, count):
    act(first, count); sequencer.sequence(10**6); sequencer.sign_checkpoint()
def attach(text):
    return files.store(io.BytesIO(text.encode()), "notice.txt").path
"""


@dataclass
class Instance:
    """One prepared instance: its home, and on PostgreSQL a database of its own."""

    home: Path
    url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        names = {"SUNLIT_HOME": str(self.home), "DJANGO_SETTINGS_MODULE": "sunlit.config.settings"}
        names |= {"PYTHONPATH": str(ROOT), "SUNLIT_HOST": "testserver", "DATABASE_URL": self.url}
        return os.environ | names

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "sunlit.cli", *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=self.environment, cwd=ROOT, stdout=pipe, stderr=pipe, text=True)

    def sunlit(self, *arguments: object, code: int = 0) -> str:
        """Run a command and return all it says; it must end with ``code``."""
        process = self.start(*map(str, arguments))
        output, errors = process.communicate(timeout=90)
        assert process.returncode == code, output + errors
        return output + errors

    def background(self, code: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", PRELUDE + code]
        return subprocess.Popen(
            command, env=self.environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def python(self, code: str) -> str:
        """Run Python inside the instance and return what it prints."""
        process = self.background(code)
        output, _ = process.communicate(timeout=90)
        assert process.returncode == 0
        return output.strip()


def another(template: Instance | None, home: Path) -> Instance:
    """Return a copy of ``template`` in ``home``, or an empty instance without one."""
    server = os.environ.get("DATABASE_URL", "")
    if template is not None:
        shutil.copytree(template.home, home, ignore=shutil.ignore_patterns("*lock"))
    else:
        home.mkdir(parents=True)
    return Instance(home, _database(server, template) if server else "")


def _database(server: str, template: Instance | None) -> str:
    name = f"instance_{uuid.uuid4().hex[:12]}"
    parts = urlsplit(server)
    with psycopg.connect(server, autocommit=True) as connection:
        like = f" TEMPLATE {urlsplit(template.url).path[1:]}" if template else ""
        connection.execute(f"CREATE DATABASE {name}{like}".encode())
    return urlunsplit(parts._replace(path=f"/{name}"))
