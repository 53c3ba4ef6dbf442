"""Recovery that is killed in the middle, again and again, ends with exactly the log that the world has seen."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

ROOT = Path(__file__).parents[2]
ENTRIES, KEPT, KILLS = 30_000, 4_000, 8
pytestmark = [pytest.mark.soak, pytest.mark.both_databases]
RUN = "import sys, django; django.setup(); exec(sys.stdin.read())"

# The journal is brought up in turns of limited length; a checkpoint is only signed once it is, however many they are.
SIGN = """
from sunlit.ledger import selectors
while (last := selectors.last_checkpoint()) is None or last.size < selectors.head().size:
    sequencer.sign_checkpoint()
"""

GROW = f"""
from datetime import date
from types import SimpleNamespace
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from sunlit.ledger import actions, keys, sequencer
for alias in settings.DATABASES:
    call_command("migrate", database=alias, verbosity=0, interactive=False)
keys.ensure()
actor = SimpleNamespace(unit="unit", role="role", opaque="opaque")
for first in range(0, {ENTRIES}, 500):
    with transaction.atomic():
        actions.append_many(
            actions.prepare("record.published", subject=f"record:{{n}}", ref=f"x/{{n}}#1", actor=actor,
                            commitment=n.to_bytes(32, "big"), day=date(2026, 3, 2)) for n in range(first, first + 500))
while sequencer.sequence(5_000):
    pass
{SIGN}
"""
# What an old backup looks like: fewer entries, tiles and head of that time, and acts that had not been sequenced yet.
ROLL_BACK = f"""
from sunlit.ledger import retiling
from sunlit.ledger.models import Checkpoint, Entry, Pending
rows = Entry.objects.filter(position__gte={KEPT}).order_by("position")
Pending.objects.bulk_create(
    (Pending(event=r.event, subject=r.subject, ref=r.ref, tags=r.tags, body=bytes(r.body)) for r in rows[:700]),
    batch_size=500)
Entry.objects.filter(position__gte={KEPT}).delete()
Checkpoint.objects.all().delete()
retiling.rebuild({KEPT}, print)
"""
LOSE = f"""
from sunlit.ledger.models import Entry
Entry.objects.filter(position__gte={ENTRIES - 10}).delete()
"""
STATE = f"""
import json
from sunlit.ledger import published, selectors, sequencer, verification
from sunlit.ledger.models import Entry, Pending
size = selectors.head().size
pending = list(Pending.objects.values_list("event", flat=True))
note = published.read()
while sequencer.sequence(5_000):
    pass
{SIGN}
report = verification.verify()
refs = list(Entry.objects.order_by("position").values_list("ref", flat=True))
print(json.dumps({{"size": size, "pending": pending, "note": note, "findings": [str(f) for f in report.findings],
                  "refs": len(set(refs)), "entries": report.entries, "first": refs[:3]}}))
"""


@pytest.fixture
def instance(tmp_path):
    """An instance with a log of its own, in processes of their own; on PostgreSQL in a database of its own."""
    home = tmp_path / "home"
    home.mkdir()
    environment = {**os.environ, "SUNLIT_HOME": str(home), "DJANGO_SETTINGS_MODULE": "sunlit.config.settings"}
    if url := os.environ.get("DATABASE_URL"):
        name = f"soak_{uuid.uuid4().hex}"
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        environment["DATABASE_URL"] = urlsplit(url)._replace(path=f"/{name}").geturl()
    run(environment, GROW)
    return environment


def run(environment: dict[str, str], script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        input=script,
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def kill_again_and_again(environment: dict[str, str], *options: str) -> tuple[int, str]:
    """Kill the command at random moments of its work; return how often it was at work, and what the last run says."""
    chance, hit = random.Random(7), 0
    command = [sys.executable, "-m", "sunlit.cli", "ledger", "recover", *options]
    for _ in range(KILLS):
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0, 0.9))
        hit += process.poll() is None
        process.kill()
        process.communicate()
    last = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return hit, last.stdout + last.stderr


def test_an_old_backup_is_brought_up_to_the_signed_root(instance):
    note = (Path(instance["SUNLIT_HOME"]) / "ledger" / "checkpoint").read_text()
    run(instance, ROLL_BACK)
    hit, output = kill_again_and_again(instance)
    found = json.loads(run(instance, STATE).splitlines()[-1])
    assert hit >= 3, output
    assert "are as the world has seen them" in output
    assert (found["size"], found["note"], found["pending"]) == (ENTRIES, note, ["ledger.recovered"])
    assert found["findings"] == []
    assert found["entries"] == found["refs"] == ENTRIES + 1


def test_a_new_log_takes_every_entry_once(instance):
    shutil.rmtree(Path(instance["SUNLIT_HOME"]) / "ledger" / "journal")
    run(instance, LOSE)
    hit, output = kill_again_and_again(instance, "--new-origin", "second.example/ledger", "--yes")
    found = json.loads(run(instance, STATE).splitlines()[-1])
    assert hit >= 3, output
    assert (found["size"], found["findings"]) == (ENTRIES - 9, [])
    assert found["entries"] == found["refs"] == ENTRIES - 9
    assert found["first"][1:] == ["x/0#1", "x/1#1"]
