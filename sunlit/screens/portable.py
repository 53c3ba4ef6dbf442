"""Values as they stand in a file that people open in a spreadsheet and hand in again: what is exported can be imported.

Names are written where they are clear and codes where a name would stand for several; a table becomes the JSON of its
rows under the names of its columns, which the import reads.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sunlit.plan.casts.choices import Names, region_names, unit_names
from sunlit.plan.language import Column, Field, Plan
from sunlit.screens import fields
from sunlit.screens.book import Book

SEPARATOR = "；"


def cell(declared: Field, value: Any, book: Book) -> str:
    """Return a value as one cell; several values stand between semicolons."""
    if value in (None, "", []):
        return ""
    if declared.type == "table":
        rows = [
            {column.label.zh: _one(column, row[column.name], book) for column in declared.columns if column.name in row}
            for row in value
        ]
        return json.dumps(rows, ensure_ascii=False)
    if isinstance(value, list):
        if declared.type == "officer":
            return json.dumps(value, ensure_ascii=False)
        return SEPARATOR.join(_one(declared, item, book) for item in value)
    return _one(declared, value, book)


def _one(declared: Field | Column, value: Any, book: Book) -> str:
    return _WRITE.get(declared.type, fields.bare)(declared, value, book)


def _clear(names: Names, code: str, label: str) -> str:
    """Return a name if it leads back to the code, else the code."""
    return label if names.exact.get(label) == code and label not in names.several else code


def unit(plan: Plan, code: str) -> str:
    """Return a unit's name, or its code where several are called so."""
    found = plan.units.get(code)
    return _clear(unit_names(plan), code, found.name) if found else code


def _unit(declared: Field | Column, value: Any, book: Book) -> str:
    return unit(book.plan, str(value))


def _region(declared: Field | Column, value: Any, book: Book) -> str:
    return _clear(region_names(book.plan), str(value), book.region(str(value)))


def _officer(declared: Field | Column, value: Any, book: Book) -> str:
    return "，".join(str(value.get(part, "")) for part in ("name", "post", "phone"))


def _verbatim(declared: Field | Column, value: Any, book: Book) -> str:
    return str(value)


def _point(declared: Field | Column, value: Any, book: Book) -> str:
    return f"{value['lng']},{value['lat']}"


_WRITE: dict[str, Callable[[Field | Column, Any, Book], str]] = {
    "unit": _unit,
    "region": _region,
    "officer": _officer,
    "richtext": _verbatim,
    "record": _verbatim,
    "point": _point,
}
