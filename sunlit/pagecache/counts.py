"""What each web process counts: its requests and what the page cache made of them, in a small file of its own.

A file in shared memory costs an addition for each request, needs no server and no lock between processes, and outlives
a process that dies. Whoever wants the figures adds up the files; those of dead processes are folded into one.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import mmap
import os
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

OUTCOMES = ("hit", "made", "bypass")
HIT, MADE, BYPASS = range(3)
METHODS = ("GET", "HEAD", "POST", "other")
CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx")
BUCKETS_MS = (5, 10, 25, 50, 100, 250, 500, 1000, 2500)
OTHER = "other"
"""The route of requests that no address of ours matched: what does not exist, and static files."""
_HEAD = 2
_MAGIC_AT, _MARK_AT = range(_HEAD)
_MAGIC = 0x53554E4C_00000101
_TOTALS_AT = len(BUCKETS_MS) + 1
_ROW = _TOTALS_AT + 1
"""Words of one row: a count for each bucket, one for what took longer, and the sum of microseconds."""
_ROWS = len(METHODS) * len(CLASSES)
"""Rows of one route."""


@dataclass(frozen=True)
class Row:
    """The requests of one route and method answered in one class: how many within each bucket, and how long in all."""

    route: str
    method: str
    status: str
    counts: tuple[int, ...]
    microseconds: int


@dataclass(frozen=True)
class Figures:
    """Everything that was counted since the counters began."""

    words: tuple[int, ...]
    table: Table

    @property
    def outcomes(self) -> dict[str, int]:
        """Return how many requests the page cache dealt with, by outcome."""
        return dict(zip(OUTCOMES, self.words, strict=False))

    def rows(self) -> Iterator[Row]:
        """Yield the rows in which anything was counted."""
        for number, route in enumerate(self.table.routes):
            for place, (method, status) in enumerate(product(METHODS, CLASSES)):
                start = len(OUTCOMES) + (number * _ROWS + place) * _ROW
                counts = self.words[start : start + _TOTALS_AT]
                if any(counts):
                    yield Row(route, method, status, counts, self.words[start + _TOTALS_AT])


class Table:
    """Which word counts what: closed, so that no request, whatever it asks for, makes a file grow."""

    def __init__(self, routes: Iterable[str]) -> None:
        self.routes = (*dict.fromkeys(routes), OTHER)
        self._numbers = {route: number for number, route in enumerate(self.routes)}
        self.width = len(OUTCOMES) + len(self.routes) * _ROWS * _ROW
        said = "\n".join((*OUTCOMES, *METHODS, *CLASSES, *map(str, BUCKETS_MS), *self.routes))
        self.mark = int.from_bytes(hashlib.blake2b(said.encode(), digest_size=8).digest(), "little")

    @property
    def size(self) -> int:
        """Return the bytes of a file."""
        return 8 * (_HEAD + self.width)

    def row(self, route: str, method: str, status: int) -> int:
        """Return where the row of a route, a method and a status begins."""
        number = self._numbers.get(route, len(self.routes) - 1)
        # Whoever asks can invent a method; those that are rare, and the invented ones, are one.
        place = METHODS.index(method) if method in METHODS else len(METHODS) - 1
        which = min(max(status // 100, 1), len(CLASSES)) - 1
        return len(OUTCOMES) + (number * _ROWS + place * len(CLASSES) + which) * _ROW


class Counts:
    """The file of one process, which alone writes to it."""

    def __init__(self, folder: Path, table: Table, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._table = table
        # The threads of the process take turns: an addition is a reading and a writing.
        self._lock = threading.Lock()
        descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.ftruncate(descriptor, table.size)
            self._map = mmap.mmap(descriptor, table.size)
        finally:
            os.close(descriptor)
        words = memoryview(self._map).cast("Q")
        # In a container a process often has the number of the one before it, whose figures it then carries on.
        if (words[_MAGIC_AT], words[_MARK_AT]) != (_MAGIC, table.mark):
            self._map[:] = bytes(table.size)
            words[_MARK_AT], words[_MAGIC_AT] = table.mark, _MAGIC
        self._words = words[_HEAD:]

    def outcome(self, which: int) -> None:
        """Count what the page cache made of a request."""
        with self._lock:
            self._words[which] += 1

    def request(self, route: str, method: str, status: int, microseconds: int) -> None:
        """Count a request that Django has answered."""
        start = self._table.row(route, method, status)
        place = next((n for n, most in enumerate(BUCKETS_MS) if microseconds <= most * 1000), len(BUCKETS_MS))
        with self._lock:
            self._words[start + place] += 1
            self._words[start + _TOTALS_AT] += microseconds


_here: Counts | None = None
_here_lock = threading.Lock()


def here() -> Counts:
    """Return the counters of this process; the file is made when it is first asked for."""
    global _here
    if _here is None:
        with _here_lock:
            if _here is None:
                _here = Counts(_folder(), table(), f"metrics-{os.getpid()}")
    return _here


def _begin_anew() -> None:
    """Give a process that was forked off counters, and locks, of its own."""
    global _here, _here_lock
    _here, _here_lock = None, threading.Lock()


os.register_at_fork(after_in_child=_begin_anew)


@lru_cache(maxsize=1)
def table() -> Table:
    """Return the table of this instance's addresses."""
    return Table(sorted(_names(get_resolver().url_patterns)))


