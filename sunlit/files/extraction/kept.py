"""Extracts kept by content and by the version of what extracts, so that nothing is read twice."""

from __future__ import annotations

import gzip
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from sunlit.files.extraction.parts import Extract
from sunlit.files.extraction.process import recogniser
from sunlit.files.extraction.reading import Row, extract_from, is_sound, rows
from sunlit.files.models import File

VERSION = 1
"""Counts changes of what readers find: an extract of another version is read anew."""

FOLDER = "extracts"


def extract_of(file: File) -> Extract:
    """Return what a file says, kept since it was first asked for; raise FileNotFoundError if its bytes are gone."""
    place = place_of(file.sha256)
    try:
        return extract_from(list(_kept(place)))
    except (OSError, EOFError, ValueError):
        pass  # not kept yet, or not to its end
    if not file.path.exists():
        raise FileNotFoundError(file.path)
    found = list(rows(file.path, file.type))
    _keep(place, found)
    return extract_from(found)


def forget(sha256: str) -> None:
    """Delete what was kept about some content, whatever version read it."""
    root = Path(settings.FILES_ROOT) / FOLDER
    for place in root.glob(f"*/{sha256[:2]}/{sha256}.gz"):
        place.unlink(missing_ok=True)


def place_of(sha256: str) -> Path:
    """Return where the extract of some content is kept; with recognition it is another one."""
    version = f"{VERSION}r" if recogniser() else str(VERSION)
    return Path(settings.FILES_ROOT) / FOLDER / version / sha256[:2] / f"{sha256}.gz"


def _kept(place: Path) -> Iterator[Row]:
    with gzip.open(place, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if not is_sound(row):
                raise ValueError(place)
            yield row


def _keep(place: Path, found: list[Row]) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=".")
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as target, gzip.open(target, "wt", compresslevel=5, encoding="utf-8") as lines:
            lines.writelines(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in found)
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)
