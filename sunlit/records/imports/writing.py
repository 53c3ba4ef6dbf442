"""Writing a chunk of an import: a few hundred records in one short transaction, at the speed of the driver."""

from __future__ import annotations

import os
import time
from collections import Counter as Tally
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, models, transaction

from sunlit.ledger import bulk, commitments
from sunlit.ledger.alike import Act, append_alike
from sunlit.plan.language import Kind, Plan
from sunlit.records import attaching, documents, gates, linking, numbering
from sunlit.records.acts import journal
from sunlit.records.acts.rules import local_day
from sunlit.records.imports.rows import Mistake, Ready
from sunlit.records.models import DATE_SLOTS, Batch, BatchError, Record, Revision, Slot, Waiver
from sunlit.records.shelving import COLUMNS, year_of
from sunlit.records.states import Audience, BatchState, RecordState, RevisionState, Validity
from sunlit.units.actors import Actor

MOST_MISTAKES = 10_000
"""Mistakes beyond this many are counted, not kept."""

_RECORD = (
    *("id", "kind", "unit_id", "unit_path", "index_no", "slug", "audience", "scope", "state", "live_id"),
    *("successor_id", "title", "published_at", "changed_at", "validity", "expires_on", "demo", "batch_id", "version"),
)
_REVISION = (
    *("id", "record_id", "number", "payload", "shape", "title", "state", "author_id", "reviewer_id"),
    *("secrecy_reviewer_id", "approver_id", "co_authors", "work_salt", "salt", "commitment", "note", "reason"),
    *("created_at", "published_at", "scheduled_for", "version"),
)
_SLOT = ("record_id", "kind", "unit_path", "audience", "scope", "batch_id", "year", "published_at", *COLUMNS)
_AT = {column: at for at, column in enumerate(COLUMNS)}
_ERROR = ("batch_id", "row", "field", "label", "excerpt", "sentence")


class Overtaken(Exception):
    """Says that another process went on with the batch; nothing was written."""


@dataclass(frozen=True)
class Press:
    """Everything that is the same for each record of a batch."""

    batch: Batch
    plan: Plan
    kind: Kind
    actor: Actor
    now: datetime
    secrecy_reviewer_id: int | None = None
    reviewer_id: int | None = None

    @property
    def audience(self) -> str:
        """Who may read the records."""
        return self.kind.settings.audience


@dataclass(slots=True)
class _Sheetful:
    """A record with its number and its bound document, still without an id."""

    ready: Ready
    number: numbering.Number
    salt: bytes
    commitment: bytes


def stage(press: Press, rows: Sequence[Ready], mistakes: Sequence[Mistake], next_row: int) -> float:
    """Write good rows and mistakes and move the batch on to ``next_row``, all in one transaction.

    Returns for how many seconds the transaction kept other writers waiting. Raises Overtaken if the batch was moved on
    by someone else since it was read.
    """
    pressed = _press(press, rows) if rows else []
    kept = list(mistakes[: max(0, MOST_MISTAKES - press.batch.errors_kept)])
    with transaction.atomic():
        began = time.perf_counter()
        same = Batch.objects.filter(pk=press.batch.pk, state=BatchState.STAGING, next_row=press.batch.next_row)
        good, bad = press.batch.good + len(rows), press.batch.bad + len({one.row for one in mistakes})
        errors_kept = press.batch.errors_kept + len(kept)
        if same.update(next_row=next_row, good=good, bad=bad, errors_kept=errors_kept) != 1:
            raise Overtaken
        if pressed:
            _write(press, pressed)
        if kept:
            bulk.insert(BatchError, _ERROR, [_error(press.batch.pk, one) for one in kept])
    held = time.perf_counter() - began
    batch = press.batch
    batch.next_row, batch.good, batch.bad, batch.errors_kept = next_row, good, bad, errors_kept
    return held


def _error(batch: int, one: Mistake) -> tuple[Any, ...]:
    return (batch, one.row, one.field[:64], one.label[:200], one.excerpt[:60], one.sentence[:500])


def _press(press: Press, rows: Sequence[Ready]) -> list[_Sheetful]:
    """Number, salt and bind the rows; this part needs no open transaction but the short one of the numbers."""
    year = local_day(press.now).year
    counts = Tally(ready.unit for ready in rows if ready.number is None)
    with transaction.atomic():
        allotted = numbering.allot_many(press.plan, counts, year)
    numbers = {pk: iter(each) for pk, each in allotted.items()}
    salts = os.urandom(commitments.SALT_SIZE * len(rows))
    pressed = []
    for at, ready in enumerate(rows):
        salt = salts[at * commitments.SALT_SIZE : (at + 1) * commitments.SALT_SIZE]
        pressed.append(_bind(press, ready, ready.number or next(numbers[ready.unit.pk]), salt))
    return pressed


