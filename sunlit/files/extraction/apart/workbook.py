"""Reads a workbook: every cell by its address, and what hides: sheets, rows, columns, comments, caches, names."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import IO, Any

from sunlit.files.extraction.apart import markup, office
from sunlit.files.extraction.apart.cells import letters, number, split
from sunlit.files.extraction.apart.markup import get, local
from sunlit.files.extraction.apart.packages import Package
from sunlit.files.extraction.apart.place import Source
from sunlit.files.extraction.apart.sink import Unreadable

SHEET, ROW, COLUMN = "hidden sheet", "hidden row", "hidden column"
MOST_STRINGS = 64 << 20


def read(source: Source) -> None:
    """Hand on what a workbook says; raise Unreadable if it is no package."""
    package = Package(source.stream, source.budget)
    done = office.properties(source, package)
    strings, used = _strings(source, package)
    styles = _unseen_styles(package)
    done |= {"xl/workbook.xml", "xl/styles.xml", *used}
    for sheet in _sheets(source, package):
        done.add(sheet.part)
        try:
            with package.open(sheet.part) as stream:
                _Rows(source, sheet, strings, styles).read(stream)
        except Unreadable as unreadable:
            source.notice(str(unreadable), source.at(sheet.name))
    office.rest(source, package, done)


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook."""

    name: str
    part: str
    is_hidden: bool


def _sheets(source: Source, package: Package) -> list[Sheet]:
    root = markup.parse(package.read("xl/workbook.xml"))
    parts = _relations(package, "xl/workbook.xml")
    found = []
    for one in root.iter("{*}sheet"):
        name, part = get(one, "name"), parts.get(get(one, "id"), "")
        source.part("sheet name", name, SHEET if get(one, "state").lower().startswith(("hid", "very")) else None)
        if part in package and "/worksheets/" in part:
            found.append(Sheet(name, part, get(one, "state").lower() not in ("", "visible")))
    for one in root.iter("{*}definedName"):
        source.part(f"name {get(one, 'name')}", f"{get(one, 'name')} {one.text or ''}", office.METADATA)
    source.part("xl/workbook.xml", "\n".join(markup.unseen(root)), office.METADATA)
    known = {sheet.part for sheet in found}
    # A sheet that the workbook does not list is as hidden as can be.
    found += [
        Sheet(posixpath.basename(part), part, True)
        for part in package.names
        if part.startswith("xl/worksheets/") and part.endswith(".xml") and part not in known
    ]
    return found


def _relations(package: Package, part: str) -> dict[str, str]:
    folder, name = posixpath.split(part)
    links = f"{folder}/_rels/{name}.rels"
    if links not in package:
        return {}
    found = {}
    for one in markup.parse(package.read(links)):
        if not isinstance(one.tag, str):
            continue
        target = get(one, "Target")
        found[get(one, "Id")] = (
            target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
        )
    return found


def _strings(source: Source, package: Package) -> tuple[list[str], set[str]]:
    """Return the strings that cells name by number, and the part that holds them."""
    part = next((name for name in package.names if name.lower() == "xl/sharedstrings.xml"), "")
    if not part:
        return [], set()
    found: list[str] = []
    left = MOST_STRINGS
    with package.open(part) as stream:
        for event, element in markup.events(stream, ("{*}si",)):
            if event == "end":
                text = "".join(one.text or "" for one in element.iter("{*}t"))
                found.append(text)
                left -= len(text) + 60
                markup.release(element)
                if left < 0:
                    raise Unreadable("large")
                source.sink.check_time()
            elif event in ("comment", "pi"):
                source.part(part, element.text or "", office.METADATA)
    return found, {part}


def _unseen_styles(package: Package) -> frozenset[int]:
    """Return the numbers of the styles that show nothing: ``;;;`` as a format, or white on nothing."""
    if "xl/styles.xml" not in package:
        return frozenset()
    try:
        root = markup.parse(package.read("xl/styles.xml"))
    except Unreadable:
        return frozenset()
    empty = {
        get(one, "numFmtId")
        for one in root.iter("{*}numFmt")
        if get(one, "formatCode").replace('"', "").strip() == ";;;"
    }
    white = {
        str(at)
        for at, font in enumerate(root.iterfind("{*}fonts/{*}font"))
        if (colour := font.find("{*}color")) is not None
        and (get(colour, "rgb").upper() == "FFFFFFFF" or get(colour, "theme") == "0")
    }
    return frozenset(
        at
        for at, one in enumerate(root.iterfind("{*}cellXfs/{*}xf"))
        if get(one, "numFmtId") in empty or (get(one, "fontId") in white and get(one, "fillId") in ("", "0"))
    )


