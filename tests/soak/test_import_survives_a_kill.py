"""An import that is killed in the middle, again and again, loses no row and doubles none."""

from __future__ import annotations

import csv
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLAN = ROOT / "tests" / "records" / "plan"
ROWS, PLANTED, KILLS = 30_000, 20, 5
pytestmark = [pytest.mark.soak, pytest.mark.both_databases]

PREPARE = """
import sys
from datetime import date
from django.conf import settings
from django.core.management import call_command
from sunlit.calendars import clock
from sunlit.ledger import keys
from sunlit.plan import actions
from sunlit.plan.checks import check_directory
from sunlit.units.actions import create_user, grant, sync_units
from sunlit.units.models import Unit
for alias in settings.DATABASES:
    call_command("migrate", database=alias, verbosity=0, interactive=False)
keys.ensure()
plan = check_directory(sys.argv[1]).plan
sync_units(plan, today=date(2026, 1, 1))
actions.store_and_activate(plan, clock.now())
for name, role in (("editor", "editor"), ("approver", "approver")):
    grant(create_user(name, "a long enough phrase"), Unit.objects.get(parent=None), role, since=date(2020, 1, 1))
"""
STATE = """
import json
from sunlit.ledger import sequencer
from sunlit.calendars import clock
from sunlit.ledger.models import Entry, Pending
from sunlit.records.contents import SOURCE
from sunlit.records.models import Batch, Record, Revision, Slot
from sunlit.records import selectors
from sunlit.sight import anonymous
batch = Batch.objects.order_by("-pk").first()
while sequencer.sequence(5000, now=clock.now()):
    pass
print(json.dumps({
    "numbers": [one.data["number"] for one in Revision.objects.all()],
    "records": Record.objects.count(), "slots": Slot.objects.count(),
    "indexes": Record.objects.values("index_no").distinct().count(),
    "seen": selectors.listing(anonymous(), kind="penalty", filters={"party_kind": "legal"}).total,
    "entries": Entry.objects.filter(event="record.published").count(),
    "subjects": Entry.objects.filter(event="record.published").values("subject").distinct().count(),
    "next_row": batch.next_row, "good": batch.good, "bad": batch.bad, "errors": batch.errors.count(),
    "state": batch.state,
}))
"""
RUN = "import sys, django; django.setup(); exec(sys.stdin.read())"


@pytest.fixture
def instance(bare_instance):
    """An instance with a plan and two people."""
    run(bare_instance, PREPARE, str(PLAN))
    return bare_instance


def run(environment: dict[str, str], script: str, *arguments: str) -> str:
    command = [sys.executable, "-c", RUN, *arguments]
    done = subprocess.run(command, input=script, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def state(environment: dict[str, str]) -> dict[str, object]:
    import json

    return json.loads(run(environment, STATE).splitlines()[-1])


def start(environment: dict[str, str], sheet: Path, *options: str) -> subprocess.Popen[bytes]:
    people = ["--unit", "market", "--actor", "editor", "--approver", "approver"]
    command = [sys.executable, "-m", "sunlit.cli", "import", "penalty", str(sheet), *people, *options]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def write(path: Path, planted: set[int]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["party", "party_kind", "uscc", "number", "fact", "categories", "fine", "decided_on"])
        for n in range(2, ROWS + 2):
            day = "2026-02-30" if n in planted else "2026-02-10"
            fact = "虚假宣传" * 20
            writer.writerow([f"第{n}号公司", "legal", "91510903MA6200001K", f"{n}号", fact, "fine", "0.5", day])
    return path


def batch_rows(environment: dict[str, str]) -> int:
    return int(
        run(environment, "from sunlit.records.models import Batch; print(sum(b.next_row for b in Batch.objects.all()))")
    )


def test_rows_are_neither_lost_nor_doubled(instance, tmp_path):
    planted = set(random.Random(3).sample(range(2, ROWS + 2), PLANTED))
    sheet = write(tmp_path / "sheet.csv", planted)
    chance = random.Random(5)
    reached = []
    for attempt in range(KILLS):
        process = start(instance, sheet, "--keep-good", *(["--resume"] if attempt else []))
        before, deadline = (reached[-1] if reached else 0), time.monotonic() + 60
        while batch_rows(instance) <= before and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(chance.uniform(0, 0.3))
        process.kill()
        process.communicate()
        reached.append(batch_rows(instance))
        if reached[-1] < ROWS:
            assert state(instance)["seen"] == 0
    last = start(instance, sheet, "--keep-good", "--resume")
    output = last.communicate()[0].decode()
    found = state(instance)
    good = ROWS - PLANTED
    assert reached == sorted(reached)
    assert sum(0 < one < ROWS for one in reached) >= 2, f"killed too late to prove anything: {reached}"
    assert last.returncode == 1, output  # good rows were kept, others reported
    assert Counter(found["numbers"]) == Counter(f"{n}号" for n in range(2, ROWS + 2) if n not in planted)
    for name in ("records", "slots", "indexes", "entries", "subjects", "good"):
        assert found[name] == good, name
    assert (found["bad"], found["errors"], found["state"]) == (PLANTED, PLANTED, "released")


def test_a_killed_import_can_be_dropped_without_a_trace(instance, tmp_path):
    sheet = write(tmp_path / "sheet.csv", set())
    process = start(instance, sheet)
    while batch_rows(instance) < 2_000 and process.poll() is None:
        time.sleep(0.05)
    process.kill()
    process.communicate()
    assert start(instance, sheet, "--discard").wait() == 0
    found = state(instance)
    assert (found["records"], found["slots"], found["entries"], found["numbers"]) == (0, 0, 0, [])


def test_a_second_process_cannot_go_on_with_a_running_import(instance, tmp_path):
    sheet = write(tmp_path / "sheet.csv", set())
    first = start(instance, sheet)
    while batch_rows(instance) < 1_000 and first.poll() is None:
        time.sleep(0.05)
    second = start(instance, sheet, "--resume")
    outcomes = sorted([first.wait(), second.wait()])
    found = state(instance)
    assert outcomes == [0, 1]
    assert (found["records"], found["entries"], found["state"]) == (ROWS, ROWS, "released")
