"""Taking in the files of an old site, or, in a dry run, only looking whether they would be taken."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Protocol

from sunlit.files import actions as files
from sunlit.files.kinds import recognise


class Taker(Protocol):
    """Returns the value by which a field names a file of the export; raises FileRefused."""

    def __call__(self, path: Path) -> dict[str, Any]:
        """Take a file."""


class Keeper:
    """Keeps files, each content once."""

    def __init__(self) -> None:
        self._known: dict[Path, dict[str, Any]] = {}

    def __call__(self, path: Path) -> dict[str, Any]:
        """Keep a file; raise FileRefused."""
        if path not in self._known:
            with path.open("rb") as stream:
                file = files.store(stream, path.name)
            self._known[path] = _value(path, file.sha256, file.size, file.type)
        return self._known[path]


def look(path: Path) -> dict[str, Any]:
    """Judge a file and keep nothing; raise FileRefused."""
    kind = recognise(path, path.name)
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return _value(path, digest, path.stat().st_size, kind)


def _value(path: Path, sha256: str, size: int, kind: str) -> dict[str, Any]:
    return {"sha256": sha256, "name": files.clean_name(path.name, kind), "size": size, "type": kind}
