"""The text of a record as its readers see it: public fields and cells, in words."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from sunlit.files.extraction import kept
from sunlit.files.models import File
from sunlit.plan.language import Column, Field, Kind, Plan
from sunlit.records import rendition
from sunlit.records.models import Revision

_TAG = re.compile("<[^<>]*>")
_BLOCK = re.compile("</(?:p|li|h[1-6]|td|th|tr|div|blockquote)>|<br[^<>]*>", re.IGNORECASE)
_LONGEST = 200_000
"""Characters of a file that are searched: what stands behind them is a table, found by what stands before."""
_SPACE = re.compile(r"[ \t\r\f\v]+")


def text_of(plan: Plan, kind: Kind, shown: Mapping[str, Any]) -> str:
    """Return a public rendition as lines of text."""
    lines = (" ".join(line.split()) for part in _parts(plan, kind, shown) for line in part.split("\n"))
    return "\n".join(line for line in lines if line)


def plain(markup: str) -> str:
    """Return rich text without its marks, a line for each paragraph."""
    return html.unescape(_TAG.sub("", _BLOCK.sub("\n", markup)))


def attached(revision: Revision) -> tuple[tuple[str, str], ...]:
    """Return name and text of every attachment that readers may open.

    Text is what the guard has read and let pass before publication; what readers do not see at once stays out. A file
    that nobody has read yet is found by its name alone.
    """
    return tuple(
        (one.name, _read(one.file)) for one in revision.attachments.select_related("file").order_by("position")
    )


def _read(file: File) -> str:
    if not kept.place_of(file.sha256).exists():
        return ""
    try:
        parts = kept.extract_of(file).parts
    except FileNotFoundError:
        return ""
    return "\n".join(part.text for part in parts if part.hidden is None)[:_LONGEST]


def _parts(plan: Plan, kind: Kind, shown: Mapping[str, Any]) -> Iterator[str]:
    for field in kind.fields:
        value = shown.get(field.name)
        if value is None or value == "" or value == []:
            continue
        if field.type == "richtext":
            yield plain(str(value))
        elif field.type == "table":
            yield from _rows(plan, field, value)
        elif field.type not in ("file", "point", "record"):
            yield rendition.as_text(kind, plan, field.name, value)


def _rows(plan: Plan, field: Field, rows: list[Mapping[str, Any]]) -> Iterator[str]:
    columns = {column.name: column for column in field.columns}
    for row in rows:
        cells = (_cell(plan, columns[name], value) for name, value in row.items() if name in columns)
        yield " ".join(cell for cell in cells if cell)


def _cell(plan: Plan, column: Column, value: Any) -> str:
    if value is None or value == "":
        return ""
    match column.type:
        case "choice" if column.choices:
            label = plan.vocabularies[column.choices].label_of(str(value))
            return label.zh if label else str(value)
        case "unit":
            unit = plan.units.get(str(value))
            return unit.name if unit else str(value)
        case "region":
            return rendition.regions(plan).get(str(value), str(value))
        case "money":
            return f"{value / 100:,.2f}元"
    return _SPACE.sub(" ", str(value))
