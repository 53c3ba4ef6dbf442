"""The published copy of the last checkpoint: what the world may already have seen.

It lies outside the database on purpose. After a backup has been restored it still says how far the log had come.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings

from sunlit.ledger import checkpoints, notes

_cache: dict[Path, tuple[tuple[int, int, int], checkpoints.Checkpoint]] = {}


def path() -> Path:
    """Return where the copy lies."""
    return Path(settings.HOME) / "ledger" / "checkpoint"


def read() -> str | None:
    """Return the note last published from this host, or None."""
    return text(path())


def text(file: Path) -> str | None:
    """Return what stands in ``file``, or None where there is no such file."""
    try:
        return file.read_text("utf-8")
    except FileNotFoundError:
        return None


def checkpoint() -> checkpoints.Checkpoint | None:
    """Return what the copy states, or None; parsed again only after it has changed. Raises BadCheckpoint if damaged."""
    return parsed(path())


def parsed(file: Path) -> checkpoints.Checkpoint | None:
    """Return what the checkpoint in ``file`` states, or None where there is no file; parsed again only if changed.

    Raises BadCheckpoint where it is not a checkpoint.
    """
    try:
        state = file.stat()
        key = (state.st_mtime_ns, state.st_ino, state.st_size)
        known = _cache.get(file)
        if known is None or known[0] != key:
            known = _cache[file] = (key, checkpoints.parse(file.read_bytes().decode("utf-8")))
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise checkpoints.BadCheckpoint(f"it is not text: {error}") from error
    return known[1]


def publish(note: str) -> None:
    """Replace the copy in one step, on disk before the new name shows."""
    with _alone():
        replace(path(), note)


def amend(note: str) -> bool:
    """Replace the copy by ``note`` if both state the same, so that it gains signatures; tell whether it was done.

    A later checkpoint that was published meanwhile stays.
    """
    with _alone():
        seen = read()
        if seen is None or notes.parse(seen).text != notes.parse(note).text:
            return False
        replace(path(), note)
        return True


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time replace the copy: what is read under the lock is what is replaced."""
    path().parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path().parent, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def replace(target: Path, note: str) -> None:
    """Replace the file ``target`` in one step, on disk before the new name shows."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as file:
        file.write(note)
        sync(file)
    draft.replace(target)
    sync_path(target.parent)


def sync(file: IO[str]) -> None:
    """Put what was written to ``file`` on disk."""
    file.flush()
    os.fsync(file.fileno())


def sync_path(path: Path) -> None:
    """Put a file, or the names in one folder, on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
