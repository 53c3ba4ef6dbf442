"""Which reader reads what."""

from __future__ import annotations

import importlib
from collections.abc import Callable

from sunlit.files.extraction.apart.place import Source
from sunlit.files.extraction.apart.sink import Enough, Unreadable
from sunlit.files.extraction.apart.sniffing import sniff

_OFFICE = "application/vnd.openxmlformats-officedocument."
# Loaded when they are needed: one process reads one type, mostly.
_MODULES = {
    f"{_OFFICE}wordprocessingml.document": "word",
    f"{_OFFICE}spreadsheetml.sheet": "workbook",
    f"{_OFFICE}presentationml.presentation": "slides",
    "application/vnd.oasis.opendocument.spreadsheet": "opensheet",
    "application/pdf": "pdf",
    "text/plain": "plain",
    "text/csv": "table",
    "text/html": "page",
    "text/xml": "anyxml",
    "application/zip": "archive",
    "image/png": "picture",
    "image/jpeg": "picture",
    "image/gif": "picture",
    "image/webp": "picture",
}


def read(source: Source, media_type: str) -> None:
    """Hand on what a file says; a file that cannot be read becomes a notice."""
    module = _MODULES.get(media_type)
    if module is None:
        source.notice("unknown", source.label)
        return
    reader: Callable[[Source], None] = importlib.import_module(f"sunlit.files.extraction.apart.{module}").read
    try:
        reader(source)
    except Unreadable as unreadable:
        source.notice(str(unreadable), source.label)
    except (Enough, MemoryError):
        raise
    except Exception:  # whatever a library does with a damaged file is one file that could not be read
        source.notice("damaged", source.label)


def read_inner(source: Source, content: bytes, name: str, hidden: str | None = None) -> None:
    """Read a file that lies within another one, typed by its content."""
    inner = source.inner(content, name, hidden)
    source.budget.files -= 1
    if inner.depth < 0:
        source.notice("deep", inner.label)
    elif source.budget.files < 0:
        raise Enough("long")
    else:
        read(inner, sniff(content, name))
