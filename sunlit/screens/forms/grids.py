"""Rows of a table as text, and text as rows: tab-separated, as spreadsheets copy and paste."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO

Grid = list[tuple[int, list[object]]]
"""Rows with the number under which their writer knows them."""

_LONGEST_CELL = 10_000_000
_SEPARATORS, _BEGINNING = ",\t;，", 10_000


def as_text(heads: Sequence[str], names: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """Return rows as tab-separated lines under their heads; cells with tabs or breaks are quoted."""
    stream = StringIO()
    writer = csv.writer(stream, dialect="excel-tab", lineterminator="\n")
    writer.writerow(heads)
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return stream.getvalue()


def from_text(text: str, separator: str = "\t") -> Grid:
    """Return the rows of text with quoted cells where they hold a separator or a break."""
    csv.field_size_limit(_LONGEST_CELL)
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    try:
        rows = [[cell.strip() for cell in line] for line in csv.reader(StringIO(plain), delimiter=separator)]
    except csv.Error:
        rows = [[cell.strip() for cell in line.split(separator)] for line in plain.split("\n")]
    return [(number, list(row)) for number, row in enumerate(rows, 1) if any(row)]


def separator_of(text: str) -> str:
    """Return what parts the cells of a CSV file: what is found most often at its beginning."""
    return max(_SEPARATORS, key=text[:_BEGINNING].count)


def letters(column: int) -> str:
    """Return the letters by which spreadsheets call a column, the first being 0."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
