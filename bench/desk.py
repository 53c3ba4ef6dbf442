"""The staff desk of a large city: 3,000 units, 5,000 people, 20,000 texts in work, 200,000 lines of history.

``sunlit serve`` runs over it, and four people ask for their pages: a village's clerk, a department's approver, an
approver and a reviewer for the whole city; an administrator asks for the people. The reference in the same run is the
smallest page that Django can show to somebody logged in: session, user, one line of text. ``python bench/desk.py
queries`` says instead how many statements each page sends and which of them take longest, ``... plans`` how the
database finds their rows.

The city is made once for each database and kept in ``SUNLIT_BENCH_DATA``, as that of ``bench/million.py`` is; it holds
RECORDS=100000 records.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import million
import reading

ROOT = Path(__file__).resolve().parent.parent
RECORDS = int(os.environ.get("RECORDS", "100000"))
UNITS, PEOPLE, TEXTS, TRACES = 3_000, 5_000, 20_000, 200_000
QUESTIONS = int(os.environ.get("QUESTIONS", "60"))
GOAL = 200
LONG_AGO = date(2020, 1, 1)
UNUSABLE = "!"
STATES = {"draft": 45, "submitted": 25, "reviewed": 8, "vetted": 2, "cleared": 4, "approved": 10, "scheduled": 6}
PAGES = {
    "today": "/desk/",
    "my unit": "/desk/?scope=unit",
    "with all below": "/desk/?scope=below",
    "review": "/desk/review/",
    "published": "/desk/records/",
    "published, by word": "/desk/records/?q=%E9%80%9A%E7%9F%A5",
    "published, of a kind": "/desk/records/?kind=penalty-decision",
    "write": "/desk/new/",
    "history": "/desk/history/",
    "a text": "/desk/texts/{text}/",
    "a record": "/desk/records/{record}/",
    "people": "/desk/people/",
    "people, by name": "/desk/people/?q=person-41",
}
ASKED = {
    "clerk": tuple(PAGES)[:11],
    "department": tuple(PAGES)[:11],
    "approver": tuple(PAGES)[:11],
    "reviewer": tuple(PAGES)[:11],
    "administrator": ("today", "people", "people, by name"),
}


def ensure() -> Path:
    """Return the home of the city with its desk, made if it is not there."""
    vendor = "postgresql" if os.environ.get("DATABASE_URL") else "sqlite"
    place = million.home(RECORDS).parent / f"desk-{vendor}-{RECORDS}"
    environment = {**os.environ, "SUNLIT_HOME": str(place), "RECORDS": str(RECORDS)}
    if not (place / "complete").exists():
        for arguments in (["init"], ["plan", "apply", "plans/suining", "--if-new"], ["demo", "load"]):
            command = [sys.executable, "-m", "sunlit.cli", *arguments]
            subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        subprocess.run([sys.executable, million.__file__, "grow"], cwd=ROOT, env=environment, check=True)
        subprocess.run([sys.executable, __file__, "grow"], cwd=ROOT, env=environment, check=True)
        (place / "complete").touch()
    command = [sys.executable, "-m", "sunlit.cli", "init"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    return place


class Office:
    """Fills the desk of the city in ``SUNLIT_HOME`` in long transactions; nobody else is there."""

    def __init__(self) -> None:
        from sunlit.calendars import clock
        from sunlit.plan import selectors as plans
        from sunlit.units.models import Unit

        self.plan, self.chance, self.now = plans.current(), random.Random(4), clock.now()
        self.publishing = list(Unit.objects.filter(closed=None).order_by("path"))
        self.root = self.publishing[0]

    def fill(self) -> None:
        """Write units, people, texts and history."""
        from django.db import connection, transaction

        with transaction.atomic():
            self.units()
            self.people()
        with transaction.atomic():
            self.texts()
        with transaction.atomic():
            self.history()
            self.emergencies()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def units(self) -> None:
        """Add groups of villagers below the villages until there are enough units."""
        from sunlit.units.models import Unit

        villages = [one for one in self.publishing if one.level == "village"]
        made = []
        for n in range(UNITS - len(self.publishing)):
            above, number = villages[n % len(villages)], 9_000 + n // len(villages)
            made.append(
                Unit(
                    code=f"{above.code}-g{number}", name=f"{above.name}{number}组", cls=above.cls, level="none",
                    parent=above, path=f"{above.path}{number}", sort_key=f"{number}", search_key=f"\n{number}组\n",
                )
            )  # fmt: skip
        Unit.objects.bulk_create(made, batch_size=400)

    def people(self) -> None:
        """Add people: everywhere editors, in every department reviewers and approvers; some stand in for others."""
        from sunlit.units.models import Delegation, Member, Unit, User

        everywhere = list(Unit.objects.order_by("path"))
        User.objects.bulk_create(
            (User(username=f"person-{n}", first_name=f"姓名{n}", password=UNUSABLE) for n in range(PEOPLE)),
            batch_size=400,
        )
        self.staff = list(User.objects.filter(username__startswith="person-").order_by("pk"))
        roles = ("editor", "editor", "editor", "reviewer", "approver", "secrecy_reviewer", "legal_reviewer")
        held = []
        for n, user in enumerate(self.staff):
            unit = everywhere[n % len(everywhere)]
            for role in {"editor" if n < len(everywhere) else self.chance.choice(roles), self.chance.choice(roles)}:
                held.append(Member(user=user, unit=unit, role=role, since=LONG_AGO))
        held += self.named(everywhere)
        Member.objects.bulk_create(held, batch_size=400)
        day = self.now.date()
        Delegation.objects.bulk_create(
            Delegation(absent=one, deputy=other, role="editor", unit=everywhere[n], since=day - timedelta(days=9),
                       until=day + timedelta(days=3000), reason="休假")
            for n, (one, other) in enumerate(zip(self.staff[:200], self.staff[200:400], strict=True))
        )  # fmt: skip

    def named(self, everywhere: list[Any]) -> list[Any]:
        """Return the roles of those who will ask for pages."""
        from sunlit.units.models import Member, User

        village = next(one for one in everywhere if one.level == "village")
        department = next(one for one in everywhere if one.code == "sn-environment")
        found = []
        for name, unit, role in (
            ("clerk", village, "editor"),
            ("department", department, "approver"),
            ("approver", self.root, "approver"),
            ("reviewer", self.root, "reviewer"),
            ("administrator", self.root, "unit_administrator"),
        ):
            user = User.objects.create(username=f"asker-{name}", password=UNUSABLE)
            found.append(Member(user=user, unit=unit, role=role, since=LONG_AGO))
        return found

    def texts(self) -> None:
        """Put texts in work: the like of what was published, in every state, a fifth of them corrections."""
        from sunlit.records import working
        from sunlit.records.models import Record, Revision, Wording, Work

        lives = list(Record.objects.filter(state="live").select_related("live").order_by("pk")[: TEXTS // 4])
        last = Revision.objects.order_by("-pk").values_list("pk", flat=True)[0]
        fresh = [self.fresh(n, lives) for n in range(TEXTS - TEXTS // 5)]
        Record.objects.bulk_create(fresh, batch_size=400)
        records = [*fresh, *self.chance.sample(lives, TEXTS // 5)]
        drawn = self.chance.choices(list(STATES), list(STATES.values()), k=TEXTS)
        # A kind may do without a review; its text then waits for the first one.
        states = [
            state if working.waits_for(self.plan.kinds[record.kind], state) else "submitted"
            for state, record in zip(drawn, records, strict=True)
        ]
        revisions = []
        for n, record in enumerate(records):
            model = lives[n % len(lives)].live if record.live_id is None else record.live
            author = self.chance.choice(self.staff)
            number = 1 if record.live_id is None else 1_000
            revisions.append(
                Revision(
                    pk=last + 1 + n, record=record, number=number, payload=model.payload, shape=self.plan.hash,
                    title=f"{model.title[:480]}（在办{n}）", state=states[n], author=author, work_salt=b"0" * 32,
                    created_at=self.now - timedelta(days=self.chance.randrange(40)), note="更正" * (number > 1),
                    scheduled_for=self.now + timedelta(days=3000) if states[n] == "scheduled" else None,
                )
            )  # fmt: skip
        Revision.objects.bulk_create(revisions, batch_size=400)
        works, wordings = [], []
        for one in revisions:
            kind = self.plan.kinds[one.record.kind]
            due = (
                self.now.date() + timedelta(days=self.chance.randrange(-5, 40)) if self.chance.random() < 0.6 else None
            )
            waits = working.waits_for(kind, one.state) or ""
            works.append(
                Work(revision=one, kind=kind.code, unit_path=one.record.unit_path, waits_for=waits, author=one.author,
                     due_on=due, changed_at=self.now)
            )  # fmt: skip
            wordings.append(Wording(revision=one, version=0, payload=one.payload, by=one.author, at=self.now))
        Work.objects.bulk_create(works, batch_size=400)
        Wording.objects.bulk_create(wordings, batch_size=400)
        self.in_work = revisions

    def fresh(self, n: int, lives: list[Any]) -> Any:
        """Return a record that is not published yet; departments have more of them than villages."""
        from sunlit.records.models import Record

        model = lives[n % len(lives)]
        unit = self.publishing[min(int(self.chance.paretovariate(0.5)), len(self.publishing) - 1)]
        return Record(kind=model.kind, unit=unit, unit_path=unit.path, audience=model.audience, scope=model.scope)

    def history(self) -> None:
        """Write lines of history: three for each text in work, the others for what is published."""
        from sunlit.records.models import Record, Trace

        steps = ("drafted", "edited", "submitted", "reviewed", "approved")
        published = list(Record.objects.filter(state="live").values_list("pk", flat=True)[:40_000])
        subjects = [(one.record_id, one.number) for one in self.in_work for _step in range(3)]
        subjects += [(self.chance.choice(published), 1) for _ in range(TRACES - len(subjects))]
        self.chance.shuffle(subjects)
        for first in range(0, len(subjects), 20_000):
            Trace.objects.bulk_create(
                (
                    Trace(record_id=pk, revision=number, step=self.chance.choice(steps), at=self.now,
                          actor=self.chance.choice(self.staff), role="editor", unit="sn-environment")
                    for pk, number in subjects[first : first + 20_000]
                ),
                batch_size=400,
            )  # fmt: skip

    def emergencies(self) -> None:
        """Leave takedowns and emergency publications that nobody has looked at yet."""
        from sunlit.records.models import LaterReview, Notice, Record

        gone = list(Record.objects.filter(state="live").select_related("live").order_by("pk")[:120])
        Notice.objects.bulk_create(
            Notice(record=one, event="record.unpublished", revision=1, day=self.now.date(), at=self.now, reason="试",
                   salt=b"0", commitment=b"0", actor=self.staff[0], review_due=self.now.date())
            for one in gone[:80]
        )  # fmt: skip
        LaterReview.objects.bulk_create(
            LaterReview(revision=one.live, reason="急", actor=self.staff[0], at=self.now, due=self.now.date())
            for one in gone[80:]
        )


def grow() -> None:
    """Fill the desk of the city in ``SUNLIT_HOME``."""
    began = time.monotonic()
    Office().fill()
    print(f"  desk filled in {time.monotonic() - began:.0f} s")


def people() -> dict[str, dict[str, Any]]:
    """Log the named people in and return for each the cookie and a text and a record on which they work."""
    from django.conf import settings
    from django.test import Client

    from sunlit.records import desk
    from sunlit.sight import viewer_for
    from sunlit.units.models import User

    found = {}
    for name in ASKED:
        user, client = User.objects.get(username=f"asker-{name}"), Client()
        client.force_login(user)
        viewer = viewer_for(user)
        works = desk.of_paths(viewer, viewer.works_below).order_by("pk")
        text = works.filter(revision__number__gt=1).first() or works.first()
        record = desk.records(viewer).first()
        found[name] = {
            "cookie": f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}",
            "text": text.pk if text else 0,
            "record": record.pk if record else 0,
        }
    return found


def pages_of(name: str, person: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the pages that someone asks for, with their addresses."""
    for page in ASKED[name]:
        address = PAGES[page].format(**person)
        if "/0/" not in address:
            yield page, address


