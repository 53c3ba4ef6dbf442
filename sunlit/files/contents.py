"""Whether what is kept is still what was taken in."""

from __future__ import annotations

import hashlib

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
