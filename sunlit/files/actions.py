"""Taking files in and, when the law requires it, destroying them."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from sunlit.calendars import clock
from sunlit.files.extraction import kept
from sunlit.files.kinds import ENDINGS, PDF, FileRefused
from sunlit.files.models import File
from sunlit.files.taking import cleaning, scanning
from sunlit.text import clean

DEFAULT_LIMIT = 50 * 1024 * 1024
_CHUNK = 1 << 20
_MAX_NAME = 120
# Separators, what other systems forbid in names, and marks that turn the direction of writing (exe.fdp).
_NOT_IN_NAMES = re.compile('[\x00-\x1f\x7f/\\\\:*?"<>|\u200b-\u200f\u202a-\u202e\u2060-\u2069]')


@dataclass(frozen=True)
class Taken:
    """A file that was taken in, and whether metadata was taken out of it on the way."""

    file: File
    is_cleaned: bool


def store(stream: BinaryIO, name: str, *, now: datetime | None = None, owner: str = "") -> File:
    """Keep what ``stream`` holds, once per content, and return it; raise FileRefused with a sentence for a clerk."""
    return take(stream, name, now=now, owner=owner).file


def of_person(number: int) -> str:
    """Return the owner of what a person hands in and nobody has published yet."""
    return f"person-{number}"


def take(stream: BinaryIO, name: str, *, now: datetime | None = None, owner: str = "") -> Taken:
    """Keep what ``stream`` holds without its metadata; raise FileRefused with a sentence for a clerk.

    The type is found from the content; the size limit is ``settings.FILE_LIMIT`` bytes (50 MB unless set), and more
    for the types in ``settings.FILE_LIMITS``. With an ``owner`` the file is theirs until it is published.
    """
    with incoming() as path:
        sha256, size = _copy(stream, path)
        return take_path(path, name, sha256=sha256, size=size, now=now, owner=owner)


def take_path(path: Path, name: str, *, sha256: str, size: int, now: datetime | None = None, owner: str = "") -> Taken:
    """Keep the file at ``path``, which moves into the store; raise FileRefused with a sentence for a clerk.

    ``sha256`` and ``size`` are those of the bytes as they came.
    """
    known = File.objects.filter(sha256=sha256, owner__in=("", owner)).order_by("owner").first()
    if known is not None and known.path.exists():
        # Exactly these bytes are kept already; what is published stays byte for byte.
        return Taken(known, is_cleaned=False)
    scanning.check(path)
    kind, is_cleaned = cleaning.examine(path, name)
    if size > limit(kind):
        raise too_large(limit(kind))
    if is_cleaned:
        sha256, size = sum_of(path)
    if owner and File.objects.filter(sha256=sha256, owner="").exists():
        owner = ""  # published already, after its metadata was taken out as now
    with transaction.atomic():
        file, _created = File.objects.get_or_create(
            sha256=sha256, owner=owner, defaults={"size": size, "type": kind, "created_at": now or clock.now()}
        )
        # Put in place before the row commits and even if it exists: whoever sees the row finds the bytes.
        file.path.parent.mkdir(parents=True, exist_ok=True)
        path.chmod(0o440)
        path.replace(file.path)
    return Taken(file, is_cleaned)


def publish(file: File) -> File:
    """Return the file that everybody shares for one with an owner, its bytes in place; the caller's own one stays."""
    shared, _created = File.objects.get_or_create(
        sha256=file.sha256, owner="", defaults={"size": file.size, "type": file.type, "created_at": file.created_at}
    )
    if not shared.path.exists():
        shared.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            shared.path.hardlink_to(file.path)
        except FileExistsError:
            pass
        except OSError:
            draft = shared.path.with_name(f".{shared.path.name}.draft")  # a file system without links
            shutil.copyfile(file.path, draft)
            draft.chmod(0o440)
            draft.replace(shared.path)
    return shared


def destroy(file: File) -> bool:
    """Delete a file and its bytes unless something still attaches it; return whether it is gone."""
    try:
        with transaction.atomic():
            file_path = file.path
            file.delete()
            file_path.unlink(missing_ok=True)
            if not File.objects.filter(sha256=file.sha256).exists():
                kept.forget(file.sha256)
    except ProtectedError:
        return False
    return True


def clean_name(name: str, kind: str) -> str:
    """Return a harmless name for a file of a media type: no path, no controls, an ending that tells the truth."""
    try:
        tidy = clean.clean_text(name)
    except clean.UnsafeText:
        tidy = ""
    tidy = _NOT_IN_NAMES.sub("", tidy.replace("\\", "/").rpartition("/")[2])
    tidy = "".join(character for character in tidy if character.isprintable()).strip(". ")
    endings = ENDINGS[kind]
    stem, dot, ending = tidy.rpartition(".")
    if dot and f".{ending.lower()}" in endings:
        return f"{stem[:_MAX_NAME] or 'file'}.{ending.lower()}"
    return f"{tidy[:_MAX_NAME] or 'file'}{endings[0]}"


def limit(kind: str = "") -> int:
    """Return the largest size of a file of a type in bytes."""
    usual = int(getattr(settings, "FILE_LIMIT", DEFAULT_LIMIT))
    return int(getattr(settings, "FILE_LIMITS", {}).get(kind, usual))


def largest() -> int:
    """Return the largest size of a file of any type in bytes."""
    return max(limit(), *(int(one) for one in getattr(settings, "FILE_LIMITS", {}).values()), 0)


@contextmanager
def incoming() -> Iterator[Path]:
    """Give a temporary path on the store's own disk, so that putting it in place is one rename."""
    folder = Path(settings.FILES_ROOT) / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder)
    os.close(handle)
    path = Path(name)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def sum_of(path: Path) -> tuple[str, int]:
    """Return SHA-256 and size of a file, its bytes safe on the disk."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
        os.fsync(stream.fileno())
    return digest.hexdigest(), size


def too_large(most: int) -> FileRefused:
    """Return the refusal of a file of more than ``most`` bytes."""
    return FileRefused(_("The file is larger than %(most)d MB. Make it smaller or split it.") % {"most": most >> 20})


def _copy(stream: BinaryIO, path: Path) -> tuple[str, int]:
    digest, size, most = hashlib.sha256(), 0, 0
    with path.open("wb") as target:
        while chunk := stream.read(_CHUNK):
            most = most or (limit(PDF) if chunk.startswith(b"%PDF-") else limit())
            size += len(chunk)
            if size > most:
                raise too_large(most)
            digest.update(chunk)
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    if not size:
        raise FileRefused(_("The file is empty."))
    return digest.hexdigest(), size
