"""Reads comma separated values, cell by cell."""

from __future__ import annotations

import csv
import io

from sunlit.files.extraction.apart.cells import address
from sunlit.files.extraction.apart.place import Source
from sunlit.files.extraction.apart.plain import MOST, decoded


def read(source: Source) -> None:
    """Hand on every cell with its address."""
    text = decoded(source.stream.read(MOST + 1))
    head = text[:4096]
    separator = max(",\t;", key=head.count)
    csv.field_size_limit(1 << 20)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row, 1):
                source.part(address(column, number), cell)
    except csv.Error:
        for number, line in enumerate(text.splitlines(), 1):
            source.part(f"line {number}", line)