def timed(questions: list[tuple[int, str]], cookie: str, count: int) -> list[list[float]]:
    """Return for each of some questions, a port and an address, the seconds it took, asked in turns."""
    links = [http.client.HTTPConnection("127.0.0.1", port, timeout=60) for port, _address in questions]
    taken: list[list[float]] = [[] for _question in questions]
    for _turn in range(count):
        for at, (_port, address) in enumerate(questions):
            began = time.perf_counter()
            links[at].request("GET", address, headers={"Cookie": cookie})
            answer = links[at].getresponse()
            answer.read()
            taken[at].append(time.perf_counter() - began)
            if answer.status != 200:
                sys.exit(f"{address} answered {answer.status} {answer.getheader('Location') or ''}")
    for link in links:
        link.close()
    return taken


def measure(home: Path) -> None:
    """Ask for every page of everyone, in turns with the reference, and print the figures."""
    named, port, other = json.loads(part(home, "people")), reading.free_port(), reading.free_port()
    print(f"load average {os.getloadavg()[0]:.1f}; {QUESTIONS} questions each, in turns with the reference:")
    print("the smallest page of Django for somebody logged in")
    smallest = {"SUNLIT_MFA": "off", "DJANGO_SETTINGS_MODULE": "bench.smallest"}
    with reading.sunlit(home, other, **smallest), reading.sunlit(home, port, SUNLIT_MFA="off"):
        time.sleep(2)
        references = []
        for name, person in named.items():
            for page, address in pages_of(name, person):
                questions = [(port, address), (other, "/")]
                timed(questions, person["cookie"], 6)
                ours, smallest_page = timed(questions, person["cookie"], QUESTIONS)
                references += smallest_page
                times = statistics.median(ours) / statistics.median(smallest_page)
                late = " (over the goal)" if statistics.quantiles(ours, n=20)[-1] * 1000 > GOAL else ""
                print(f"{name:14}{page:22}{reading.describe(ours)}, {times:.1f} times the reference{late}", flush=True)
    print(f"reference over all: {reading.describe(references)}")
    print(f"load average {os.getloadavg()[0]:.1f}; goal {GOAL} ms at p95")


