"""The manifest: what a backup holds, file by file, and where the ledger stood. Without it, a folder is no backup."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from sunlit.config.backups import disk
from sunlit.config.backups.disk import Part, Progress
from sunlit.ledger import canonical, notes

NAME = "manifest.json"
FORMAT = 1

# Runs a query that has no parameters and returns its rows.
Fetch = Callable[[str], list[Any]]


class BackupRefused(RuntimeError):
    """Say why a backup is not made, not accepted or not put back, and what to do."""


@dataclass(frozen=True)
class Facts:
    """Hold what the database in a backup says: plan in force, head of the ledger, migrations."""

    plan: str
    size: int
    root: str
    migrations: tuple[str, ...]


@dataclass(frozen=True)
class Manifest:
    """Hold what a backup consists of.

    ``checkpoint`` is the published one, as it stood after the database was copied; ``damaged`` names attachments whose
    bytes in the instance are no longer those that were taken in.
    """

    release: str
    vendor: str
    created_at: str
    facts: Facts
    checkpoint: str
    damaged: tuple[str, ...]
    files: dict[str, Part]

    @property
    def has_keys(self) -> bool:
        """Tell whether the ledger's key is in the backup."""
        return "keys/ledger.key" in self.files


def facts(fetch: Fetch) -> Facts:
    """Return what a database says of itself; ``fetch`` runs the queries on it."""
    head = fetch("SELECT size, root FROM ledger_head")
    plan = fetch("SELECT hash FROM plan_planversion WHERE active")
    migrations = fetch("SELECT app, name FROM django_migrations ORDER BY app, name")
    return Facts(
        plan=str(plan[0][0]) if plan else "",
        size=int(head[0][0]) if head else 0,
        root=notes.encode64(bytes(head[0][1])) if head else "",
        migrations=tuple(f"{app}.{name}" for app, name in migrations),
    )


def write(folder: Path, manifest: Manifest) -> None:
    """Write the manifest of a backup, sealed with its own hash; on disk when this returns."""
    document = {"format": FORMAT, **asdict(manifest)}
    document["files"] = {name: {"sha256": part.sha256, "size": part.size} for name, part in manifest.files.items()}
    document["seal"] = _seal(document)
    text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)
    disk.write(folder / NAME, f"{text}\n".encode())


def read(folder: Path) -> Manifest:
    """Return the manifest of the backup in ``folder``; raise BackupRefused where there is none or it was changed."""
    path = folder / NAME
    try:
        document: dict[str, Any] = json.loads(path.read_bytes())
        if document.pop("seal", None) != _seal(document):
            raise BackupRefused(f"{path} is not what was written when the backup was made. Use another backup.")
        if document.pop("format") != FORMAT:
            raise BackupRefused(f"{path} was written by another release of Sunlit. Use the release that made it.")
        return _parsed(document)
    except FileNotFoundError as error:
        raise BackupRefused(
            f"{folder} is not a complete backup: it holds no {NAME}. A backup is a folder named after its time, "
            "such as 20260302T010000Z."
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupRefused(f"{path} is damaged ({error}). Use another backup.") from error


def faults(folder: Path, manifest: Manifest, progress: Progress = disk.nothing) -> list[str]:
    """Return what is wrong with the files of a backup, a sentence for each, nothing if all is well."""
    found = []
    names = {path.relative_to(folder).as_posix() for path in disk.files_in(folder)} - {NAME}
    for number, (name, part) in enumerate(sorted(manifest.files.items()), 1):
        path = folder / name
        if name not in names:
            found.append(f"{name} is missing")
        elif path.stat().st_size != part.size:
            found.append(f"{name} has {path.stat().st_size} bytes, not {part.size}")
        elif disk.measure(path).sha256 != part.sha256:
            found.append(f"{name} is damaged: its bytes are not those that were backed up")
        progress("checking files", number, len(manifest.files))
    return found + [f"{name} does not belong to this backup" for name in sorted(names - set(manifest.files))]


def _parsed(document: dict[str, Any]) -> Manifest:
    files = {name: Part(part["sha256"], part["size"]) for name, part in document.pop("files").items()}
    for name in files:
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise ValueError(f"{name!r} lies outside of the backup")
    said = document.pop("facts")
    known = Facts(**{**said, "migrations": tuple(said["migrations"])})
    return Manifest(**{**document, "facts": known, "files": files, "damaged": tuple(document["damaged"])})


def _seal(document: dict[str, Any]) -> str:
    return hashlib.sha256(canonical.encode(document)).hexdigest()
