"""Freshness: random acts while readers press the site; how late each was seen, and that nothing was ever wrong.

One process acts as staff would, through the engine: corrections, new records, emergency takedowns. Others read record
pages, documents, the list and the front page of the running site without a pause. Every title carries a mark with the
record's number and its version; a mark that was already out of date when its page was asked for is late by that much.
Wrong would be: a version that was not yet published, a version older than one that the same reader saw before, or a
record that was taken down seen again later than a second after. ACTS=10000 by default; the county's plan.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ACTS = int(os.environ.get("ACTS", "10000"))
RECORDS, READERS = 40, 4
MARK = re.compile(r"ZV(\d+)x(\d+)Z")
GONE = 10**9
PEOPLE = ("editor", "reviewer", "approver")
CARD = {
    "served": "个人", "place": "政务服务中心二楼", "hours": "工作日九点到十七点", "days": "3",
    "papers": [{"name": "身份证", "copies": "1"}], "phone": "0999-0000000", "changed_on": "2026-01-05",
}  # fmt: skip


@dataclass
class Found:
    """What readers saw: for each act the longest time after it at which its forerunner was still given out."""

    acts: int = 0
    answers: int = 0
    wrong: list[str] = field(default_factory=list)
    late: dict[tuple[int, int], float] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def p99(self) -> float:
        """Return the seconds after which 99 of 100 acts were seen everywhere."""
        values = sorted([*self.late.values(), *([0.0] * (self.acts - len(self.late)))])
        return values[int(len(values) * 0.99)] if values else 0.0

    @property
    def worst(self) -> float:
        """Return the longest that an act was not seen."""
        return max(self.late.values(), default=0.0)


class Diary:
    """What the acting process has said it did, and when; shared by the readers."""

    def __init__(self) -> None:
        self.at: dict[tuple[int, int], float] = {}
        self.newest: dict[int, int] = {}
        self.slugs: dict[int, str] = {}
        self.acts = 0

    def note(self, line: str) -> None:
        """Take a line: record, version (GONE for a takedown), slug, instant before and after the commit."""
        said = json.loads(line)
        number, version = said["record"], said["version"]
        self.slugs[number] = said["slug"]
        self.at[number, version] = said["at"]
        self.newest[number] = version
        self.acts += 1

    def after(self, number: int, version: int) -> float | None:
        """Return when a version was overtaken by the next one or by a takedown; None if it still stands."""
        found = [self.at[key] for key in ((number, version + 1), (number, GONE)) if key in self.at]
        return min(found) if found else None


def act() -> None:
    """Act until ACTS are done, saying each in a line once it is committed."""
    import django

    django.setup()
    from sunlit.calendars import clock
    from sunlit.records import acts
    from sunlit.units import actors
    from sunlit.units.models import Unit, User

    root = Unit.objects.get(parent=None)
    unit = Unit.objects.get(code="ex-education")
    team = {name: actors.of(User.objects.get(username=name), root, name) for name in PEOPLE}
    chance = random.Random(3)
    open_records: dict[int, tuple[Any, int]] = {}
    made = 0

    def publish(revision: Any) -> Any:
        now = clock.now()
        acts.submit(revision, actor=team["editor"], now=now)
        acts.review(revision, actor=team["reviewer"], now=now)
        approved = acts.approve(revision, actor=team["approver"], now=now)
        return acts.publish(approved, actor=team["approver"], now=clock.now()).record

    def say(number: int, version: int, record: Any) -> None:
        line = {"record": number, "version": version, "slug": record.slug, "at": time.monotonic()}
        print(json.dumps(line), flush=True)

    for _act in range(int(os.environ["ACTS"])):
        if len(open_records) < RECORDS:
            made += 1
            matter = f"ZV{made}x1Z 明白卡"
            draft = acts.draft("service-card", unit, {**CARD, "matter": matter}, actor=team["editor"], now=clock.now())
            record = publish(draft)
            open_records[made] = (record, 1)
            say(made, 1, record)
            continue
        number = chance.choice(list(open_records))
        record, version = open_records[number]
        record.refresh_from_db()
        if chance.random() < 0.06:
            acts.take_down(record, actor=team["approver"], now=clock.now(), reason="试验", basis="试验")
            del open_records[number]
            say(number, GONE, record)
            continue
        revision = acts.correct(record, actor=team["editor"], now=clock.now(), note="更正")
        data = {**CARD, "matter": f"ZV{number}x{version + 1}Z 明白卡"}
        acts.edit(revision, data, actor=team["editor"], now=clock.now())
        record = publish(revision)
        open_records[number] = (record, version + 1)
        say(number, version + 1, record)


class Reader(threading.Thread):
    """Reads one page after another and holds each against the diary."""

    def __init__(self, port: int, diary: Diary, found: Found, seed: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.port, self.diary, self.found, self.stop = port, diary, found, stop
        self.chance = random.Random(seed)
        self.seen: dict[tuple[str, int], int] = {}

    def run(self) -> None:
        """Read until told to stop."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        while not self.stop.is_set():
            known = list(self.diary.slugs.items())
            if not known:
                time.sleep(0.05)
                continue
            number, slug = self.chance.choice(known[-RECORDS * 2 :])
            page = self.chance.choices(
                [f"/r/{slug}", f"/r/{slug}.json", "/kinds/service-card/", "/en/", f"/zh-hant/r/{slug}"], [6, 2, 2, 1, 1]
            )[0]
            newest, asked = dict(self.diary.newest), time.monotonic()
            try:
                link.request("GET", page)
                answer = link.getresponse()
                body, status = answer.read().decode(), answer.status
            except (OSError, http.client.HTTPException):
                link.close()
                continue
            self.found.answers += 1
            if status >= 500:
                self.found.wrong.append(f"{page} answered {status}")
            self.judge(page, body, number if "/r/" in page else None, newest, asked)

    def judge(self, page: str, body: str, only: int | None, newest: dict[int, int], asked: float) -> None:
        """Hold the marks of a page against what had been done when it was asked for."""
        shown: dict[int, int] = {}
        for found in MARK.finditer(body):
            number, version = int(found[1]), int(found[2])
            shown[number] = max(version, shown.get(number, 0))
        for number, version in shown.items():
            if only is not None and number != only:
                continue
            since = self.diary.after(number, version)
            if since is not None and since < asked:
                key = (number, version)
                self.found.late[key] = max(asked - since, self.found.late.get(key, 0.0))
            before = self.seen.get((page, number), 0)
            if version < before:
                self.found.wrong.append(f"{page}: version {version} of {number} after {before}")
            self.seen[page, number] = max(before, version)
            known = newest.get(number, 0)
            # What is being said just now may already be seen; two ahead cannot have happened.
            if known != GONE and version > known + 1 and version > self.diary.newest.get(number, 0) + 1:
                self.found.wrong.append(f"{page}: version {version} of {number}, of which {known} was published")


