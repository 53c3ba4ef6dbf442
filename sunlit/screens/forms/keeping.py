"""Uploads that outlive an unsuccessful post: stored at once, and brought along by a signed word."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from sunlit.files import actions as files
from sunlit.files.kinds import FileRefused
from sunlit.files.models import File
from sunlit.screens.amounts import size
from sunlit.screens.forms.inputs import StoredFile

_SALT = "sunlit.screens.forms.file"
_PARTS = ("sha256", "name", "size", "type")


def store(upload: UploadedFile[Any], owner: str = "") -> dict[str, object]:
    """Keep an upload and return it as payloads name files; raise FileRefused, naming the file, if it is not taken."""
    return take(upload, owner)[0]


def take(upload: UploadedFile[Any], owner: str = "") -> tuple[dict[str, object], list[str]]:
    """Keep an upload; return it as payloads name files, and what its owner should be told about it."""
    name = upload.name or ""
    try:
        taken = files.take(cast(BinaryIO, upload.file), name, owner=owner)
    except FileRefused as refused:
        raise named(refused, name) from refused
    return value_of(taken.file, name), said_of(taken, name)


def named(refused: FileRefused, name: str) -> FileRefused:
    """Return a refusal that says which file it is about."""
    return FileRefused(_("“%(name)s”: %(reason)s") % {"name": name[:80], "reason": refused})


def said_of(taken: files.Taken, name: str) -> list[str]:
    """Return what the owner of a file should be told about it."""
    if not taken.is_cleaned:
        return []
    return [
        _("“%(name)s”: who made the file, where and with what was taken out of it; what readers see has not changed.")
        % {"name": name[:80]}
    ]


def value_of(file: File, name: str) -> dict[str, object]:
    """Return a file as payloads name files."""
    return {
        "sha256": file.sha256,
        "name": files.clean_name(name, file.type),
        "size": file.size,
        "type": file.type,
    }


def token_of(value: dict[str, object]) -> str:
    """Return the signed word for a file, which nobody can make up for a file that they have not handed in."""
    return signing.dumps([value[part] for part in _PARTS], salt=_SALT)


def read_token(token: str) -> dict[str, object] | None:
    """Return the file that a word stands for, or None if we did not sign it."""
    try:
        parts = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return dict(zip(_PARTS, parts, strict=True))


def shown(value: object) -> StoredFile | None:
    """Return a file as the form lists it, or None for what is no file."""
    if not isinstance(value, dict) or not set(value).issuperset(_PARTS):
        return None
    known = {part: value[part] for part in _PARTS}
    return StoredFile(token_of(known), str(value["sha256"]), str(value["name"]), size(int(str(value["size"] or 0))))
