"""A thousand texts of one minute are out within two seconds; a killed worker catches up, and none comes twice."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench import releases

ROOT = Path(__file__).parents[2]
COUNT = 1_000
MOMENT = 2.0
"""Seconds after its minute within which each text is out."""
PATIENCE = 0.1
"""Seconds that another saver waits at most for one of our transactions."""
pytestmark = [pytest.mark.soak, pytest.mark.both_databases]

STATE = """
import json, sys, django
django.setup()
from sunlit.ledger.models import Alarm, Entry
from sunlit.records.models import Record, Revision, Slot
published = Entry.objects.filter(event="record.published")
print(json.dumps({
    "live": Revision.objects.filter(state="live").count(), "slots": Slot.objects.count(),
    "numbers": Record.objects.values("index_no").distinct().count(),
    "entries": published.count(), "subjects": published.values("subject").distinct().count(),
    "alarms": list(Alarm.objects.filter(name="release late").values_list("cleared_at", flat=True)),
}, default=str))
"""


def state(environment: dict[str, str]) -> dict[str, object]:
    command = [sys.executable, "-c", STATE]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def assert_each_once(environment: dict[str, str]) -> None:
    found = state(environment)
    assert {name: found[name] for name in ("live", "slots", "numbers", "entries", "subjects")} == dict.fromkeys(
        ("live", "slots", "numbers", "entries", "subjects"), COUNT
    )


def test_each_is_seen_within_two_seconds_of_its_minute(bare_instance, port):
    found = releases.measure(COUNT, bare_instance, port)
    print(*found.lines(), sep="\n")
    assert found.wrong == []
    assert len(found.committed) == COUNT
    assert min(found.committed) >= 0
    assert max(found.committed) <= MOMENT
    assert max([*found.pages, found.listed]) <= MOMENT
    waits = sorted(found.waits)
    assert waits[int(len(waits) * 0.95)] <= PATIENCE
    assert_each_once(bare_instance)


def test_a_worker_killed_in_the_middle_catches_up_and_releases_none_twice(bare_instance, port):
    found = releases.measure(COUNT, bare_instance, port, kill_after=COUNT // 4)
    print(*found.lines(), sep="\n")
    assert found.killed_at, "the worker was not killed in the middle"
    assert found.killed_at < COUNT
    assert found.wrong == []
    assert len(found.committed) == COUNT
    assert_each_once(bare_instance)


def test_a_worker_that_comes_back_late_releases_all_at_once_and_says_so(bare_instance, port):
    found = releases.measure(COUNT, bare_instance, port, absent=70)
    print(*found.lines(), sep="\n")
    assert len(found.committed) == COUNT
    assert found.wrong == []
    assert_each_once(bare_instance)
    alarms = state(bare_instance)["alarms"]
    assert alarms
    assert None not in alarms
