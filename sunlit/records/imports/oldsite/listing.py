"""The list of an old site's pages, as it was exported."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from sunlit.records.imports import sheets
from sunlit.records.imports.oldsite.mapping import USUAL
from sunlit.records.imports.oldsite.mapping import Mapping as Plan

_SEPARATORS = re.compile(r"[;；|\n]")
INDEX = "index.csv"


@dataclass(frozen=True)
class Page:
    """A page of the old site; ``row`` is its row in the list as a clerk sees it."""

    row: int
    column: str
    address: str
    html: str
    page: str
    files: tuple[str, ...]
    parts: Mapping[str, object]
    """Everything the list says, under the names of the parts and of the list's own columns."""


def list_of(path: Path) -> Path:
    """Return the list itself: a file, or ``index.csv`` in a folder; raise SheetRefused without one."""
    found = path / INDEX if path.is_dir() else path
    if not found.is_file():
        raise sheets.SheetRefused(_("There is no list of pages at %(path)s.") % {"path": found})
    return found


def pages(path: Path, mapping: Plan) -> Iterator[Page]:
    """Yield the pages in the order of the list; raise SheetRefused for one that cannot be read."""
    sheet = sheets.open_sheet(list_of(path))
    at = _positions(sheet.headers, mapping)
    for row, cells in sheet.rows:
        given = dict(zip(sheet.headers, cells, strict=False))
        parts: dict[str, object] = {**given, **{part: given.get(header, "") for part, header in at.items()}}
        yield Page(
            row,
            _text(parts.get("column")),
            _text(parts.get("address")),
            _text(parts.get("html")),
            _text(parts.get("page")),
            _several(parts.get("files")),
            parts,
        )


def _positions(headers: list[str], mapping: Plan) -> dict[str, str]:
    found = {}
    for part, usual in USUAL.items():
        wanted = (mapping.columns[part],) if part in mapping.columns else usual
        named = next((header for header in headers if header.strip() in wanted or header.strip().lower() in wanted), "")
        if named:
            found[part] = named
    if "title" not in found:
        raise sheets.SheetRefused(_("No column holds the title; name it in the mapping under `columns`."))
    return found


def _several(value: object) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(str(one) for one in value if one)
    return tuple(part.strip() for part in _SEPARATORS.split(_text(value)) if part.strip())


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
