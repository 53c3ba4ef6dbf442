"""The ledger at six million entries: sequencing, how long an act waits for its place, and verifying everything.

References in the same run: the same entries hashed and inserted without a tree, and the whole log read and hashed
without a proof. The entries that are sequenced stay in the large city's log.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
import time
from hashlib import sha256
from pathlib import Path

import million

ROOT = Path(__file__).resolve().parent.parent
ENTRIES = int(os.environ.get("ENTRIES", "100000"))
SECONDS, ACTS_PER_SECOND = 20, 40


def bodies(count: int) -> list[bytes]:
    """Return entries as private steps write them."""
    from sunlit.calendars import today
    from sunlit.ledger import entries

    return [entries.private("private", day=today(), commitment=os.urandom(32)) for _ in range(count)]


def wait_in_line(found: list[bytes]) -> None:
    """Write entries down as acts do, to wait for their place."""
    from django.db import transaction

    from sunlit.calendars import clock
    from sunlit.ledger import actions
    from sunlit.ledger.models import Pending

    for first in range(0, len(found), 500):
        with transaction.atomic():
            rows = [Pending(event="private", body=body, created_at=clock.now()) for body in found[first : first + 500]]
            actions.append_many(rows)


def sequence() -> float:
    """Return entries per second of the sequencer."""
    from sunlit.calendars import clock
    from sunlit.ledger import sequencer

    began, done = time.perf_counter(), 0
    while moved := sequencer.sequence(5_000, now=clock.now()):
        done += moved
    return done / (time.perf_counter() - began)


def inserted(found: list[bytes]) -> float:
    """Return entries per second of hashing and inserting alone, 500 in a transaction, into a table without a tree."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        kind = "BYTEA" if connection.vendor == "postgresql" else "BLOB"
        cursor.execute("DROP TABLE IF EXISTS bench_plain")
        cursor.execute(f"CREATE TABLE bench_plain (position BIGINT PRIMARY KEY, body {kind}, leaf {kind}, at TEXT)")
        began = time.perf_counter()
        for first in range(0, len(found), 500):
            chunk = enumerate(found[first : first + 500], first)
            rows = [(at, body, sha256(b"\0" + body).digest(), "2026-01-01") for at, body in chunk]
            with transaction.atomic():
                cursor.executemany("INSERT INTO bench_plain VALUES (%s, %s, %s, %s)", rows)
        seconds = time.perf_counter() - began
        cursor.execute("DROP TABLE bench_plain")
    return len(found) / seconds


def waiting_times(home: Path) -> list[float]:
    """Return the ages of the oldest waiting entry, looked at every 10 ms while acts come in and a worker is at work."""
    from sunlit.calendars import clock
    from sunlit.ledger import selectors

    environment = {**os.environ, "SUNLIT_HOME": str(home)}
    worker = subprocess.Popen([sys.executable, "-m", "sunlit.cli", "worker"], cwd=ROOT, env=environment)
    stop = threading.Event()

    def act() -> None:
        from django.db import connection

        while not stop.is_set():
            wait_in_line(bodies(1))
            stop.wait(1 / ACTS_PER_SECOND)
        connection.close()

    acting = threading.Thread(target=act)
    try:
        time.sleep(6)
        acting.start()
        time.sleep(1)
        ages = []
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            ages.append(selectors.oldest_pending_age(clock.now()).total_seconds())
            time.sleep(0.01)
        return ages
    finally:
        stop.set()
        acting.join()
        worker.terminate()
        worker.wait(60)


def read_and_hash() -> float:
    """Return entries per second of reading and hashing the log, with nothing proved."""
    from sunlit.ledger.models import Entry

    began, done = time.perf_counter(), 0
    for body in Entry.objects.order_by("position").values_list("body", flat=True).iterator(5_000):
        sha256(b"\0" + bytes(body)).digest()
        done += 1
    return done / (time.perf_counter() - began)


def verify() -> tuple[float, int]:
    """Return entries per second of verifying the whole log, and how many there are."""
    from sunlit.ledger import verification

    began = time.perf_counter()
    report = verification.verify()
    if not report.is_clean:
        sys.exit("\n".join(map(str, report.findings)))
    return report.entries / (time.perf_counter() - began), report.entries


def main() -> None:
    """Run everything and print figures."""
    from django.core.management import call_command
    from django.db import connection

    home = million.ensure()
    call_command("migrate", verbosity=0, interactive=False)
    sequence()
    found = bodies(ENTRIES)
    wait_in_line(found)
    ours, plain = sequence(), inserted(found)
    print(f"{connection.vendor}: sequencer {ours:,.0f} entries/s (floor 10,000)", end="; ")
    print(f"hashed and inserted alone {plain:,.0f}/s, ratio {ours / plain:.2f}")
    ages = sorted(waiting_times(home))
    print(f"oldest waiting entry at {ACTS_PER_SECOND} acts/s: median {statistics.median(ages) * 1000:.0f} ms", end=", ")
    print(f"p99 {ages[int(len(ages) * 0.99)] * 1000:.0f} ms (floor 500 ms), worst {ages[-1] * 1000:.0f} ms")
    verified, entries = verify()
    alone = read_and_hash()
    print(f"verify: {entries:,} entries at {verified:,.0f}/s (floor 50,000)", end="; ")
    print(f"read and hashed alone {alone:,.0f}/s, ratio {verified / alone:.2f}")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ["SUNLIT_HOME"] = str(million.home())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sunlit.config.settings")
    million.ensure()
    import django

    django.setup()
    main()
