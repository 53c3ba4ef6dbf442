"""The published copy of the last checkpoint: what the world may already have seen.

It lies outside the database on purpose. After a backup has been restored it still says how far the log had come.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from sunlit.ledger import checkpoints, notes

_cache: dict[tuple[str, int, int, int], checkpoints.Checkpoint] = {}


def path() -> Path:
    """Return where the copy lies."""
    return Path(settings.HOME) / "ledger" / "checkpoint"


def read() -> str | None:
    """Return the note last published from this host, or None."""
    try:
        return path().read_text("utf-8")
    except FileNotFoundError:
        return None


def checkpoint() -> checkpoints.Checkpoint | None:
    """Return what the copy states, or None; parsed again only after it has changed. Raises BadCheckpoint if damaged."""
    try:
        state = path().stat()
    except FileNotFoundError:
        return None
    key = (str(path()), state.st_mtime_ns, state.st_ino, state.st_size)
    if key not in _cache:
        note = read()
        if note is None:
            return None
        found = checkpoints.parse(note)
        _cache.clear()
        _cache[key] = found
    return _cache[key]


def publish(note: str) -> None:
    """Replace the copy in one step, on disk before the new name shows."""
    with _alone():
        _replace(note)


def amend(note: str) -> bool:
    """Replace the copy by ``note`` if both state the same, so that it gains signatures; tell whether it was done.

    A later checkpoint that was published meanwhile stays.
    """
    with _alone():
        seen = read()
        if seen is None or notes.parse(seen).text != notes.parse(note).text:
            return False
        _replace(note)
        return True


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time replace the copy: what is read under the lock is what is replaced."""
    path().parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path().parent, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _replace(note: str) -> None:
    draft = path().with_name(f".checkpoint.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as file:
        file.write(note)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path())
