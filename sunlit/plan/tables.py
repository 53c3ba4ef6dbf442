"""Reads the CSV files of a plan (units) into the same nodes as YAML, with line and column of every cell."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator
from io import StringIO

from sunlit.plan.places import Fault, Node, Place
from sunlit.plan.spelling import suggestion

# Cells of these columns hold lists, separated by semicolons.
LISTS = frozenset({"aliases", "functions"})


def read_csv(text: str, name: str, known: tuple[str, ...]) -> tuple[list[Node], list[Fault]]:
    """Return one mapping per row of a table whose header names ``known`` columns, and the faults found."""
    faults: list[Fault] = []
    rows = _rows(text, name, faults)
    first = next(rows, None)
    if first is None:
        return [], [*faults, Fault(name, 1, 1, "The table is empty; its first line must name the columns.")]
    header = [cell.strip() for cell in first[1]]
    faults += _header_faults(header, name, known, text)
    nodes = []
    for line, cells, raw in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            sentence = f"This row has {len(cells)} cells, the header has {len(header)}; add or remove commas."
            faults.append(Fault(name, line, 1, sentence))
            continue
        nodes.append(_row_node(name, line, header, cells, raw))
    return nodes, faults


def _rows(text: str, name: str, faults: list[Fault]) -> Iterator[tuple[int, list[str], str]]:
    # Not str.splitlines, which also breaks at characters that are text to a table.
    lines = list(StringIO(text.replace("\r\n", "\n").replace("\r", "\n")))
    reader = csv.reader(lines, strict=True)
    while True:
        start = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            faults.append(Fault(name, start, 1, f"This row cannot be read ({error}); check its quotation marks."))
            return
        yield start, cells, lines[start - 1] if reader.line_num == start else ""


def _header_faults(header: list[str], name: str, known: tuple[str, ...], text: str) -> list[Fault]:
    faults = []
    starts = _starts(text.split("\n", 1)[0], len(header))
    for position, column in enumerate(header):
        if column not in known:
            faults.append(Fault(name, 1, starts[position], f'Unknown column "{column}"{suggestion(column, known)}'))
        elif column in header[:position]:
            faults.append(Fault(name, 1, starts[position], f'The column "{column}" stands twice; remove one.'))
    return faults


def _row_node(name: str, line: int, header: list[str], cells: list[str], raw: str) -> Node:
    starts = _starts(raw, len(cells))
    keys: dict[str, tuple[Place, Node]] = {}
    for column, cell, start in zip(header, cells, starts, strict=True):
        place = Place(name, line, start)
        value = unicodedata.normalize("NFC", cell).strip()
        if value and column in LISTS:
            parts = [part.strip() for part in value.replace("；", ";").split(";")]
            keys[column] = (place, Node(place, items=[Node(place, text=part) for part in parts if part]))
        else:
            keys[column] = (place, Node(place, text=value))
    return Node(Place(name, line, 1), keys=keys)


def _starts(raw: str, count: int) -> list[int]:
    """Return the column in which each cell of a line begins; 1 for cells of a row that runs over several lines."""
    starts = [1]
    quoted = False
    for position, character in enumerate(raw, start=1):
        if character == '"':
            quoted = not quoted
        elif character == "," and not quoted:
            starts.append(position + 1)
    return starts if len(starts) == count else [1] * count