def queries(*, with_plans: bool) -> None:
    """Print how many statements each page sends, the longest of them, and if wanted how each finds its rows."""
    from django.db import connection, connections
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    for name, person in people().items():
        for page, address in pages_of(name, person):
            client = Client(headers={"cookie": person["cookie"]})
            client.get(address)
            with CaptureQueriesContext(connection) as caught:
                began = time.perf_counter()
                answer = client.get(address)
                took = time.perf_counter() - began
            longest = sorted(caught.captured_queries, key=lambda one: -float(one["time"]))[:2]
            print(f"{name:14}{page:22}{answer.status_code} {took * 1000:6.0f} ms, {len(caught)} statements")
            for one in longest:
                if float(one["time"]) < 0.005:
                    continue
                print(f"    {float(one['time']) * 1000:.0f} ms: {one['sql'][: 3000 if with_plans else 300]}")
                if with_plans:
                    with connections["default"].cursor() as cursor:
                        words = "EXPLAIN ANALYZE" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
                        cursor.execute(f"{words} {one['sql'].replace('%', '%%')}")
                        print(*(f"      {row[-1]}" for row in cursor.fetchall()), sep="\n")


def part(home: Path, name: str) -> str:
    """Run one part of this script over a city, and return what it said."""
    environment = {**os.environ, "SUNLIT_HOME": str(home), "SUNLIT_MFA": "off"}
    command = [sys.executable, __file__, name]
    return subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sunlit.config.settings")
    if sys.argv[1:2] in (["grow"], ["people"]):
        import django

        django.setup()
        grow() if sys.argv[1] == "grow" else print(json.dumps(people()))
    elif sys.argv[1:2] in (["queries"], ["plans"]):
        os.environ |= {"SUNLIT_HOME": str(ensure()), "SUNLIT_MFA": "off", "SUNLIT_HOST": "testserver"}
        import django

        django.setup()
        queries(with_plans=sys.argv[1] == "plans")
    else:
        measure(ensure())
