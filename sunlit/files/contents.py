"""Whether what is kept is still what was taken in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sunlit.files.models import File

_CHUNK = 1 << 20


def hash_of(file: File) -> str | None:
    """Return the SHA-256 of the bytes that lie in the store now, or None if there are none."""
    digest = hashlib.sha256()
    try:
        with file.path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
    except FileNotFoundError:
        return None
    return digest.hexdigest()


def damaged(after: int = 0, size: int = 1000) -> Iterator[File]:
    """Yield the files behind an id whose bytes are missing or are not what their name says."""
    for file in File.objects.filter(pk__gt=after).order_by("pk")[:size]:
        if hash_of(file) != file.sha256:
            yield file
