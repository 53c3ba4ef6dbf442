"""Releases at their minute: a thousand texts for one instant, how late each was out, and who waited meanwhile.

A county is served with its worker beside it. One process watches the database, one saves all the time as other staff
would, readers ask for the list, for a sample of the records, and at the end for every one. The reference is the same
number of texts published one act at a time. RELEASES=1000 by default.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import freshness  # noqa: E402

RELEASES = int(os.environ.get("RELEASES", "1000"))
KIND, UNIT, SAMPLE = "service-card", "ex-education", 20
AHEAD = 12.0
"""Seconds between the scheduling of the last text and the instant."""
AT_ONCE = 6


@dataclass
class Found:
    """Seconds after the instant, but for ``waits``: how long each of the others' savings took in that time."""

    count: int = 0
    committed: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    listed: float = 0.0
    waits: list[float] = field(default_factory=list)
    singly: list[float] = field(default_factory=list)
    slugs: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    killed_at: int = 0

    def lines(self) -> Iterator[str]:
        """Yield what was found in words."""
        for name, values in (("out", self.committed), ("page seen", self.pages), ("a saver waited", self.waits)):
            if values:
                yield f"{name}: {spread(values)}"
        yield f"list shows the last of {self.count:,} after {self.listed * 1000:.0f} ms; wrong: {len(self.wrong)}"
        if self.singly:
            yield f"one act at a time: {sum(self.singly):.2f} s for as many, against {max(self.committed):.2f} s"


def spread(values: list[float]) -> str:
    """Return least, median, p99 and most of some seconds, in milliseconds."""
    rows = sorted(values)
    marks = (rows[0], statistics.median(rows), rows[int(len(rows) * 0.99)], rows[-1])
    return "first {:.0f} ms, median {:.0f} ms, p99 {:.0f} ms, last {:.0f} ms".format(*(one * 1000 for one in marks))


def team() -> dict[str, Any]:
    """Return one actor for each role."""
    from sunlit.units import actors
    from sunlit.units.models import Unit, User

    root = Unit.objects.get(parent=None)
    return {name: actors.of(User.objects.get(username=name), root, name) for name in freshness.PEOPLE}


def fill() -> None:
    """Draft and approve texts, then schedule all of them for one instant, and say which; or publish each at once."""
    from django.db import transaction

    from sunlit.calendars import clock
    from sunlit.records import acts
    from sunlit.units import permissions
    from sunlit.units.models import Unit

    unit, people, count = Unit.objects.get(code=UNIT), team(), int(os.environ["RELEASES"])
    approved, began = [], time.monotonic()
    with permissions.remembering():
        for start in range(0, count, AT_ONCE):
            with transaction.atomic():
                for n in range(start, min(count, start + AT_ONCE)):
                    now, data = clock.now(), {**freshness.CARD, "matter": f"ZV{n}x1Z 明白卡"}
                    draft = acts.draft(KIND, unit, data, actor=people["editor"], now=now)
                    acts.submit(draft, actor=people["editor"], now=now)
                    acts.review(draft, actor=people["reviewer"], now=now)
                    approved.append(acts.approve(draft, actor=people["approver"], now=now))
        if os.environ.get("SINGLY"):
            singly = []
            for revision in approved:
                began = time.monotonic()
                acts.publish(revision, actor=people["approver"], now=clock.now())
                singly.append(time.monotonic() - began)
            print(json.dumps(singly))
            return
        # To schedule all of them takes less than all that came before.
        at = clock.now() + _seconds(AHEAD + time.monotonic() - began)
        for start in range(0, count, AT_ONCE):
            with transaction.atomic():
                for revision in approved[start : start + AT_ONCE]:
                    acts.schedule(revision, at, actor=people["approver"], now=clock.now())
    print(json.dumps({"at": at.timestamp(), "org9": unit.org9}))


def _seconds(count: float) -> Any:
    from datetime import timedelta

    return timedelta(seconds=count)


def watch() -> None:
    """Say how many texts are out whenever that changes, until all are or a minute is over."""
    from sunlit.records.models import Revision
    from sunlit.records.states import RevisionState

    count, end, seen = int(os.environ["RELEASES"]), float(os.environ["UNTIL"]), 0
    while seen < count and time.time() < end:
        out = Revision.objects.filter(state=RevisionState.LIVE).count()
        if out != seen:
            print(json.dumps([time.time(), out]), flush=True)
            seen = out
        time.sleep(0.02)


def save() -> None:
    """Save something small all the time, as others would, and say how long each took."""
    from sunlit.calendars import clock
    from sunlit.ledger import pagetags

    end = float(os.environ["UNTIL"])
    while (now := time.time()) < end:
        began = time.monotonic()
        pagetags.touch(["test:nothing"], now=clock.now())
        print(json.dumps([now, time.monotonic() - began]), flush=True)
        time.sleep(0.01)


class Visitor(threading.Thread):
    """Asks for addresses, each until it shows its text, one after another, and notes when."""

    def __init__(self, port: int, wanted: list[tuple[str, str]], at: float) -> None:
        super().__init__(daemon=True)
        self.port, self.wanted, self.at = port, wanted, at
        self.seen: list[float] = []

    def run(self) -> None:
        """Ask until all are seen, or a minute is over."""
        while time.time() < self.at:
            time.sleep(0.005)
        for page, mark in self.wanted:
            while time.time() < self.at + 120:
                if mark in ask(self.port, page):
                    self.seen.append(time.time() - self.at)
                    break
                time.sleep(0.02)


