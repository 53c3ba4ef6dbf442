"""Taking files in and, when the law requires it, destroying them."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from sunlit.calendars import clock
from sunlit.files.kinds import ENDINGS, FileRefused, recognise
from sunlit.files.models import File
from sunlit.text import clean

DEFAULT_LIMIT = 50 * 1024 * 1024
_CHUNK = 1 << 20
_MAX_NAME = 120
# Separators, what other systems forbid in names, and marks that turn the direction of writing (exe.fdp).
_NOT_IN_NAMES = re.compile('[\x00-\x1f\x7f/\\\\:*?"<>|\u200b-\u200f\u202a-\u202e\u2060-\u2069]')


def store(stream: BinaryIO, name: str, *, now: datetime | None = None) -> File:
    """Keep what ``stream`` holds, once per content, and return it; raise FileRefused with a sentence for a clerk.

    The type is found from the content; the size limit is ``settings.FILE_LIMIT`` bytes (50 MB unless set).
    """
    with _incoming() as path:
        sha256, size = _copy(stream, path)
        kind = recognise(path, name)
        with transaction.atomic():
            file, _created = File.objects.get_or_create(
                sha256=sha256, defaults={"size": size, "type": kind, "created_at": now or clock.now()}
            )
            # Put in place before the row commits and even if it exists: whoever sees the row finds the bytes.
            file.path.parent.mkdir(parents=True, exist_ok=True)
            path.chmod(0o440)
            path.replace(file.path)
    return file


def destroy(file: File) -> bool:
    """Delete a file and its bytes unless something still attaches it; return whether it is gone."""
    try:
        with transaction.atomic():
            file_path = file.path
            file.delete()
            file_path.unlink(missing_ok=True)
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


def limit() -> int:
    """Return the largest size of a file in bytes."""
    return int(getattr(settings, "FILE_LIMIT", DEFAULT_LIMIT))


@contextmanager
def _incoming() -> Iterator[Path]:
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


def _copy(stream: BinaryIO, path: Path) -> tuple[str, int]:
    digest, size, most = hashlib.sha256(), 0, limit()
    with path.open("wb") as target:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > most:
                raise FileRefused(
                    _("The file is larger than %(most)d MB. Make it smaller or split it.") % {"most": most >> 20}
                )
            digest.update(chunk)
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    if not size:
        raise FileRefused(_("The file is empty."))
    return digest.hexdigest(), size
