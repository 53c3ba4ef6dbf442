"""Web server, worker, import and staff killed at random moments: nothing acknowledged is lost, nothing doubled."""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bench import freshness
from tests.soak.killing import children, end

ROOT = Path(__file__).parents[2]
KILLS, ROWS = 100, 4_000
PATIENCE = 150
SERVE = [sys.executable, "-m", "sunlit.cli", "serve"]
pytestmark = [pytest.mark.soak, pytest.mark.both_databases]

STATE = """
import json
from collections import Counter
from sunlit.ledger.models import Entry, Pending
from sunlit.records.models import Batch, Record, Slot
from sunlit.records import selectors
from sunlit.sight import anonymous
heads = [(r.slug, r.state, r.live.title if r.live else "") for r in Record.objects.select_related("live")]
public = Entry.objects.exclude(event="private").values_list("event", "subject", "ref")
hidden = Batch.objects.exclude(state="released").values_list("pk", flat=True)
print(json.dumps({
    "records": heads,
    "twice": [list(key) for key, n in Counter(public).items() if n > 1],
    "pending": Pending.objects.filter(batch=0).count() + Pending.objects.exclude(batch__in=[0, *hidden]).count(),
    "batches": [(one.state, one.good, *(table.objects.filter(batch_id=one.pk).count() for table in (Record, Slot)))
                for one in Batch.objects.all()],
    "seen": selectors.listing(anonymous(), kind="price-item").total,
}))
"""


class House:
    """The processes of an instance, each of which can be killed and is started again."""

    def __init__(self, environment: dict[str, str], port: int, sheet: Path) -> None:
        self.env = {**environment, "PORT": str(port), "ACTS": "1000000", "SUNLIT_BIND": "127.0.0.1"}
        self.sheet = sheet
        self.said: list[dict[str, object]] = []
        self.releases = 0
        self.serve = self.start(SERVE)
        self.staff = self.act()
        self.importing = self.read_sheet(resume=False)

    def start(self, command: list[str], **more: object) -> subprocess.Popen[str]:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL} | more
        return subprocess.Popen(command, cwd=ROOT, env=self.env, text=True, **quiet)  # type: ignore[call-overload]

    def act(self) -> subprocess.Popen[str]:
        process = self.start([sys.executable, "bench/freshness.py", "act"], stdout=subprocess.PIPE)
        threading.Thread(target=self.listen, args=(process,), daemon=True).start()
        return process

    def listen(self, process: subprocess.Popen[str]) -> None:
        for line in process.stdout or ():
            if line.endswith("}\n"):
                self.said.append(json.loads(line))

    def read_sheet(self, *, resume: bool) -> subprocess.Popen[str]:
        people = ["--unit", "ex-hospital", "--actor", "editor", "--approver", "approver"]
        how = ["--resume"] if resume else ["--again"]
        return self.start([sys.executable, "-m", "sunlit.cli", "import", "price-item", str(self.sheet), *people, *how])

    def kill(self, what: str) -> None:
        """Kill one of the processes and start again whatever does not start by itself."""
        if what == "serve":
            below = children(self.serve.pid)
            self.serve.kill()
            self.serve.wait()
            for _what, pid in below:  # they end by themselves after some seconds; whoever starts anew does not wait
                end(pid)
            self.serve = self.start(SERVE)
        elif what == "staff":
            self.staff.kill()
            self.staff.wait()
            self.staff = self.act()
        elif what == "import":
            was_done = self.importing.poll() == 0
            self.releases += was_done
            self.importing.kill()
            self.importing.wait()
            self.importing = self.read_sheet(resume=not was_done)
        elif found := [pid for name, pid in children(self.serve.pid) if name == what]:
            end(found[0])

    def tend(self) -> None:
        """Start the server again if it has ended by itself, as the system's service manager would."""
        if self.serve.poll() is not None:
            self.serve = self.start(SERVE)

    def settle(self) -> None:
        """Wait until the worker has taken what is left; after many deaths it is started again only after a minute."""
        end = time.monotonic() + PATIENCE
        while json.loads(script(self.env, STATE).splitlines()[-1])["pending"] and time.monotonic() < end:
            self.tend()
            time.sleep(2)

    def close(self) -> None:
        self.staff.kill()
        self.staff.wait()
        self.importing.wait(timeout=120)
        self.settle()
        self.serve.terminate()
        self.serve.wait(timeout=30)


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "prices.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["name", "item_class", "price", "counted_by", "document", "valid_from", "complaints"])
        for n in range(ROWS):
            writer.writerow([f"项目{n}", "medical", "12.5", "次", "文件", "2026-01-05", "0999-0000000"])
    return path


def test_a_hundred_kills_lose_nothing_and_double_nothing(bare_instance, port, sheet):
    prepare(bare_instance)
    house = House(bare_instance, port, sheet)
    chance = random.Random(11)
    time.sleep(8)
    for _kill in range(KILLS):
        time.sleep(chance.uniform(0.05, 1.2))
        house.tend()
        house.kill(chance.choice(["web", "worker", "worker", "import", "import", "staff", "serve"]))
    house.close()
    verified = cli(bare_instance, "ledger", "verify", "--content")
    found = json.loads(script(bare_instance, STATE).splitlines()[-1])
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert found["twice"] == []
    assert found["pending"] == 0
    assert lost(house.said, found["records"]) == []
    for state, good, records, slots in found["batches"]:
        assert (good, good) == (records, slots), "an import lost or doubled rows"
        assert state != "released" or good == ROWS, "an import was released half read"
    released = sum(state == "released" for state, *_ in found["batches"])
    assert released > 0, "no import came to its end"
    assert found["seen"] == ROWS * released
    assert len(house.said) > KILLS / 2, "too little was done to prove anything"


def lost(said: list[dict[str, object]], records: list[list[str]]) -> list[str]:
    """Return what was acknowledged and is not there: a version at least as new, or the end that was put to it."""
    kept = {slug: (state, title) for slug, state, title in records}
    missing = []
    for one in said:
        state, title = kept.get(str(one["slug"]), ("", ""))
        mark = freshness.MARK.search(title)
        if one["version"] == freshness.GONE:
            is_kept = state == "unpublished"
        else:
            is_kept = state == "unpublished" or (mark is not None and int(mark[2]) >= int(str(one["version"])))
        if not is_kept:
            missing.append(f"{one} but {state} {title}")
    return missing


def prepare(environment: dict[str, str]) -> None:
    for arguments in (["init"], ["plan", "apply", "plans/example-county"]):
        assert cli(environment, *arguments).returncode == 0
    script(environment, freshness.PREPARE)


def cli(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sunlit.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def script(environment: dict[str, str], source: str) -> str:
    command = [sys.executable, "-c", f"import django; django.setup()\n{source}"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
