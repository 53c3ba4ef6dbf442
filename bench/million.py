"""Makes the large city that other benchmarks read: 1,000,000 records, 3,500,000 revisions, 6,000,000 ledger entries.

The demo city is its seed: each record is the like of one of the demo's, of every kind, with a number, a title, an
instant and a history of its own. Who publishes and how often a text is corrected follow long-tailed distributions, and
the city publishes more each year. Commitments, leaves, tiles and roots are real: ``ledger verify --content`` says so.

Made once for each database and size and kept in ``SUNLIT_BENCH_DATA`` (default ``/tmp/sunlit-bench-data``); run it by
itself to make it beforehand: ``RECORDS=1000000 python bench/million.py``.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter as Tally
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RECORDS = int(os.environ.get("RECORDS", "1000000"))
FIRST, DAYS = datetime(2018, 1, 1, 1, 0, tzinfo=UTC), 3230
CHUNK = 4_000
MEAN_STEP = 0.715
"""Private steps for each wording, so that 3.5 million wordings come to 6 million entries."""
HEAVY = {"penalty-decision": 2600, "approval-decision": 3200, "notice": 900, "policy": 250, "government-spending": 300}


def home(records: int = RECORDS) -> Path:
    """Return where the city of this size lies, for the database that ``DATABASE_URL`` names."""
    vendor = "postgresql" if os.environ.get("DATABASE_URL") else "sqlite"
    return Path(os.environ.get("SUNLIT_BENCH_DATA", "/tmp/sunlit-bench-data")) / f"{vendor}-{records}"


def ensure(records: int = RECORDS) -> Path:
    """Return the home of the large city, made if it is not there; takes some minutes for a million."""
    place = home(records)
    if not (place / "complete").exists():
        environment = {**os.environ, "SUNLIT_HOME": str(place), "RECORDS": str(records)}
        for arguments in (["init"], ["plan", "apply", "plans/suining", "--if-new"], ["demo", "load"]):
            command = [sys.executable, "-m", "sunlit.cli", *arguments]
            subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        subprocess.run([sys.executable, __file__, "grow"], cwd=ROOT, env=environment, check=True)
        (place / "complete").touch()
    return place


@dataclass
class Seed:
    """A record of the demo city, as the model of many."""

    kind: str
    units: list[tuple[int, str, str, str]]
    audience: str
    scope: str
    validity: str
    title: str
    payload: str
    bound: str
    slot: tuple[Any, ...]
    process: str


class Grower:
    """Writes the large city in long transactions; nobody else is there."""

    def __init__(self) -> None:
        from sunlit.ledger import selectors as ledger
        from sunlit.plan import selectors as plans
        from sunlit.records.models import IndexSequence, Record, Revision
        from sunlit.units import actors

        self.plan = plans.current()
        self.chance = random.Random(1)
        self.actor = actors.system()
        self.seeds = self.read_seeds()
        self.sequences = {(one.org9, one.year): one.last for one in IndexSequence.objects.all()}
        self.record = Record.objects.order_by("-pk").values_list("pk", flat=True)[0]
        self.revision = Revision.objects.order_by("-pk").values_list("pk", flat=True)[0]
        self.edge = ledger.edge(ledger.head().size)
        self.wordings = 0

    def read_seeds(self) -> list[Seed]:
        """Read the demo's live records with their slots."""
        from sunlit.plan.selectors import by_hash
        from sunlit.records import documents, processes, rendition
        from sunlit.records.models import Record
        from sunlit.records.shelving import COLUMNS
        from sunlit.units.models import Unit

        units = {one.code: (one.pk, one.path, one.code, one.org9) for one in Unit.objects.exclude(org9=None)}
        holders = {
            code: [units[u] for u in self.plan.select(kind.holders) if u in units]
            for code, kind in self.plan.kinds.items()
        }
        found = []
        for record in Record.objects.filter(state="live").select_related("live", "slot", "unit"):
            kind = by_hash(record.live.shape).kinds[record.kind]
            own = units.get(record.unit.code)
            shown = rendition.public(kind, record.live.data)
            found.append(
                Seed(
                    record.kind, holders[record.kind] or [own] if own else holders[record.kind], record.audience,
                    record.scope, record.validity, record.title, record.live.payload, documents.encode(shown),
                    tuple(getattr(record.slot, column) for column in COLUMNS),
                    processes.number_of(kind, record.live.data),
                )
            )  # fmt: skip
        return [seed for seed in found if seed.units]

    def grow(self, records: int) -> None:
        """Write ``records`` more records with their histories."""
        share = Tally(seed.kind for seed in self.seeds)
        weights = [1 + HEAVY.get(seed.kind, 0) / share[seed.kind] for seed in self.seeds]
        began = time.monotonic()
        for first in range(0, records, CHUNK):
            count = min(CHUNK, records - first)
            chosen = self.chance.choices(self.seeds, weights, k=count)
            instants = [self.instant((first + at + 0.5) / records) for at in range(count)]
            self.write(first, chosen, instants)
            if first % (CHUNK * 10) == 0:
                done, seconds = first + count, time.monotonic() - began
                print(
                    f"\r  {done:,} records, {self.wordings:,} wordings, {self.edge.size:,} entries, {seconds:.0f} s",
                    end="",
                    flush=True,
                )
        print()

    def instant(self, part: float) -> datetime:
        """Return an instant: the city publishes more each year, by day, on most days."""
        moment = FIRST + timedelta(days=DAYS * part**0.6)
        return moment.replace(
            hour=self.chance.randrange(1, 10), minute=self.chance.randrange(60), second=self.chance.randrange(60)
        )

    def write(self, first: int, chosen: list[Seed], instants: list[datetime]) -> None:
        """Write one chunk in one transaction."""
        from django.db import transaction

        from sunlit.ledger import bulk
        from sunlit.ledger.models import Entry, Tile
        from sunlit.records.imports import writing
        from sunlit.records.models import Record, Revision, Slot

        records: list[Any] = []
        revisions: list[Any] = []
        slots: list[Any] = []
        entries: list[Any] = []
        tiles: dict[tuple[int, int], bytes] = {}
        for at, (seed, moment) in enumerate(zip(chosen, instants, strict=True)):
            self.one(first + at, seed, moment, records, revisions, slots, entries, tiles)
        with transaction.atomic():
            bulk.insert(Revision, writing._REVISION, revisions)
            bulk.insert(Record, writing._RECORD, records)
            bulk.insert(Slot, writing._SLOT, slots)
            columns = ("position", "body", "leaf_hash", "event", "subject", "ref", "tags", "batch", "sequenced_at")
            bulk.insert(Entry, columns, entries)
            tiles.update(((a.level or 0, a.number), data) for a, data in self.edge.partial())
            Tile.objects.bulk_create(
                [Tile(level=level, number=number, hashes=data) for (level, number), data in tiles.items()],
                update_conflicts=True, unique_fields=["level", "number"], update_fields=["hashes"],
            )  # fmt: skip

    def one(
        self, n: int, seed: Seed, moment: datetime, records: Any, revisions: Any, slots: Any, entries: Any, tiles: Any
    ) -> None:
        """Add the rows of one record."""
        from sunlit.ledger import bulk
        from sunlit.records import numbering
        from sunlit.records.shelving import COLUMNS, year_of

        units = seed.units
        unit, path, code, org9 = units[min(int(self.chance.paretovariate(0.9)) - 1, len(units) - 1)]
        year = year_of(moment)
        self.sequences[org9, year] = self.sequences.get((org9, year), 0) + 1
        number = numbering.number(self.plan, org9, year, self.sequences[org9, year])
        title = f"{seed.title[:480]}（{n}）"
        chain, own = json.dumps(seed.process, ensure_ascii=False), f"{seed.process}-{n // 40}"
        payload, bound = seed.payload, seed.bound
        if seed.process:
            payload, bound = (text.replace(chain, json.dumps(own, ensure_ascii=False)) for text in (payload, bound))
        self.record += 1
        count = 1 + min(60, int(self.chance.expovariate(1 / 3)))
        made = [moment + timedelta(days=30 * at, minutes=at) for at in range(count)]
        for at, published in enumerate(made, 1):
            self.revision += 1
            salt, commitment = self.bind(seed, number.index_no, code, title, bound, published, at)
            state = "live" if at == count else "replaced"
            stamp = bulk.instant(published)
            note = "" if at == 1 else "更正文字"
            revisions.append(
                (self.revision, self.record, at, payload, self.plan.hash, title, state, None, None, None, None, "[]",
                 None, salt, commitment, note, "", stamp, stamp, None, 0)
            )  # fmt: skip
            self.enter(seed, path, f"{number.index_no}#{at}", commitment, published, at, entries, tiles)
        self.wordings += count
        slot = [own if seed.process and value == seed.process else value for value in seed.slot]
        filled = [self.moved(column, value) for column, value in zip(COLUMNS, slot, strict=True)]
        stamp, last = bulk.instant(moment), bulk.instant(made[-1])
        records.append(
            (self.record, seed.kind, unit, path, number.index_no, number.slug, seed.audience, seed.scope, "live",
             self.revision, None, title, stamp, last, seed.validity, None, True, 0, 0)
        )  # fmt: skip
        slots.append((self.record, seed.kind, path, seed.audience, seed.scope, 0, year, stamp, *filled))

    def moved(self, column: str, value: Any) -> Any:
        """Return a date or a number of a slot a little away from its model's, so that filters cut somewhere."""
        from django.db import connection

        if value is None or column.startswith("t"):
            return value
        if column.startswith("d"):
            back = self.chance.randrange(2500) if value.year > 1990 else 0
            return connection.ops.adapt_datefield_value(value - timedelta(days=back))
        return int(value * self.chance.uniform(0.5, 1.5))

    def bind(
        self, seed: Seed, index_no: str, unit: str, title: str, bound: str, published: datetime, number: int
    ) -> tuple[bytes, bytes]:
        """Return a salt and the commitment of the wording."""
        from sunlit.ledger import commitments
        from sunlit.records import documents

        salt = self.chance.randbytes(commitments.SALT_SIZE)
        encoded = documents.encode_new(
            kind=seed.kind, index_no=index_no, unit=unit, title=title, payload=bound, published=published
        )
        if number > 1:
            before, found, after = encoded.rpartition(b'"revision":1,"title"')
            encoded = before + found.replace(b"1", str(number).encode()) + after
        return salt, commitments.commit_encoded(salt, encoded)

    def enter(
        self, seed: Seed, path: str, ref: str, commitment: bytes, at: datetime, number: int, entries: Any, tiles: Any
    ) -> None:
        """Add the entries of a wording: the steps before it, of which only the day is known, and its publication."""
        from sunlit.ledger import entries as forms

        day = at.date()
        for _step in range(int(self.chance.random() < MEAN_STEP)):
            body = forms.private("private", day=day, commitment=self.chance.randbytes(32))
            self.place(body, "private", f"submitted#{number}", "", at, entries, tiles)
        event = "record.published" if number == 1 else "record.corrected"
        if seed.audience == "public":
            body = forms.public(event, day=day, actor=self.actor, ref=ref, commitment=commitment)
        else:
            body = forms.private(event, day=day, commitment=commitment)
        tags = f"record:{self.record} kind:{seed.kind} unit:{path}" + (" listed" if number == 1 else "")
        self.place(body, event, ref, tags, at, entries, tiles)

    def place(self, body: bytes, event: str, ref: str, tags: str, at: datetime, entries: Any, tiles: Any) -> None:
        """Add one entry at the end of the log."""
        from sunlit.ledger import bulk, merkle

        leaf = merkle.leaf_hash(body)
        entries.append((self.edge.size, body, leaf, event, f"record:{self.record}", ref, tags, 0, bulk.instant(at)))
        tiles.update(((a.level or 0, a.number), data) for a, data in self.edge.add(leaf))

    def finish(self) -> None:
        """Write head, checkpoint, number sequences and what follows the log."""
        from django.db import connection, transaction
        from django.db.models import Count

        from sunlit.calendars import clock
        from sunlit.config import registry
        from sunlit.ledger import sequencer
        from sunlit.ledger.models import Cursor, Head
        from sunlit.records.models import Counter, IndexSequence, Slot
        from sunlit.screens.models import Chart

        with transaction.atomic():
            Head.objects.update(size=self.edge.size, root=self.edge.root())
            IndexSequence.objects.all().delete()
            rows = [IndexSequence(org9=org9, year=year, last=last) for (org9, year), last in self.sequences.items()]
            IndexSequence.objects.bulk_create(rows, batch_size=2_000)
            Counter.objects.all().delete()
            groups = Slot.objects.values("kind", "unit_path", "audience", "year").annotate(count=Count("*"))
            Counter.objects.bulk_create([Counter(**one) for one in groups], batch_size=2_000)
            for view in registry.views():
                end = {"position": self.edge.size, "root": self.edge.root()}
                Cursor.objects.update_or_create(follower=view.name, defaults=end)
            Chart.objects.update(due=False)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                for table, last in (("records_record", self.record), ("records_revision", self.revision)):
                    cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, last])
            cursor.execute("ANALYZE")
        sequencer.sign_checkpoint(now=clock.now())


def grow() -> None:
    """Grow the demo city in ``SUNLIT_HOME``."""
    from django.db import connection

    from sunlit.calendars import clock
    from sunlit.ledger import sequencer

    began = time.monotonic()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.execute("PRAGMA cache_size=-1500000")
        else:
            cursor.execute("SET synchronous_commit TO off")
    while sequencer.sequence(10_000, now=clock.now()):
        pass
    grower = Grower()
    grower.grow(RECORDS - grower.record)
    grower.finish()
    print(f"  grown in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sunlit.config.settings")
    if sys.argv[1:2] == ["grow"]:
        import django

        django.setup()
        grow()
    else:
        print(ensure())
