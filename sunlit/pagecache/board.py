"""The board: a file in shared memory on which the copier notes what has changed, read by every web process of a host.

Its words are unsigned 64-bit numbers: a head of eight, then one slot for each group of tags. A slot holds the board's
count at the last change, so one number noted before a page is made says later whether the page still stands.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from sunlit.pagecache.tags import SLOTS

_MAGIC = 0x53554E4C_00000001
_HEAD = 8
_SIZE = 8 * (_HEAD + SLOTS)
_MAGIC_AT, _COUNT_AT, _BEAT_AT, _PLAN_AT = range(4)
LATE_NS = 2_000_000_000
"""After so many nanoseconds without a beat of the copier no page is taken from the cache."""


class Board:
    """One mapping of the board; only the copier writes to it.

    Eight aligned bytes are written and read as one, so no reader sees half a number.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._map = mmap.mmap(_opened(path), _SIZE)
        self._words = memoryview(self._map).cast("Q")

    @property
    def count(self) -> int:
        """How many changes have been noted; noted itself before the first query of a page."""
        return self._words[_COUNT_AT]

    @property
    def plan(self) -> int:
        """The plan in force, as a number."""
        return self._words[_PLAN_AT]

    def is_late(self) -> bool:
        """Tell whether the copier has not been heard of for two seconds, or never since the machine started."""
        since = time.monotonic_ns() - self._words[_BEAT_AT]
        return not 0 <= since < LATE_NS

    def stands(self, count: int, slots: tuple[int, ...]) -> bool:
        """Tell whether nothing has changed in ``slots`` since ``count`` was noted."""
        words = self._words
        return words[_HEAD] <= count and all(words[_HEAD + slot] <= count for slot in slots)

    def beat(self) -> None:
        """Note that the copier knows everything that is committed."""
        self._words[_BEAT_AT] = time.monotonic_ns()

    def still(self) -> None:
        """Note that the copier has stopped, so that nobody waits two seconds to learn of it."""
        self._words[_BEAT_AT] = 0

    def change(self, slots: Iterable[int]) -> None:
        """Note a change in ``slots``: every page made from them before is out of date."""
        count = self._words[_COUNT_AT] + 1
        for slot in slots:
            self._words[_HEAD + slot] = count
        self._words[_COUNT_AT] = count

    def put_plan(self, number: int) -> None:
        """Note which plan is in force."""
        self._words[_PLAN_AT] = number

    def close(self) -> None:
        """Let go of the mapping."""
        self._words.release()
        self._map.close()


def _opened(path: Path) -> int:
    """Return a descriptor of the board; of two who make it at once the first wins, for both must have the same."""
    if not _is_whole(path):
        path.unlink(missing_ok=True)
        descriptor, draft = tempfile.mkstemp(prefix=".board.", dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(_MAGIC.to_bytes(8, "little") + bytes(_SIZE - 8))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        Path(draft).unlink()
    return os.open(path, os.O_RDWR | os.O_CLOEXEC)


def _is_whole(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return path.stat().st_size == _SIZE and int.from_bytes(file.read(8), "little") == _MAGIC
    except FileNotFoundError:
        return False
