"""Putting a backup back. What the world has seen of the ledger stays known: no newer checkpoint makes way for an older.

Everything that is replaced is moved to ``HOME/before-restore-<time>`` first; nothing is deleted.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader

from sunlit.config.backups import disk, ledger_folder, lite, manifests, server
from sunlit.config.backups.disk import Progress
from sunlit.config.backups.making import DUMP, SQLITE
from sunlit.config.backups.manifests import BackupRefused, Manifest
from sunlit.config.commands.instance import prepare
from sunlit.ledger import published

_SHOWN = 10
_ATTACHMENT = 0o440  # as they lie in the store

Say = Callable[[str], object]


@dataclass(frozen=True)
class Wishes:
    """Hold what may be replaced: a database that is there, and keys that are there."""

    over: bool = False
    keys: bool = False


@dataclass
class _Place:
    """Hold where things go, and where what they replace goes."""

    home: Path
    aside: Path
    fresh: bool
    notes: list[str] = field(default_factory=list)

    def put_aside(self, path: Path) -> None:
        """Move a file out of the way, keeping where it lay below the home."""
        if path.exists():
            target = self.aside / path.relative_to(self.home)
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.rename(target)


def checked(backup: Path, progress: Progress = disk.nothing) -> Manifest:
    """Return the manifest of a backup that is whole; raise BackupRefused, naming what is wrong, where it is not."""
    manifest = manifests.read(backup)
    found = manifests.faults(backup, manifest, progress)
    if not found:
        found = [fault for name in SQLITE if name in manifest.files for fault in lite.faults(backup / name)]
    if not found and DUMP in manifest.files and connection.vendor == "postgresql":
        found = server.readable(backup / DUMP)
    if found:
        more = [f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
        raise BackupRefused("\n  ".join([f"{backup} is damaged:", *found[:_SHOWN], *more, "Use another backup."]))
    return manifest


def restore(backup: Path, wishes: Wishes, *, now: datetime, say: Say, progress: Progress = disk.nothing) -> list[str]:
    """Put ``backup`` back into this instance, on which nobody is at work; return what an operator must know of it.

    Raises BackupRefused where the backup is damaged or does not fit, or where a database is there and may not go.
    """
    manifest = checked(backup, progress)
    _check_fit(manifest)
    place = _place(wishes, now)
    say("  the backup is whole")
    _put_files(backup, manifest, progress)
    _put_keys(backup, manifest, place, replace=wishes.keys)
    # The ledger's own folder before the database: stopped in between, the guard already knows what was published.
    place.notes += ledger_folder.put(backup / "ledger", manifest.facts.size)
    say("  files, keys and the ledger's published copy are in place")
    if connection.vendor == "postgresql":
        _put_dump(backup, place, progress)
    else:
        _put_sqlite(backup, place, progress)
    prepare(say, with_keys=(place.home / "keys" / "ledger.key").exists())
    if place.aside.exists():
        place.notes.append(f"what was there before lies in {place.aside}; delete it when all is well.")
    return place.notes


def _check_fit(manifest: Manifest) -> None:
    if manifest.vendor != connection.vendor:
        raise BackupRefused(
            f"the backup is of a {manifest.vendor} database, this instance uses {connection.vendor}. "
            "Set or unset DATABASE_URL accordingly."
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    if unknown := sorted(set(manifest.facts.migrations) - known):
        raise BackupRefused(
            f"the backup was made by another release ({manifest.release}): this one does not know the migration "
            f"{unknown[0]}. Install that release or a newer one."
        )


def _place(wishes: Wishes, now: datetime) -> _Place:
    home = Path(settings.HOME)
    there = not server.is_empty() if connection.vendor == "postgresql" else _has_database()
    files = next(disk.files_in(Path(settings.FILES_ROOT)), None) is not None
    if (there or files) and not wishes.over:
        what = "database" if there else "attachments"
        raise BackupRefused(
            f"this instance ({home}) holds a {what} already. With --over the database is moved aside, never deleted."
        )
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    aside = home / f"before-restore-{stamp}"
    if aside.exists():
        raise BackupRefused(f"{aside} exists already. Wait a second, then repeat this command.")
    return _Place(home, aside, fresh=not there and not (home / "keys" / "ledger.key").exists())


def _has_database() -> bool:
    path = Path(str(connection.settings_dict["NAME"]))
    return path.exists() and path.stat().st_size > 0


def _put_files(backup: Path, manifest: Manifest, progress: Progress) -> None:
    """Put attachments back; one that is there under its name is that one, and others are left where they are."""
    names = [name for name in manifest.files if name.startswith("files/")]
    for number, name in enumerate(names, 1):
        target = Path(settings.FILES_ROOT) / name.removeprefix("files/")
        part = manifest.files[name]
        if not target.exists() or disk.measure(target) != part:
            disk.copy(backup / name, target, mode=_ATTACHMENT)
        progress("attachments", number, len(names))


def _put_keys(backup: Path, manifest: Manifest, place: _Place, *, replace: bool) -> None:
    """Put keys back where there are none; over those that are there only where that is wanted."""
    names = [name for name in manifest.files if name.startswith("keys/")]
    own = place.home / "keys" / "ledger.key"
    # Secret and verifier key belong together: one of them from here and one from there would be of no use.
    foreign = not replace and own.exists() and disk.measure(own) != manifest.files.get("keys/ledger.key")
    for name in names:
        target = place.home / name
        if target.name.startswith("ledger"):
            wanted = replace or (not foreign and not target.exists())
        else:
            # On a fresh home the signing secret of sessions was made only when this command started.
            wanted = replace or place.fresh or not target.exists()
        if wanted and not (target.exists() and disk.measure(target) == manifest.files[name]):
            if not place.fresh:
                place.put_aside(target)
            disk.copy(backup / name, target, mode=0o600)
    if foreign and manifest.has_keys:
        place.notes.append(
            f"{own} is not the key in the backup and was left as it is. If the log is to go on under the key of the "
            "backup, repeat this command with --over --keys."
        )
    if not own.exists():
        place.notes.append(
            f"the backup holds no keys: put ledger.key and ledger.vkey into {own.parent} from where you keep "
            "them before anything else runs. `sunlit init` would make new ones, which cannot continue the log."
        )


def _put_sqlite(backup: Path, place: _Place, progress: Progress) -> None:
    """Swap the database files; the new ones are on disk before the old ones move aside."""
    connections.close_all()
    drafts = []
    for number, name in enumerate(SQLITE, 1):
        progress("databases", number, len(SQLITE))
        draft = place.home / f"{name}.restoring"
        disk.copy(backup / name, draft)
        drafts.append((draft, place.home / name))
    for draft, target in drafts:
        _fold(target)
        for ending in ("", "-wal", "-shm"):
            place.put_aside(target.with_name(target.name + ending))
        draft.rename(target)
    published.sync_path(place.home)


def _fold(path: Path) -> None:
    """Bring what is still in the write-ahead log into the file, which is then complete in itself wherever it goes."""
    if not path.exists():
        return
    # A damaged file cannot be folded; it is moved aside with its log as it is.
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _put_dump(backup: Path, place: _Place, progress: Progress) -> None:
    """Dump the database that is there, then let the backup's take its place."""
    if not server.is_empty():
        place.aside.mkdir(mode=0o700, exist_ok=True)
        server.dump(place.aside / DUMP, progress)
    server.restore(backup / DUMP, progress)
