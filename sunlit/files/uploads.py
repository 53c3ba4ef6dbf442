"""Large files that arrive in pieces: whatever has arrived is kept, over lost connections and restarts, for two days.

An upload is a folder in the store's incoming folder: what it is about, and the bytes so far. How far it has come is
the size of the bytes on the disk, so nothing can say otherwise.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from sunlit.files import actions as files
from sunlit.files.kinds import PDF, FileRefused

LIFE = timedelta(days=2)
MOST_AT_ONCE = 10
_TOKEN = re.compile(r"[0-9a-f]{32}")
_CHUNK = 1 << 18
_ABOUT, _DATA = "about.json", "data"


class Displaced(Exception):
    """Tells where an upload really stands to somebody who went on from elsewhere, or while another request writes."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


@dataclass(frozen=True)
class Upload:
    """A file that is arriving: whose it is, its name, and how many bytes it will have."""

    token: str
    owner: int
    name: str
    size: int
    until: str

    @property
    def folder(self) -> Path:
        """Where it is kept."""
        return _root() / self.token

    @property
    def path(self) -> Path:
        """Where its bytes lie."""
        return self.folder / _DATA

    @property
    def offset(self) -> int:
        """How many bytes have arrived."""
        return self.path.stat().st_size

    @property
    def is_whole(self) -> bool:
        """Whether all bytes have arrived."""
        return self.offset == self.size


def begin(owner: int, name: str, size: int, *, now: datetime) -> Upload:
    """Begin an upload of a person; raise FileRefused if the file is too large or too much is under way already."""
    sweep(now)
    if not size:
        raise FileRefused(_("The file is empty."))
    if size > files.largest():
        raise files.too_large(files.largest())
    own = [one for one in _all() if one.owner == owner]
    if len(own) >= MOST_AT_ONCE or sum(one.size for one in own) + size > quota():
        raise FileRefused(_("Too much is being uploaded at once. Wait until your other uploads have arrived."))
    if size > shutil.disk_usage(_root()).free // 2:
        raise FileRefused(_("There is not enough room for this file now. Tell the administrator."))
    upload = Upload(secrets.token_hex(16), owner, name[:200], size, (now + LIFE).isoformat())
    upload.folder.mkdir(mode=0o700)
    upload.path.touch(mode=0o600)
    (upload.folder / _ABOUT).write_text(json.dumps(asdict(upload)), encoding="utf-8")
    return upload


def find(token: str, owner: int, *, now: datetime) -> Upload | None:
    """Return an upload of a person, or None if it is not theirs, has expired or is over."""
    upload = _read(token) if _TOKEN.fullmatch(token) else None
    if upload is None or upload.owner != owner or datetime.fromisoformat(upload.until) < now:
        return None
    return upload


def append(upload: Upload, offset: int, stream: BinaryIO) -> int:
    """Add what ``stream`` holds from ``offset`` on and return how far the upload has come.

    What arrived stays, also if the stream breaks off. Raises Displaced if ``offset`` is not where it stands, and
    FileRefused, after dropping the upload, for more bytes than were announced or a type that may not be so large.
    """
    with _alone(upload) as target:
        if upload.offset != offset:
            raise Displaced(upload.offset)
        try:
            while chunk := stream.read(_CHUNK):
                if offset + len(chunk) > upload.size:
                    drop(upload)
                    raise FileRefused(_("More arrived than the file was said to hold. Upload it again."))
                if not offset:
                    _look_at_head(upload, chunk)
                target.write(chunk)
                offset += len(chunk)
        finally:
            if not target.closed:
                target.flush()
                os.fsync(target.fileno())
    return offset


def finish(upload: Upload, *, now: datetime) -> files.Taken:
    """Take in a file that has arrived and end its upload; raise FileRefused with a sentence if it is not taken.

    Raises Displaced if bytes are missing.
    """
    with _alone(upload):
        if not upload.is_whole:
            raise Displaced(upload.offset)
        try:
            sha256, size = files.sum_of(upload.path)
            return files.take_path(
                upload.path, upload.name, sha256=sha256, size=size, now=now, owner=files.of_person(upload.owner)
            )
        finally:
            drop(upload)


def drop(upload: Upload) -> None:
    """Forget an upload and its bytes."""
    shutil.rmtree(upload.folder, ignore_errors=True)


def sweep(now: datetime) -> int:
    """Drop what nobody went on with for two days; return how many uploads that were."""
    count = 0
    for upload in list(_all()):
        if datetime.fromisoformat(upload.until) < now:
            drop(upload)
            count += 1
    return count


def quota() -> int:
    """Return how many bytes a person may have under way at once."""
    return int(getattr(settings, "UPLOAD_QUOTA", 2 * files.largest()))


def _look_at_head(upload: Upload, chunk: bytes) -> None:
    most = files.limit(PDF) if chunk.startswith(b"%PDF-") else files.limit()
    if upload.size > most:
        drop(upload)
        raise files.too_large(most)


@contextmanager
def _alone(upload: Upload) -> Iterator[BinaryIO]:
    """Give the bytes of an upload to one request at a time; raise Displaced to any other."""
    try:
        target = upload.path.open("ab")
    except FileNotFoundError as error:
        raise Displaced(0) from error
    with target:
        try:
            fcntl.flock(target, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Displaced(upload.offset) from error
        yield target


def _root() -> Path:
    root = Path(settings.FILES_ROOT) / "incoming" / "uploads"
    root.mkdir(parents=True, exist_ok=True)
    return root


def _all() -> Iterator[Upload]:
    for folder in _root().iterdir():
        if upload := _read(folder.name):
            yield upload


def _read(token: str) -> Upload | None:
    try:
        upload = Upload(**json.loads((_root() / token / _ABOUT).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return upload if upload.path.exists() else None