@dataclass
class _Rows:
    """Reads the rows of one sheet as they come, and holds none of them."""

    source: Source
    sheet: Sheet
    strings: list[str]
    unseen: frozenset[int]
    columns: list[tuple[int, int]] = field(default_factory=list)
    row: int = 0
    column: int = 0
    is_hidden_row: bool = False
    hides_rows: bool = False

    def read(self, stream: IO[bytes]) -> None:
        """Hand on every cell; the parts below the rows are read for what they say."""
        tags = ("row", "c", "col", "sheetFormatPr", "headerFooter", "dataValidation", "hyperlink", "cfRule", "sheetPr")
        for event, element in markup.events(stream, tuple(f"{{*}}{tag}" for tag in tags)):
            name = local(element)
            if event in ("comment", "pi"):
                self.source.part(f"{self.sheet.name} source", element.text or "", office.METADATA)
            elif event == "start" and name == "row":
                self._start_row(element)
            elif event == "end":
                self._end(name, element)

    def _start_row(self, element: Any) -> None:
        given = get(element, "r")
        self.row = int(given) if given.isdigit() and len(given) < 9 else self.row + 1
        self.column = 0
        flat = get(element, "ht") in ("0", "0.0")
        self.is_hidden_row = get(element, "hidden") in ("1", "true") or flat
        # Rows without a mark of their own follow the sheet, which may hide them all.
        self.is_hidden_row = self.is_hidden_row or (
            self.hides_rows and not get(element, "hidden") and not get(element, "ht")
        )

    def _end(self, name: str, element: Any) -> None:
        if name == "c":
            self._cell(element)
            return
        if name == "row":
            markup.release(element)
            self.source.sink.check_time()
        elif name == "col":
            if get(element, "hidden") in ("1", "true") or get(element, "width") in ("0", "0.0"):
                first, last = get(element, "min"), get(element, "max")
                if first.isdigit() and last.isdigit():
                    self.columns.append((int(first), int(last)))
        elif name == "sheetFormatPr":
            self.hides_rows = get(element, "zeroHeight") in ("1", "true")
        else:
            said = " ".join(filter(None, (*element.attrib.values(), *(one.text for one in element.iter()))))
            if markup.tells(said):
                self.source.part(f"{self.sheet.name} {name}", said, office.METADATA)

    def _cell(self, element: Any) -> None:
        column, row = split(get(element, "r"))
        self.column = column or self.column + 1
        where = f"{self.sheet.name}!{letters(self.column)}{row or self.row}"
        style = get(element, "s")
        hidden = self._hidden(style)
        formula, value = element.find("{*}f"), element.find("{*}v")
        text = self._text(get(element, "t"), element, "" if value is None else value.text or "")
        self.source.part(where, text, hidden)
        if formula is not None and formula.text:
            quoted = formula.text
            if '"' in quoted or "[" in quoted:
                self.source.part(f"{where} formula", quoted, hidden or office.HIDDEN_TEXT)

    def _hidden(self, style: str) -> str | None:
        if self.sheet.is_hidden:
            return SHEET
        if self.is_hidden_row:
            return ROW
        if any(first <= self.column <= last for first, last in self.columns):
            return COLUMN
        return office.HIDDEN_TEXT if style.isdigit() and int(style) in self.unseen else None

    def _text(self, kind: str, element: Any, value: str) -> str:
        if kind == "s":
            at = int(value) if value.isdigit() and len(value) < 10 else -1
            return self.strings[at] if 0 <= at < len(self.strings) else ""
        if kind == "inlineStr":
            return "".join(one.text or "" for one in element.iter("{*}t"))
        return number(value) if kind in ("", "n") else value
