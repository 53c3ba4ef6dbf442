"""The sequencer: gives every pending entry its place, and signs how far the log has come.

Two sequencers at once cannot fork the log: whoever swaps the head first wins, the other's transaction is undone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from sunlit.calendars import clock
from sunlit.ledger import checkpoints, growing, guard, journal, keys, published, selectors
from sunlit.ledger.growing import LOCAL, ROWS, LostRace
from sunlit.ledger.models import Checkpoint, Head, Pending, Release


def sequence(limit: int = 10 * ROWS, *, now: datetime | None = None) -> int:
    """Move up to ``limit`` pending entries into the log, at most 500 in one transaction; return how many.

    Raises SigningRefused where the log is behind what was published. Returns early where another sequencer is at work.
    """
    moved = 0
    while moved < limit and selectors.waiting():
        try:
            with transaction.atomic():
                count = _move(min(ROWS, limit - moved), now or clock.now())
        except LostRace:
            break
        moved += count
        if not count:
            break
    return moved


def _move(count: int, now: datetime) -> int:
    head = selectors.head()
    guard.refuse_if_behind(head)
    rows = _due(count)
    if not rows:
        return 0
    growing.append(head, [(*row[1:], now) for row in rows])
    if Pending.objects.filter(pk__in=[row[0] for row in rows]).delete()[0] != len(rows):
        raise LostRace
    return len(rows)


def _due(count: int) -> list[tuple[Any, ...]]:
    """Return the oldest rows that belong to no import, then those of released imports in their order of release."""
    rows = _waiting(0, count)
    for batch in Release.objects.filter(done=False).order_by("released_at", "batch").values_list("batch", flat=True):
        if len(rows) == count:
            break
        more = _waiting(batch, count - len(rows) + 1)
        if len(more) <= count - len(rows):
            Release.objects.filter(batch=batch).update(done=True)
        rows += more[: count - len(rows)]
    return rows


def _waiting(batch: int, count: int) -> list[tuple[Any, ...]]:
    return list(Pending.objects.filter(batch=batch).order_by("id").values_list("id", "body", *LOCAL)[:count])


def sign_checkpoint(*, now: datetime | None = None) -> Checkpoint | None:
    """Sign the head, store the checkpoint durably, then publish it; return it, or None where nothing has changed.

    The journal is brought up to the head first; where that takes longer than a turn, None is returned as well.
    Raises SigningRefused rather than contradict what was signed before, and KeyRefused without a usable key.
    """
    head, last = selectors.head(), selectors.last_checkpoint()
    guard.refuse_to_sign(head)
    if head.size == 0 or not _journalled(head, last):
        return None
    if last and last.size == head.size:
        if published.read() != last.note or not journal.checkpoint_path().exists():
            _publish(last.note)  # the machine stopped between storing and publishing, or the journal is a new one
        return None
    statement = checkpoints.Checkpoint(keys.origin(), head.size, bytes(head.root))
    note = checkpoints.signed(statement, *keys.signers())
    row = Checkpoint(size=head.size, root=bytes(head.root), note=note, signed_at=now or clock.now())
    with _durable():
        row.save(force_insert=True)
    _publish(note)
    return row


def _journalled(head: Head, last: Checkpoint | None) -> bool:
    """Write what the journal lacks; tell whether it now holds every entry that is to be signed."""
    try:
        return journal.catch_up(head.size, signed=guard.signed_size(last))
    except journal.JournalRefused as error:
        raise guard.SigningRefused(str(error)) from error


def _publish(note: str) -> None:
    """Show a stored checkpoint to the world; the journal knows of it first."""
    try:
        journal.keep(note)
    except journal.JournalRefused as error:
        raise guard.SigningRefused(str(error)) from error
    published.publish(note)


@contextmanager
def _durable() -> Iterator[None]:
    """Open a transaction that, with all before it, is on disk (and on a synchronous standby) once it is left."""
    lite = connection.vendor == "sqlite" and not connection.in_atomic_block
    if lite:
        _run("PRAGMA synchronous=FULL")
    try:
        with transaction.atomic(durable=True):
            if connection.vendor == "postgresql":
                _run("SET LOCAL synchronous_commit TO on")
            yield
    finally:
        if lite:
            _run("PRAGMA synchronous=NORMAL")


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
