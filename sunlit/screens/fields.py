"""How a value is shown, by the type of its field: one small template per type, one plain form for lists and files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from sunlit.plan.language import Column, Field, Kind
from sunlit.screens.amounts import decimal, money, number
from sunlit.screens.book import Book
from sunlit.screens.components import Link
from sunlit.screens.page import HTML_ONLY
from sunlit.screens.words import joined, money_unit, say

LONG_TEXT = 160

Show = Callable[[Field, Any, Book], Any]
"""What makes of a value what its template shows."""

SUMMED = ("money", "number")


@dataclass(frozen=True)
class TableCell:
    """A cell of a table, with its column's name for readers on a phone."""

    text: str
    label: str
    is_number: bool = False
    is_day: bool = field(default=False, metadata=HTML_ONLY)


@dataclass(frozen=True)
class TableView:
    """A table with named columns; ``totals`` is empty if no column can be added up."""

    columns: Sequence[TableCell]
    rows: Sequence[Sequence[TableCell]]
    totals: Sequence[TableCell] = ()


@dataclass(frozen=True)
class FieldView:
    """A field of a record as its page shows it; ``text`` is its plain form."""

    name: str
    label: str
    type: str
    text: str
    value: Any = field(default=None, metadata=HTML_ONLY)
    is_wide: bool = field(default=False, metadata=HTML_ONLY)

    @property
    def template(self) -> str:
        """The template that shows this type."""
        return f"screens/fields/{self.type}.html"


def present(kind: Kind, name: str, payload: Mapping[str, Any], book: Book) -> FieldView | None:
    """Return a field of a public payload ready to be shown; None if it holds nothing or the kind has no such field."""
    declared = kind.field(name)
    value = payload.get(name)
    if declared is None or value in (None, "", [], {}):
        return None
    show: Show = _VALUES.get(declared.type, _as_text)
    shown = show(declared, value, book)
    text = plain(declared, value, book)
    is_wide = declared.type in ("table", "richtext") or (declared.type == "text" and len(text) > LONG_TEXT)
    return FieldView(name, say(declared.label), declared.type, text, shown, is_wide)


def plain(declared: Field | Column, value: Any, book: Book) -> str:
    """Return a value as one line of text."""
    if value in (None, ""):
        return ""
    if isinstance(value, list) and declared.type != "table":
        return joined([plain_item(declared, item, book) for item in value])
    return plain_item(declared, value, book)


def plain_item(declared: Field | Column, value: Any, book: Book) -> str:
    """Return one of the values of a field that may hold several as one line of text."""
    return _PLAIN.get(declared.type, _text)(declared, value, book)


def long_text(declared: Field | Column, value: Any, book: Book) -> str:
    """Return a value as text to be compared: a table row by row, everything else as its plain form."""
    if not isinstance(declared, Field) or declared.type != "table" or not value:
        return plain(declared, value, book)
    lines = []
    for row in value:
        cells = [
            f"{say(column.label)} {bare(column, row[column.name], book)}"
            for column in declared.columns
            if row.get(column.name) not in (None, "")
        ]
        lines.append("；".join(cells))
    return "\n".join(lines)


def is_number(declared: Field | Column) -> bool:
    """Tell whether values are figures, which stand in columns to the right."""
    return declared.type in ("money", "number", "percent")


def column_label(declared: Field | Column) -> str:
    """Return the name of a column, with its unit if its values are figures."""
    unit = money_unit(declared.unit or "元") if declared.type == "money" else (declared.unit or "")
    if declared.type == "percent":
        unit = "%"
    return f"{say(declared.label)} ({unit})" if unit and is_number(declared) else say(declared.label)


def bare(declared: Field | Column, value: Any, book: Book) -> str:
    """Return a value for a column whose heading names the unit already."""
    if value in (None, ""):
        return ""
    if declared.type == "money":
        return money(int(value), declared.unit or "元")
    if declared.type == "number":
        return number(str(value), declared.unit)
    if declared.type == "percent":
        return decimal(str(value))
    return plain(declared, value, book)


def _text(declared: Field | Column, value: Any, book: Book) -> str:
    return str(value)


