"""The folder in which backups lie: one maker at a time, whole backups only, as many as are wanted."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sunlit.config.backups import disk, manifests
from sunlit.config.backups.manifests import BackupRefused
from sunlit.ledger import published

_NAME = re.compile(r"\d{8}T\d{6}Z(-\d{2})?")
_DRAFT, _GOING = ".draft-", ".going-"


@contextmanager
def alone(directory: Path) -> Iterator[None]:
    """Hold the folder of backups; raise BackupRefused where somebody else is making one in it."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(directory / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise BackupRefused(f"another backup is being made in {directory}. Wait until it has ended.") from error
    finally:
        os.close(descriptor)


def complete(directory: Path) -> list[Path]:
    """Return the complete backups in ``directory``, oldest first."""
    if not directory.is_dir():
        return []
    return sorted(
        path for path in directory.iterdir() if _NAME.fullmatch(path.name) and (path / manifests.NAME).is_file()
    )


def draft(directory: Path) -> Path:
    """Make the folder in which a backup grows; what earlier ones have left behind when they were killed goes."""
    for path in directory.iterdir():
        if path.name.startswith((_DRAFT, _GOING)):
            shutil.rmtree(path)
    folder = directory / f"{_DRAFT}{os.getpid()}"
    folder.mkdir(mode=0o700)
    return folder


def finish(folder: Path, now: datetime) -> Path:
    """Give a backup its name, by which it becomes one; everything in it is on disk before."""
    disk.sync(folder)
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    names = (stamp, *(f"{stamp}-{number:02}" for number in range(2, 100)))
    name = next(name for name in names if not (folder.parent / name).exists())
    target = folder.rename(folder.parent / name)
    published.sync_path(folder.parent)
    return target


def prune(directory: Path, keep: int) -> list[Path]:
    """Remove the oldest complete backups until ``keep`` (at least one) are left; return those that are gone.

    A backup loses its name first: killed half-way, this leaves nothing behind that looks like one.
    """
    gone = complete(directory)[:-keep]
    for path in gone:
        going = path.rename(directory / f"{_GOING}{path.name}")
        published.sync_path(directory)
        shutil.rmtree(going)
    return gone
