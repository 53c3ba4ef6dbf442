"""The copier: carries what was committed from the database to the board, within a tenth of a second.

One runs on each host, in the worker or by itself beside the web processes, and reads the very database from which they
make their pages. An act reaches the board up to three times: when it is committed, when it gets its place in the log (a
record's page shows it), and when the views have followed (lists show their counts).
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
from collections.abc import Iterable
from pathlib import Path

from django.db import DatabaseError, InterfaceError, connection

from sunlit.ledger.models import Checkpoint, Cursor, Entry, Head, Pending, Touch
from sunlit.ledger.pagetags import ALL
from sunlit.pagecache.board import Board
from sunlit.pagecache.tags import LEDGER, reached, slot
from sunlit.plan.models import PlanVersion

logger = logging.getLogger(__name__)
POLL_SECONDS = 0.02
PATIENCE = 1.0
MOST = 5_000
"""Rows that are looked at one by one; where more have come at once, every page is made anew."""
_EVERYWHERE = ("plan.applied", "batch.released")
"""Events that change more than their tags can name."""


class Copier:
    """What has been carried to the board so far."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._version: object = None
        self._waiting: frozenset[int] = frozenset()
        self._size = 0
        self._signed = ""
        self._touched: frozenset[int] = frozenset()
        self._cursors: dict[str, int] = {}
        self._plan = ""

    def start(self) -> None:
        """Take the database as it is; nobody knows what happened before, so no older page stands."""
        self._version = None
        self._look()
        self._mark({ALL})
        self._board.beat()

    def turn(self) -> bool:
        """Carry over what was committed since the last turn; tell whether there was anything to look at."""
        version = _version()
        changed = version != self._version
        if changed:
            self.carry()
            self._version = version
        self._board.beat()
        return changed

    def carry(self) -> None:
        """Carry over whatever is new."""
        self._mark(self._look())

    def _mark(self, tags: Iterable[str]) -> None:
        slots = {slot(tag) for tag in tags}
        if slots:
            self._board.change(slots)

    def _look(self) -> set[str]:
        """Return the tags of everything that is new; short queries, each into an index."""
        return self._new_plan() | self._acts() | self._entries() | self._views() | self._touches() | self._checkpoint()

    def _new_plan(self) -> set[str]:
        plan = PlanVersion.objects.filter(active=True).values_list("hash", flat=True).first() or ""
        if plan == self._plan:
            return set()
        self._plan = plan
        self._board.put_plan(int(plan[:16] or "0", 16))
        return {ALL}

    def _acts(self) -> set[str]:
        """Look at what waits for its place; a transaction may commit after one that began later, so at all of it."""
        rows = list(Pending.objects.filter(batch=0).order_by("-id").values_list("id", "event", "tags")[: MOST + 1])
        before, self._waiting = self._waiting, frozenset(row[0] for row in rows)
        if len(rows) > MOST:
            return {ALL}
        return _tags((event, tags) for pk, event, tags in rows if pk not in before)

    def _entries(self) -> set[str]:
        size = Head.objects.values_list("size", flat=True).first() or 0
        first, self._size = self._size, size
        return _between(first, size)

    def _views(self) -> set[str]:
        """Look at what the followers have dealt with; one that began again may have changed anything."""
        found: set[str] = set()
        for name, position, rebuilding in Cursor.objects.values_list("follower", "position", "rebuilding"):
            before = self._cursors.get(name, 0)
            self._cursors[name] = position
            found |= {ALL} if rebuilding else _between(before, position)
        return found

    def _touches(self) -> set[str]:
        # The few before the last are read again: a transaction may commit after one that began later.
        since = max(self._touched, default=0) - 100
        rows = list(Touch.objects.filter(id__gt=since).order_by("-id").values_list("id", "tags")[:MOST])
        before, self._touched = self._touched, frozenset(row[0] for row in rows)
        return reached(tag for pk, tags in rows if pk not in before for tag in tags.split())

    def _checkpoint(self) -> set[str]:
        # The note of a checkpoint grows when witnesses have cosigned it.
        signed = Checkpoint.objects.order_by("-size").values_list("note", flat=True).first() or ""
        before, self._signed = self._signed, signed
        return {LEDGER} if signed != before else set()


def _between(first: int, end: int) -> set[str]:
    """Return the tags of the entries from ``first`` to before ``end``."""
    if first == end:
        return set()
    if not 0 < end - first <= MOST:
        return {ALL}
    return _tags(Entry.objects.filter(position__gte=first, position__lt=end).values_list("event", "tags"))


def _tags(rows: Iterable[tuple[str, str]]) -> set[str]:
    found: set[str] = set()
    for event, tags in rows:
        found.update([ALL] if event in _EVERYWHERE else tags.split())
    return reached(found)


def _version() -> object:
    """Return something that changes whenever another connection commits; the cheapest question that tells."""
    statement = "PRAGMA data_version" if connection.vendor == "sqlite" else "SELECT pg_current_snapshot()::text"
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


class CopierThread:
    """Runs the copier until it is stopped; of two on one host the second waits until the first is gone."""

    def __init__(self, home: Path) -> None:
        self._path = home / "cache"
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="copier", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, and say so on the board."""
        self._stopping.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        board = Board(self._path / "board")
        descriptor = os.open(self._path / "copier.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            while not self._stopping.is_set() and not _locked(descriptor):
                self._stopping.wait(PATIENCE)
            while not self._stopping.is_set():
                self._copy(board)
            board.still()
        finally:
            os.close(descriptor)
            connection.close()

    def _copy(self, board: Board) -> None:
        """Copy until the database fails; after that start anew, for nobody knows what was missed."""
        copier = Copier(board)
        try:
            copier.start()
            while not self._stopping.is_set():
                copier.turn()
                self._stopping.wait(POLL_SECONDS)
        except (DatabaseError, InterfaceError):
            logger.exception("the copier cannot read the database; pages are made anew until it can")
            connection.close()
            self._stopping.wait(PATIENCE)


def _locked(descriptor: int) -> bool:
    # A lock of the process, unlike the one of ``flock``, is not handed on to web processes that are forked off.
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