def _money_text(declared: Field | Column, value: Any, book: Book) -> str:
    unit = declared.unit or "元"
    return f"{money(int(value), unit)} {money_unit(unit)}"


def _number_text(declared: Field | Column, value: Any, book: Book) -> str:
    return f"{number(str(value), declared.unit)} {declared.unit or ''}".strip()


def _percent_text(declared: Field | Column, value: Any, book: Book) -> str:
    return f"{decimal(str(value))}%"


def _officer_text(declared: Field | Column, value: Any, book: Book) -> str:
    return " ".join(str(value[part]) for part in ("name", "post", "phone") if value.get(part))


def _table_text(declared: Field | Column, value: Any, book: Book) -> str:
    return _("%d rows") % len(value)


_PLAIN: dict[str, Callable[[Field | Column, Any, Book], str]] = {
    "money": _money_text,
    "number": _number_text,
    "percent": _percent_text,
    "choice": lambda declared, value, book: book.term(declared.choices or "", str(value)),
    "unit": lambda declared, value, book: book.unit(str(value)).label,
    "region": lambda declared, value, book: book.region(str(value)),
    "record": lambda declared, value, book: book.record(str(value)).label,
    "officer": _officer_text,
    "file": lambda declared, value, book: str(value.get("name", "")),
    "point": lambda declared, value, book: f"{value.get('lat')}, {value.get('lng')}",
    "table": _table_text,
    "richtext": lambda declared, value, book: book.without_tags(str(value)),
}


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _as_text(declared: Field, value: Any, book: Book) -> str:
    return plain(declared, value, book)


def _as_units(declared: Field, value: Any, book: Book) -> list[Link]:
    return [book.unit(str(item)) for item in _many(value)]


def _as_records(declared: Field, value: Any, book: Book) -> list[Link]:
    return [book.record(str(item)) for item in _many(value)]


def _as_many(declared: Field, value: Any, book: Book) -> list[Any]:
    return _many(value)


def _as_addresses(declared: Field, value: Any, book: Book) -> list[Link]:
    # Only addresses of the web become links: whatever else was typed is shown as text.
    return [
        Link(str(item), str(item) if str(item).startswith(("https://", "http://")) else "") for item in _many(value)
    ]


def _as_files(declared: Field, value: Any, book: Book) -> list[Link]:
    return book.files_of(declared.name, _many(value))


def _as_table(declared: Field, value: Any, book: Book) -> TableView:
    # A column in which nothing stands says nothing, and takes room from the others on a narrow screen.
    columns = [one for one in declared.columns if any(row.get(one.name) not in (None, "", []) for row in value)]
    head = [TableCell(column_label(column), "", is_number(column)) for column in columns]
    rows = [
        [
            TableCell(bare(column, row.get(column.name), book), cell.text, cell.is_number)
            for column, cell in zip(columns, head, strict=True)
        ]
        for row in value
    ]
    return TableView(head, rows, _totals(columns, head, value) if len(value) > 1 else ())


def _totals(columns: list[Column], head: list[TableCell], rows: Sequence[Mapping[str, Any]]) -> list[TableCell]:
    sums = [_sum(column, rows) if column.total and column.type in SUMMED else "" for column in columns]
    # The first column names the row; a table that begins with a figure has no room for the word.
    if not any(sums) or sums[0]:
        return []
    cells = [TableCell(total, cell.text, cell.is_number) for total, cell in zip(sums, head, strict=True)]
    return [TableCell(_("Total"), ""), *cells[1:]]


def _sum(column: Column, rows: Sequence[Mapping[str, Any]]) -> str:
    values = [row.get(column.name) for row in rows]
    given = [value for value in values if value not in (None, "")]
    if column.type == "money":
        return money(sum(int(value) for value in given if value is not None), column.unit or "元")
    try:
        return decimal(sum((Decimal(str(value)) for value in given), Decimal(0)))
    except InvalidOperation:
        return ""


_VALUES: dict[str, Show] = {
    "richtext": lambda declared, value, book: book.clean_html(str(value), book.pictures),
    "unit": _as_units,
    "record": _as_records,
    "officer": _as_many,
    "url": _as_addresses,
    "phone": _as_many,
    "file": _as_files,
    "table": _as_table,
    "point": lambda declared, value, book: value,
}