def figures() -> Figures:
    """Add up what all web processes of this host have counted."""
    return gather(_folder(), table())


def gather(folder: Path, table: Table) -> Figures:
    """Add up the files of ``folder``; those of processes that are gone are folded into one.

    A file of another version of Sunlit counts other things: it is left out, and removed when its process is gone.
    """
    if not folder.is_dir():
        return Figures((0,) * table.width, table)
    # One at a time: of two who fold the same file both would count it.
    with (folder / "metrics.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = folder / "metrics-gone"
        gone = [file for file in _files(folder) if not _is_alive(int(file.name.partition("-")[2]))]
        before = _read(kept, table)
        if gone:
            before = _sum([before, *(_read(file, table) for file in gone)], table)
            # If the process dies between the two, what was folded is counted once more; nothing is lost.
            _write(kept, before, table)
            for file in gone:
                file.unlink(missing_ok=True)
        living = [_read(file, table) for file in _files(folder)]
    return Figures(_sum([before, *living], table), table)


def _files(folder: Path) -> list[Path]:
    return [file for file in folder.glob("metrics-*") if file.name.partition("-")[2].isdigit()]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # somebody else's by now, but it cannot be told when ours ended
    return True


def _read(file: Path, table: Table) -> Sequence[int]:
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return ()
    if len(content) != table.size:
        return ()
    words = memoryview(content).cast("Q")
    return words[_HEAD:] if (words[_MAGIC_AT], words[_MARK_AT]) == (_MAGIC, table.mark) else ()


def _write(file: Path, words: Sequence[int], table: Table) -> None:
    descriptor, draft = tempfile.mkstemp(prefix=".metrics.", dir=file.parent)
    with contextlib.ExitStack() as undo:
        undo.callback(Path(draft).unlink, missing_ok=True)
        with os.fdopen(descriptor, "wb") as out:
            out.writelines(word.to_bytes(8, "little") for word in (_MAGIC, table.mark, *words))
        Path(draft).rename(file)


def _sum(parts: Iterable[Sequence[int]], table: Table) -> tuple[int, ...]:
    whole = [part for part in parts if len(part)]
    return tuple(map(sum, zip(*whole, strict=True))) if whole else (0,) * table.width


def _names(entries: Iterable[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for entry in entries:
        if isinstance(entry, URLResolver):
            yield from _names(entry.url_patterns, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
        elif entry.name:
            yield f"{prefix}{entry.name}"


def _folder() -> Path:
    return Path(settings.HOME) / "cache"