PREPARE = """
from datetime import date
from sunlit.units.actions import create_user, grant
from sunlit.units.models import Unit
for name in ("editor", "reviewer", "approver"):
    grant(create_user(name, "a long enough phrase"), Unit.objects.get(parent=None), name, since=date(2020, 1, 1))
"""


def measure(acts: int, environment: dict[str, str], port: int, *, workers: int = 2) -> Found:
    """Serve a county, act and read; return what was found."""
    env = {**environment, "ACTS": str(acts), "PORT": str(port), "DJANGO_SETTINGS_MODULE": "sunlit.config.settings"}
    for arguments in (["init"], ["plan", "apply", "plans/example-county"]):
        run([sys.executable, "-m", "sunlit.cli", *arguments], env)
    run([sys.executable, "-c", f"import django; django.setup()\n{PREPARE}"], env)
    serve = [sys.executable, "-m", "sunlit.cli", "serve", "--port", str(port), "--workers", str(workers)]
    server = subprocess.Popen(serve, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        return _press(env, port)
    finally:
        server.terminate()
        server.wait(timeout=30)


def _press(env: dict[str, str], port: int) -> Found:
    diary, found, stop = Diary(), Found(), threading.Event()
    readers = [Reader(port, diary, found, seed, stop) for seed in range(READERS)]
    for reader in readers:
        reader.start()
    began = time.monotonic()
    actor = subprocess.Popen([sys.executable, __file__, "act"], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    if actor.stdout is None:
        raise RuntimeError("the acting process says nothing")
    for line in actor.stdout:
        diary.note(line)
    if actor.wait() != 0:
        raise RuntimeError("the acting process failed")
    time.sleep(3)
    stop.set()
    for reader in readers:
        reader.join(30)
    found.acts, found.seconds = diary.acts, time.monotonic() - began
    return found


def run(command: list[str], env: dict[str, str]) -> None:
    """Run a command to its end, or say what it said."""
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)


def _wait(port: int) -> None:
    for _try in range(300):
        try:
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            link.request("GET", "/")
            if link.getresponse().status == 200:
                return
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.1)
    raise RuntimeError("the site does not answer")


def main() -> None:
    """Run and print figures."""
    env = {**os.environ, "SUNLIT_HOME": tempfile.mkdtemp(prefix="sunlit-fresh.")}
    found = measure(ACTS, env, int(os.environ.get("PORT", "8031")))
    values = sorted(found.late.values()) or [0.0]
    print(
        f"{found.acts:,} acts in {found.seconds:.0f} s, {found.answers:,} answers read by {READERS} readers meanwhile"
    )
    print(f"{len(found.late):,} acts were seen late at all, by {statistics.median(values) * 1000:.0f} ms in the median")
    print(f"over all acts p99 {found.p99 * 1000:.0f} ms, worst {found.worst * 1000:.0f} ms (floor: p99 1,000 ms)")
    print(f"wrong: {len(found.wrong)}")
    for line in found.wrong[:10]:
        print(f"  {line}")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sunlit.config.settings")
    if sys.argv[1:2] == ["act"]:
        act()
    else:
        main()