def _bind(press: Press, ready: Ready, number: numbering.Number, salt: bytes) -> _Sheetful:
    document = documents.encode_new(
        kind=press.kind.code,
        index_no=number.index_no,
        unit=ready.unit.code,
        title=ready.title,
        payload=ready.bound,
        published=press.now,
    )
    return _Sheetful(ready, number, salt, commitments.commit_encoded(salt, document))


def _write(press: Press, pressed: Sequence[_Sheetful]) -> None:
    records = ids(Record, len(pressed))
    revisions = ids(Revision, len(pressed))
    now = bulk.instant(press.now)
    year = year_of(press.now)
    record_rows, revision_rows, slot_rows, acts = [], [], [], []
    for one, record, revision in zip(pressed, records, revisions, strict=True):
        record_rows.append(_record_row(press, one, record, revision, now))
        revision_rows.append(_revision_row(press, one, record, revision, now))
        slot_rows.append(_slot_row(press, one, record, now, year))
        acts.append(_act(press, one, record))
    # In this order SQLite finds the open ends of each foreign key in an index; the other way it looks through all rows.
    bulk.insert(Revision, _REVISION, revision_rows)
    bulk.insert(Record, _RECORD, record_rows)
    bulk.insert(Slot, _SLOT, slot_rows)
    append_alike(
        "record.published",
        acts,
        actor=press.actor,
        day=local_day(press.now),
        batch=press.batch.pk,
        private=press.audience != Audience.PUBLIC,
        now=press.now,
    )
    waived = [
        (revision, one.ready.waiver) for one, revision in zip(pressed, revisions, strict=True) if one.ready.waiver
    ]
    if waived:
        rows = [(revision, reason, press.batch.approver_id, now) for revision, reason in waived]
        bulk.insert(Waiver, ("revision_id", "reason", "actor_id", "at"), rows)
    attaching.attach_many(
        [(revision, each) for one, revision in zip(pressed, revisions, strict=True) for each in one.ready.files]
    )
    links = [(pk, *link) for one, pk in zip(pressed, records, strict=True) for link in one.ready.links]
    if links:
        linking.link_many(links)


def _act(press: Press, one: _Sheetful, record: int) -> Act:
    subject = f"record:{record}"
    tags = f"{subject} kind:{press.kind.code} unit:{one.ready.unit.path} {journal.LISTED}"
    return Act(subject, documents.reference(one.number.index_no, 1), tags, one.commitment)


def _record_row(press: Press, one: _Sheetful, record: int, revision: int, now: object) -> tuple[Any, ...]:
    ready = one.ready
    return (
        *(record, press.kind.code, ready.unit.pk, ready.unit.path, one.number.index_no, one.number.slug),
        *(press.audience, ready.scope, RecordState.LIVE.value, revision, None, ready.title, now, now),
        Validity.VALID.value if press.kind.settings.validity else "",
        _day(ready.expires_on),
        *(press.batch.demo, press.batch.pk, 0),
    )


def _revision_row(press: Press, one: _Sheetful, record: int, revision: int, now: object) -> tuple[Any, ...]:
    approver = press.batch.approver_id
    return (
        *(revision, record, 1, one.ready.payload, press.plan.hash, one.ready.title, RevisionState.LIVE.value),
        *(
            press.batch.author_id,
            press.reviewer_id or approver,
            press.secrecy_reviewer_id,
            approver,
            "[]",
            None,
            one.salt,
            one.commitment,
        ),
        *(_note(press, one.ready), "", now, now, None, 0),
    )


def _note(press: Press, ready: Ready) -> str:
    return gates.note_of(press.plan, press.kind, ready.waiver) if ready.waiver else ""


def _slot_row(press: Press, one: _Sheetful, record: int, now: object, year: int) -> tuple[Any, ...]:
    ready = one.ready
    filled: list[Any] = [None] * len(COLUMNS)
    for column, value in ready.slot.items():
        filled[_AT[column]] = _day(value) if column in DATE_SLOTS else value
    return (record, press.kind.code, ready.unit.path, press.audience, ready.scope, press.batch.pk, year, now, *filled)


def _day(value: date | None) -> object:
    return connection.ops.adapt_datefield_value(value)


def ids(model: type[models.Model], count: int) -> list[int]:
    """Return fresh ids for rows to be inserted in this transaction; the database never gives them out again."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [int(row[0]) for row in cursor.fetchall()]
        # The write lock is ours, and inserting an explicit id moves SQLite's own sequence on.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        last = int(row[0]) if row else 0
        return list(range(last + 1, last + 1 + count))