def ask(port: int, page: str) -> str:
    """Return a page; "" if it is not there yet."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with contextlib.closing(link):
        try:
            link.request("GET", page)
            answer = link.getresponse()
            body = answer.read().decode()
        except (OSError, http.client.HTTPException):
            return ""
        return body if answer.status == 200 else ""


def measure(count: int, environment: dict[str, str], port: int, *, kill_after: int = 0, absent: int = 0) -> Found:
    """Serve a county, schedule and watch.

    With ``kill_after`` the worker is killed once so many are out; with ``absent`` it begins so many seconds too late.
    """
    env = {**environment, "RELEASES": str(count), "PORT": str(port)}
    env["DJANGO_SETTINGS_MODULE"] = "sunlit.config.settings"
    for arguments in (["init"], ["plan", "apply", "plans/example-county"]):
        freshness.run([sys.executable, "-m", "sunlit.cli", *arguments], env)
    freshness.run([sys.executable, "-c", f"import django; django.setup()\n{freshness.PREPARE}"], env)
    alone = ["--no-worker"] if absent else []
    serve = [sys.executable, "-m", "sunlit.cli", "serve", "--port", str(port), "--workers", "2", *alone]
    server = subprocess.Popen(serve, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        freshness._wait(port)
        return _observe(count, env, port, server.pid, kill_after, absent)
    finally:
        server.terminate()
        server.wait(timeout=30)


def _observe(count: int, env: dict[str, str], port: int, server: int, kill_after: int, absent: int) -> Found:
    filled = json.loads(said(env, "fill"))
    at = float(filled["at"])
    late = {**env, "UNTIL": str(at + 60 + absent)}
    found = Found(count)
    marks = [(slug(filled["org9"], n), f"ZV{n}x1Z") for n in range(count)]
    found.slugs = [one for one, _mark in marks]
    sample = [(f"/r/{one}", mark) for one, mark in marks[:: max(1, count // SAMPLE)] + marks[-1:]]
    visitors = [Visitor(port, sample, at), Visitor(port, [(f"/kinds/{KIND}/", marks[-1][1])], at)]
    time.sleep(max(0.0, at - time.time() - 5))
    saver, watcher = start(late, "save"), start(late, "watch")
    for visitor in visitors:
        visitor.start()
    worker = _late_worker(env, at + absent) if absent else None
    for line in watcher.stdout or ():
        moment, out = json.loads(line)
        found.committed += [moment - at] * (out - len(found.committed))
        if kill_after and out >= kill_after:
            kill_worker(server)
            found.killed_at, kill_after = out, 0
    for visitor in visitors:
        visitor.join(60)
    end = time.time()
    saver.kill()
    rows = [json.loads(line) for line in saver.communicate()[0].splitlines() if line.endswith("]")]
    found.waits = [took for began, took in rows if at <= began <= at + max(found.committed, default=0.0)]
    found.pages, found.listed = visitors[0].seen, max(visitors[1].seen, default=end - at)
    if worker is not None:
        time.sleep(3)
        worker.terminate()
        worker.wait(30)
    found.wrong = [page for page, mark in marks if mark not in ask(port, f"/r/{page}")]
    return found


def _late_worker(env: dict[str, str], at: float) -> subprocess.Popen[bytes]:
    """Start a worker only when its time has long come."""
    time.sleep(max(0.0, at - time.time()))
    command = [sys.executable, "-m", "sunlit.cli", "worker"]
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def slug(org9: str, n: int) -> str:
    """Return the address of the text with a number: they come out in their order."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    year = datetime.fromtimestamp(time.time(), ZoneInfo("Asia/Shanghai")).year
    return f"{org9}-{year}-{n + 1:05d}"


def kill_worker(server: int) -> None:
    """Kill the worker that a server started, in the middle of whatever it does."""
    for status in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if status.read_bytes().endswith(f"worker\0--parent\0{server}\0".encode()):
                os.kill(int(status.parent.name), signal.SIGKILL)


def start(env: dict[str, str], mode: str) -> subprocess.Popen[str]:
    """Start this script in one of its parts."""
    return subprocess.Popen([sys.executable, __file__, mode], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)


def said(env: dict[str, str], mode: str) -> str:
    """Run this script in one of its parts and return its last line."""
    done = subprocess.run(
        [sys.executable, __file__, mode], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return done.stdout.splitlines()[-1]


def main() -> None:
    """Run and print figures."""
    env = {**os.environ, "SUNLIT_HOME": tempfile.mkdtemp(prefix="sunlit-releases.")}
    found = measure(RELEASES, env, int(os.environ.get("PORT", "8032")))
    again = {**env, "RELEASES": str(RELEASES), "SINGLY": "1", "DJANGO_SETTINGS_MODULE": "sunlit.config.settings"}
    found.singly = json.loads(said(again, "fill"))
    for line in found.lines():
        print(line)
    print("(floor: every text out and seen 2,000 ms after its minute)")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sunlit.config.settings")
    if len(sys.argv) > 1:
        import django

        django.setup()
        {"fill": fill, "watch": watch, "save": save}[sys.argv[1]]()
    else:
        main()
