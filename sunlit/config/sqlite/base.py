"""SQLite with an inter-process write lock.

SQLite's own busy handler polls, so under a bulk import other savers starve. Here every write transaction
first takes an exclusive ``flock`` on a file beside the database: the kernel queues the waiters and wakes
them in turn. Readers never touch the lock (WAL).
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.backends.sqlite3 import base

# Statements that change nothing need no lock; everything else outside a transaction takes it for its own duration.
_READS = re.compile(r"\s*(SELECT|PRAGMA|EXPLAIN|SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|VACUUM INTO)\b", re.IGNORECASE)


class WriteLock:
    """One process-wide place in the queue of writers; file locks belong to the open file, so threads queue as well."""

    def __init__(self, path: str) -> None:
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self.held = False

    def acquire(self) -> None:
        """Wait in the kernel's queue until no other writer is at work."""
        if not self.held:
            fcntl.flock(self._fd, fcntl.LOCK_EX)
            self.held = True

    def release(self) -> None:
        """Let the next writer in; harmless when the lock is not held."""
        if self.held:
            self.held = False
            fcntl.flock(self._fd, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give up the lock and its file."""
        self.release()
        os.close(self._fd)


class CursorWrapper(base.SQLiteCursorWrapper):
    """Takes the write lock around single statements that write outside a transaction."""

    owner: DatabaseWrapper

    def execute(self, query: str, params: Sequence[Any] | None = None) -> Any:
        """Run one statement, alone in the queue if it writes."""
        return self.owner.queued(query, lambda: super(CursorWrapper, self).execute(query, params))

    def executemany(self, query: str, param_list: Iterable[Sequence[Any]]) -> Any:
        """Run one statement for many rows, alone in the queue if it writes."""
        return self.owner.queued(query, lambda: super(CursorWrapper, self).executemany(query, param_list))


class DatabaseWrapper(base.DatabaseWrapper):
    """Queues write transactions on a file lock; everything else is Django's."""

    _lock: WriteLock | None = None

    @property
    def write_lock(self) -> WriteLock | None:
        """The lock beside the database file, or None for a database in memory."""
        if self._lock is None:
            name = str(self.settings_dict["NAME"])
            if ":memory:" in name or "mode=memory" in name:
                return None
            self._lock = WriteLock(f"{name}.write-lock")
        return self._lock

    def queued(self, query: str, run: Callable[[], Any]) -> Any:
        """Run a statement, holding the lock for its duration if it writes and no transaction is open."""
        lock = self.write_lock
        if lock is None or lock.held or self.in_atomic_block or _READS.match(query):
            return run()
        lock.acquire()
        try:
            return run()
        finally:
            lock.release()

    def create_cursor(self, name: str | None = None) -> CursorWrapper:
        """Return a cursor that knows its connection."""
        cursor: CursorWrapper = self.connection.cursor(factory=CursorWrapper)
        cursor.owner = self
        return cursor

    def _start_transaction_under_autocommit(self) -> None:
        lock = self.write_lock
        if lock is not None:
            lock.acquire()
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._release()
            raise

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()

    def _commit(self) -> None:
        super()._commit()
        self._release()

    def _rollback(self) -> None:
        try:
            super()._rollback()
        finally:
            self._release()

    def _close(self) -> None:
        try:
            super()._close()
        finally:
            if self._lock is not None:
                self._lock.close()
                self._lock = None
