"""Reads an OpenDocument workbook, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sunlit.files.extraction.apart import markup, office
from sunlit.files.extraction.apart.cells import address
from sunlit.files.extraction.apart.markup import get, local
from sunlit.files.extraction.apart.packages import Package
from sunlit.files.extraction.apart.place import Source

_GONE = frozenset({"collapse", "filter"})


def read(source: Source) -> None:
    """Hand on what a workbook says; raise Unreadable if it is no package."""
    package = Package(source.stream, source.budget)
    root = markup.parse(package.read("content.xml"))
    styles = {get(style, "name") for style in root.iter("{*}style") for one in style if get(one, "display") == "false"}
    for number, table in enumerate(root.iter("{*}table"), 1):
        if local(table.getparent()) != "tracked-changes":
            name = get(table, "name") or f"table {number}"
            _Table(source, name, "hidden sheet" if get(table, "style-name") in styles else None).read(table)
    for changes in root.iter("{*}tracked-changes"):
        source.part("changes", "\n".join(markup.texts(changes)), office.CHANGE)
    for note in root.iter("{*}annotation"):
        source.part("comment", "\n".join(markup.texts(note)), office.COMMENT)
    for one in root.iter("{*}named-range", "{*}named-expression", "{*}content-validation", "{*}help-message"):
        source.part(local(one), " ".join(markup.texts(one)), office.METADATA)
    for one in root.iter("{*}shape", "{*}frame", "{*}custom-shape", "{*}header", "{*}footer"):
        source.part(local(one), "\n".join(markup.texts(one)), None if "er" in local(one)[-2:] else office.HIDDEN_TEXT)
    source.part("content.xml", "\n".join(markup.unseen(root)), office.METADATA)
    office.rest(source, package, {"content.xml", "mimetype", "settings.xml"})


@dataclass
class _Table:
    """Reads one sheet; what is repeated is said once."""

    source: Source
    name: str
    hidden: str | None

    def read(self, table: Any) -> None:
        """Hand on every cell."""
        gone = self._columns(table)
        row = 1
        for one in table.iter("{*}table-row"):
            unseen = get(one, "visibility") in _GONE or any(
                get(up, "display") == "false" for up in one.iterancestors("{*}table-row-group")
            )
            self._row(one, row, unseen, gone)
            row += _repeats(one, "number-rows-repeated")
            self.source.sink.check_time()

    def _columns(self, table: Any) -> list[tuple[int, int]]:
        found, at = [], 1
        for one in table.iter("{*}table-column"):
            count = _repeats(one, "number-columns-repeated")
            if get(one, "visibility") in _GONE:
                found.append((at, at + count - 1))
            at += count
        return found

    def _row(self, row: Any, number: int, unseen: bool, gone: list[tuple[int, int]]) -> None:
        column = 1
        for cell in row:
            if local(cell) not in ("table-cell", "covered-table-cell"):
                continue
            why = self.hidden or ("hidden row" if unseen else None)
            if why is None and any(first <= column <= last for first, last in gone):
                why = "hidden column"
            if why is None and local(cell) == "covered-table-cell":
                why = office.HIDDEN_TEXT
            where = f"{self.name}!{address(column, number)}"
            shown = "\n".join("".join(one.itertext()) for one in cell.iterchildren("{*}p"))
            self.source.part(where, shown, why)
            value = get(cell, "string-value") or get(cell, "value")
            if value and value not in shown:
                self.source.part(where, value, why or office.HIDDEN_TEXT)
            formula = get(cell, "formula")
            if '"' in formula:
                self.source.part(f"{where} formula", formula, why or office.HIDDEN_TEXT)
            column += _repeats(cell, "number-columns-repeated")


def _repeats(element: Any, name: str) -> int:
    given = get(element, name)
    return min(int(given), 2_000_000) if given.isascii() and given.isdigit() and len(given) < 9 else 1
