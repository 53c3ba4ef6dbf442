"""Turns the data of an example into what the cleaner takes: named files become stored ones."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping
from pathlib import Path

from sunlit.plan.language import Kind

FILES = Path("examples") / "files"


class NoSuchFile(Exception):
    """Names a file that a field of an example wants and that is not among the example files."""

    def __init__(self, name: str, field: str = "") -> None:
        super().__init__(name)
        self.name = name
        self.field = field


def with_files(kind: Kind, data: Mapping[str, object], directory: Path) -> dict[str, object]:
    """Return an example's data with every file described by hash, name, size and type.

    ``directory`` is that of the plan. Raises NoSuchFile.
    """
    filled = dict(data)
    for field in kind.fields:
        named = filled.get(field.name)
        if field.type != "file" or named is None:
            continue
        several = isinstance(named, tuple | list)
        try:
            stored = [describe(directory, str(one)) for one in (named if isinstance(named, tuple | list) else [named])]
        except NoSuchFile as missing:
            raise NoSuchFile(missing.name, field.name) from None
        filled[field.name] = stored if several else stored[0]
    return filled


def describe(directory: Path, name: str) -> dict[str, object]:
    """Return the canonical description of an example file; raises NoSuchFile."""
    path = directory / FILES / name
    if Path(name).name != name or not path.is_file():
        raise NoSuchFile(name)
    content = path.read_bytes()
    return {
        "sha256": hashlib.sha256(content).hexdigest(),
        "name": name,
        "size": len(content),
        "type": mimetypes.guess_type(name)[0] or "application/octet-stream",
    }
