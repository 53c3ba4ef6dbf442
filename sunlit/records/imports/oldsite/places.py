"""Where a file of the export lies: within its folder, whatever the list says."""

from __future__ import annotations

from pathlib import Path


class NoSuchFile(ValueError):
    """Says that a file is not there, or not within the export."""


def find(root: Path, written: str) -> Path:
    """Return a file of the export; raise NoSuchFile for one that is missing or lies outside of the folder.

    A leading slash means the folder itself, as on the old site. A link that leads out of the folder is not followed.
    """
    tidy = written.strip().replace("\\", "/").lstrip("/")
    parts = [part for part in tidy.split("/") if part not in ("", ".")]
    if not parts or ".." in parts or any(ord(letter) < 32 for letter in tidy) or ":" in parts[0]:
        raise NoSuchFile(written)
    inside = root.resolve()
    try:
        found = inside.joinpath(*parts).resolve(strict=True)
    except (OSError, ValueError):
        raise NoSuchFile(written) from None
    if not found.is_relative_to(inside) or not found.is_file():
        raise NoSuchFile(written)
    return found
