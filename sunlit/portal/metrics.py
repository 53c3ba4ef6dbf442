"""The figures by which software watches over an instance; ``docs/operate.md`` explains each of them."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, connections

import sunlit
from sunlit.ledger import selectors as ledger
from sunlit.ledger import silence
from sunlit.pagecache import counts
from sunlit.plan import selectors as plans
from sunlit.portal.exposition import Metric, Sample
from sunlit.records import selectors as records


def collect(now: datetime) -> Iterator[Metric]:
    """Yield every figure; while the database does not answer only those that need none."""
    yield from _of_the_build()
    yield from _of_the_web(counts.figures())
    yield from _of_the_disk()
    try:
        found = [*_of_the_ledger(now), *_of_those_who_follow(now), *_of_the_records(now), *_of_the_database()]
    except DatabaseError:
        found = []
    yield _one("sunlit_database_up", "Whether the database answers.", 1 if found else 0)
    yield from found


def _one(name: str, meaning: str, value: float | None, kind: str = "gauge") -> Metric:
    return Metric(name, kind, meaning, [Sample(value)] if value is not None else [])


def _each(name: str, meaning: str, label: str, values: dict[str, int], kind: str = "gauge") -> Metric:
    return Metric(name, kind, meaning, [Sample(value, {label: key}) for key, value in values.items()])


def _of_the_build() -> Iterator[Metric]:
    labels = {"version": sunlit.__version__, "python": platform.python_version(), "database": connection.vendor}
    yield Metric("sunlit_build_info", "gauge", "The software that runs; always 1.", [Sample(1, labels)])


def _of_the_web(figures: counts.Figures) -> Iterator[Metric]:
    yield _each(
        "sunlit_page_cache_total",
        "Requests by what the page cache made of them.",
        "outcome",
        figures.outcomes,
        "counter",
    )
    samples: list[Sample] = []
    for row in figures.rows():
        labels = {"route": row.route, "method": row.method, "status": row.status}
        bounds = [*(f"{most / 1000:g}" for most in counts.BUCKETS_MS), "+Inf"]
        total = 0
        for bound, count in zip(bounds, row.counts, strict=True):
            total += count
            samples.append(Sample(total, {**labels, "le": bound}, "_bucket"))
        samples += [Sample(row.microseconds / 1e6, labels, "_sum"), Sample(total, labels, "_count")]
    yield Metric("sunlit_request_seconds", "histogram", "Requests that Django answered, and how long it took.", samples)


def _of_the_disk() -> Iterator[Metric]:
    home = Path(settings.HOME)
    yield _one("sunlit_disk_free_bytes", "Bytes left where SUNLIT_HOME lies.", shutil.disk_usage(home).free)


def _of_the_ledger(now: datetime) -> Iterator[Metric]:
    last = ledger.last_checkpoint()
    signed = (now - last.signed_at).total_seconds() if last else None
    pending = ledger.oldest_pending_age(now).total_seconds()
    yield _one("sunlit_ledger_entries", "Entries of the ledger.", ledger.head().size)
    yield _one("sunlit_ledger_pending_seconds", "How long the oldest entry has waited for its place.", pending)
    yield _one("sunlit_ledger_signed_entries", "Entries under the last signed checkpoint.", last.size if last else 0)
    yield _one("sunlit_ledger_checkpoint_seconds", "How long ago the last checkpoint was signed.", signed)


def _of_those_who_follow(now: datetime) -> Iterator[Metric]:
    age = silence.look(now)
    seen = age.total_seconds() if age is not None else None
    yield _one("sunlit_worker_seen_seconds", "How long ago the worker was last seen.", seen)
    behind, parked = ledger.followers_behind(), ledger.parked()
    yield _each("sunlit_follower_behind_entries", "Entries a follower has still to take.", "follower", behind)
    left = {name: parked.get(name, 0) for name in {**behind, **parked}}
    yield _each("sunlit_follower_parked_entries", "Entries a follower could not take.", "follower", left)
    yield _each("sunlit_effects", "Acts of reactors by state.", "state", ledger.effects_by_state())
    yield _one("sunlit_alarms_open", "Alarms that wait for a person.", len(ledger.open_alarms()))


def _of_the_records(now: datetime) -> Iterator[Metric]:
    yield _one("sunlit_scheduled_overdue", "Texts whose instant of publication is past.", records.overdue(now))
    yield _one("sunlit_refills_left", "Records still to be put into new slots.", records.left_to_refill())
    code = plans.hash_in_force()
    meaning = "The plan in force; always 1."
    yield Metric("sunlit_plan_info", "gauge", meaning, [Sample(1, {"hash": code[:12]})] if code else [])


def _of_the_database() -> Iterator[Metric]:
    yield _each("sunlit_database_bytes", "Size of the databases.", "database", _sizes(""))
    yield _each("sunlit_database_log_bytes", "Size of SQLite's write-ahead logs.", "database", _sizes("-wal"))


def _sizes(suffix: str) -> dict[str, int]:
    """Return the bytes of each database, or of the file beside it; a server tells only of the database itself."""
    if connection.vendor == "postgresql":
        if suffix:
            return {}
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return {"default": int(cursor.fetchone()[0])}
    files = {alias: Path(f"{connections[alias].settings_dict['NAME']}{suffix}") for alias in connections}
    return {alias: file.stat().st_size if file.exists() else 0 for alias, file in files.items()}
