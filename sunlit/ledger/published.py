"""The published copy of the last checkpoint: what the world may already have seen.

It lies outside the database on purpose. After a backup has been restored it still says how far the log had come.
"""

import os
from pathlib import Path

from django.conf import settings

from sunlit.ledger import checkpoints

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
    target = path()
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".checkpoint.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as file:
        file.write(note)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(target)
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
