"""Making a backup while the instance runs: the database first, so that what it speaks of is surely in the files."""

from __future__ import annotations

import importlib.metadata
import shutil
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from sunlit.config.backups import disk, keeping, lite, manifests, server
from sunlit.config.backups.disk import Part, Progress
from sunlit.config.backups.manifests import BackupRefused, Facts, Manifest
from sunlit.ledger import journal, keys, published

DUMP = "database.dump"
SQLITE = ("db.sqlite3", "aux.sqlite3")
_ASIDE = ("files/incoming/", "files/extracts/")  # uploads not taken in yet, and what can be read anew


@dataclass(frozen=True)
class Wishes:
    """Hold what the backup is to contain beside the usual: a physical copy of the server, and no keys."""

    base: bool = False
    without_keys: bool = False


def make(directory: Path, wishes: Wishes, *, now: datetime, progress: Progress = disk.nothing) -> Path:
    """Make a backup of this instance in ``directory`` and return its folder.

    It grows in a draft folder and gets its name when it is complete. Raises BackupRefused where it cannot be made.
    """
    with keeping.alone(directory):
        before = next(reversed(keeping.complete(directory)), None)
        draft = keeping.draft(directory)
        try:
            manifests.write(draft, _fill(draft, before, wishes, now, progress))
            return keeping.finish(draft, now)
        except (sqlite3.Error, DatabaseError) as error:
            raise BackupRefused(f"the database cannot be copied: {error}. Run `sunlit doctor --deep`.") from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def _fill(draft: Path, before: Path | None, wishes: Wishes, now: datetime, progress: Progress) -> Manifest:
    facts = _database(draft, wishes, progress)
    parts = {path.relative_to(draft).as_posix(): disk.measure(path) for path in disk.files_in(draft)}
    attachments, damaged = _attachments(draft, before, progress)
    parts |= attachments
    if not wishes.without_keys:
        with keys.lock():  # not while a key is being changed
            parts |= _folder(Path(settings.HOME) / "keys", draft, "keys")
    # Checkpoint and journal come after the database: they may know more than it does, never less.
    parts |= _folder(Path(settings.HOME) / "ledger", draft, "ledger", leave_out=journal.directory())
    parts |= _folder(journal.directory(), draft, "ledger/journal", before=before)
    return Manifest(
        release=importlib.metadata.version("sunlit"),
        vendor=connection.vendor,
        created_at=now.isoformat(),
        facts=facts,
        checkpoint=_checkpoint(draft),
        damaged=tuple(damaged),
        files=parts,
    )


def _database(draft: Path, wishes: Wishes, progress: Progress) -> Facts:
    if connection.vendor == "postgresql":
        facts = server.dump(draft / DUMP, progress)
        if wishes.base:
            server.base(draft / "base", progress)
        return facts
    if wishes.base:
        raise BackupRefused("--base is for PostgreSQL; this instance uses SQLite, whose copy is complete without it.")
    for alias, name in zip(("default", "aux"), SQLITE, strict=True):
        source = Path(str(settings.DATABASES[alias]["NAME"]))
        if not source.exists():
            raise BackupRefused(f"{source} does not exist: this instance has not been prepared with `sunlit init`.")
        lite.copy(source, draft / name, progress)
    return lite.facts_of(draft / SQLITE[0])


def _attachments(draft: Path, before: Path | None, progress: Progress) -> tuple[dict[str, Part], list[str]]:
    """Take every attachment: linked where the backup before has it, else copied and held against its name."""
    root = Path(settings.FILES_ROOT)
    found = {f"files/{path.relative_to(root).as_posix()}": path for path in disk.files_in(root)}
    wanted = {name: path for name, path in found.items() if not name.startswith(_ASIDE)}
    known = _known(before)
    parts, damaged = {}, []
    for number, (name, path) in enumerate(wanted.items(), 1):
        progress("attachments", number, len(wanted))
        try:
            size = path.stat().st_size
            old = known.get(name)
            # Named by content and never changed: what is kept under the same name with the same size is the same.
            if (
                before
                and old
                and old.size == size
                and _kept(before / name, size)
                and disk.link(before / name, draft / name)
            ):
                parts[name] = old
                continue
            parts[name] = disk.copy(path, draft / name)
        except FileNotFoundError:
            continue  # destroyed meanwhile, as the law required
        if parts[name].sha256 != path.name:
            damaged.append(name)
    return parts, damaged


def _folder(
    source: Path, draft: Path, name: str, *, leave_out: Path | None = None, before: Path | None = None
) -> dict[str, Part]:
    """Copy a folder; what ``before`` holds alike is linked. Locks, drafts and ``leave_out`` stay behind."""
    parts, known = {}, _known(before)
    for path in disk.files_in(source):
        inside = path.relative_to(source)
        if path.suffix == ".lock" or any(part.startswith(".") for part in inside.parts):
            continue
        if leave_out is not None and path.is_relative_to(leave_out):
            continue
        entry = f"{name}/{inside.as_posix()}"
        try:
            part = disk.measure(path)
            alike = before is not None and known.get(entry) == part and _holds(before / entry, part)
            linked = before is not None and alike and disk.link(before / entry, draft / entry)
            parts[entry] = part if linked else disk.copy(path, draft / entry)
        except FileNotFoundError:
            continue  # a draft that has got its name meanwhile
    return parts


def _holds(path: Path, part: Part) -> bool:
    return path.is_file() and disk.measure(path) == part


def _known(before: Path | None) -> dict[str, Part]:
    if before is None:
        return {}
    try:
        return manifests.read(before).files
    except BackupRefused:
        return {}  # nothing is taken over from a backup that is damaged


def _kept(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def _checkpoint(draft: Path) -> str:
    path = draft / "ledger" / published.path().name
    return path.read_text("utf-8", errors="replace") if path.exists() else ""
