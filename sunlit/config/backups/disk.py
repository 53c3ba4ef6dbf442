"""Files that are on disk once we say so: copied with their hash, linked where the same bytes are kept already."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from sunlit.ledger.published import sync_path

_CHUNK = 1 << 20

# What is being done, how much of it is done, and how much there is (0 where nobody knows).
Progress = Callable[[str, int, int], object]


class Part(NamedTuple):
    """Hold what is known of the bytes of a file."""

    sha256: str
    size: int


def nothing(what: str, done: int, total: int) -> None:
    """Show no progress."""


def measure(path: Path) -> Part:
    """Return hash and size of a file."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as source:
        for chunk in _chunks(source):
            digest.update(chunk)
            size += len(chunk)
    return Part(digest.hexdigest(), size)


def copy(source: Path, target: Path, *, mode: int = 0o600) -> Part:
    """Copy a file to a new name, which shows only once all of it is on disk; return what was copied."""
    digest, size = hashlib.sha256(), 0
    draft = _draft(target)
    with source.open("rb") as reader, draft.open("wb") as writer:
        for chunk in _chunks(reader):
            digest.update(chunk)
            size += len(chunk)
            writer.write(chunk)
        writer.flush()
        os.fsync(writer.fileno())
    draft.chmod(mode)
    draft.replace(target)
    return Part(digest.hexdigest(), size)


def write(target: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Write a file in one step, on disk before its name shows."""
    draft = _draft(target)
    with draft.open("wb") as writer:
        writer.write(data)
        writer.flush()
        os.fsync(writer.fileno())
    draft.chmod(mode)
    draft.replace(target)


def link(source: Path, target: Path) -> bool:
    """Give a file a second name; tell whether this disk can do that."""
    _folder_of(target)
    try:
        os.link(source, target)
    except OSError:
        return False
    return True


def sync(folder: Path) -> None:
    """Bring the names in a folder and in those below it to disk."""
    for path in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        sync_path(path)


def files_in(folder: Path) -> Iterator[Path]:
    """Yield every file below a folder, in order; nothing where it does not exist."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    while chunk := source.read(_CHUNK):
        yield chunk


def _draft(target: Path) -> Path:
    _folder_of(target)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    return draft


def _folder_of(target: Path) -> None:
    for folder in reversed(target.parents):
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
