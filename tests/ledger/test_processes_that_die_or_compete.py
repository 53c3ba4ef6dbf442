"""Real processes on one SQLite file: an orderly end, a hard one, and two at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PREPARE = """
import sys, django; django.setup()
from datetime import date
from types import SimpleNamespace
from django.core.management import call_command
from django.db import transaction
from sunlit.ledger import actions, keys, published, selectors, sequencer, verification, worker
from sunlit.ledger.followers import Followers
from sunlit.ledger.models import Entry
actor = SimpleNamespace(unit="unit", role="role", opaque="opaque")
def write(count, start=0):
    for first in range(start, start + count, 500):
        with transaction.atomic():
            actions.append_many(
                actions.prepare("record.published", subject=f"record:{n}", ref=f"x/{n}#1", actor=actor,
                                commitment=n.to_bytes(32, "big"), day=date(2026, 3, 2))
                for n in range(first, min(first + 500, start + count)))
"""
REPORT = """
sequencer.sequence(10**6); sequencer.sign_checkpoint()
report = verification.verify()
assert report.is_clean, report.findings
assert len(set(Entry.objects.values_list("ref", flat=True))) == report.entries
print(report.entries)
"""

Start = Callable[[str], "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Start a process on an instance of its own; ``init`` has been done."""
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    environment |= {"SUNLIT_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "sunlit.config.settings"}
    environment |= {"PYTHONPATH": str(ROOT)}

    def run(code: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", PREPARE + code]
        return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    assert finish(run('call_command("migrate", "ledger", verbosity=0); keys.ensure(); print("ready")')) == "ready"
    return run


def finish(process: subprocess.Popen[str]) -> str:
    output, _ = process.communicate(timeout=90)
    assert process.returncode == 0
    return output.strip()


def test_a_worker_that_is_told_to_end_finishes_its_step(start: Start, tmp_path: Path) -> None:
    process = start("write(10); worker.run(Followers())")
    wait_for(lambda: (tmp_path / "ledger" / "checkpoint").exists())
    process.send_signal(signal.SIGTERM)
    assert finish(process) == ""
    assert finish(start(REPORT)) == "10"


def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(start: Start) -> None:
    finish(start("write(20_000)"))
    for _ in range(3):
        process = start('print("go", flush=True)\nwhile True: sequencer.sequence(100); sequencer.sign_checkpoint()')
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.3)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=30)
        process.stdout.close()
    assert finish(start(REPORT)) == "20000"


def test_processes_at_once_cannot_fork_the_log(start: Start) -> None:
    writers = [start(f"write(2_000, {n * 2_000})") for n in range(2)]
    code = "from time import time\nend = time() + 4\nwhile time() < end: sequencer.sequence(150)"
    sequencers = [start(code) for _ in range(2)]
    for process in (*writers, *sequencers):
        finish(process)
    assert finish(start(REPORT)) == "4000"


def wait_for(happened: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)
