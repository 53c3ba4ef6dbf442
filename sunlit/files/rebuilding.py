"""Word files and workbooks made of nothing but text that was seen: no properties, styles, pictures or hidden parts."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

_OFFICE = "application/vnd.openxmlformats-officedocument."
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_CELL = re.compile(r"(.+)!([A-Z]{1,3})([0-9]{1,7})")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# A fixed moment, so that the same text makes the same file.
_MOMENT = (1980, 1, 1, 0, 0, 0)

Seen = Sequence[tuple[str, str]]


def word(seen: Seen, path: Path) -> None:
    """Write a Word file with one paragraph for each piece of text."""
    body = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{line}</w:t></w:r></w:p>'
        for _where, text in seen
        for line in _safe(text).split("\n")
    )
    _write(
        path,
        "word/document.xml",
        f"{_OFFICE}wordprocessingml.document.main+xml",
        {"word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>'},
        {},
    )


def workbook(seen: Seen, path: Path) -> None:
    """Write a workbook with the cells whose addresses are known, as text."""
    sheets: dict[str, dict[int, list[tuple[int, str, str]]]] = {}
    for where, text in seen:
        if found := _CELL.fullmatch(where):
            row = int(found[3])
            cells = sheets.setdefault(found[1], {}).setdefault(row, [])
            cells.append((_column(found[2]), f"{found[2]}{row}", _safe(text)))
    parts, listed, links = {}, [], {}
    for number, (name, rows) in enumerate(sheets.items(), 1):
        part = f"worksheets/sheet{number}.xml"
        parts[f"xl/{part}"] = f'<worksheet xmlns="{_SHEET}"><sheetData>{_rows(rows)}</sheetData></worksheet>'
        quoted = escape(name, {'"': "&quot;"})
        listed.append(f'<sheet name="{quoted}" sheetId="{number}" r:id="r{number}"/>')
        links[f"r{number}"] = part
    parts["xl/workbook.xml"] = (
        f'<workbook xmlns="{_SHEET}" xmlns:r="{_RELATIONS}"><sheets>{"".join(listed)}</sheets></workbook>'
    )
    _write(path, "xl/workbook.xml", f"{_OFFICE}spreadsheetml.sheet.main+xml", parts, links)


def _rows(rows: dict[int, list[tuple[int, str, str]]]) -> str:
    found = []
    for number, cells in sorted(rows.items()):
        inner = "".join(
            f'<c r="{address}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
            for _column, address, text in sorted(cells)
        )
        found.append(f'<row r="{number}">{inner}</row>')
    return "".join(found)


def _column(letters: str) -> int:
    value = 0
    for one in letters:
        value = value * 26 + ord(one) - 64
    return value


def _safe(text: str) -> str:
    return escape(_CONTROLS.sub("", text))


def _write(path: Path, main: str, kind: str, parts: dict[str, str], links: dict[str, str]) -> None:
    folder, _slash, name = main.rpartition("/")
    types = [f'<Override PartName="/{main}" ContentType="{kind}"/>']
    types += [
        f'<Override PartName="/{part}" ContentType="{_OFFICE}spreadsheetml.worksheet+xml"/>'
        for part in parts
        if "/worksheets/" in part
    ]
    declared = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    whole = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">{declared}{"".join(types)}</Types>',
        "_rels/.rels": _links({"r1": ("officeDocument", main)}),
        **parts,
    }
    if links:
        whole[f"{folder}/_rels/{name}.rels"] = _links({key: ("worksheet", part) for key, part in links.items()})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for part, content in whole.items():
            entry = zipfile.ZipInfo(part, _MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, f'<?xml version="1.0" encoding="UTF-8"?>{content}')


def _links(links: dict[str, tuple[str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="{key}" Type="{_RELATIONS}/{kind}" Target="{part}"/>' for key, (kind, part) in links.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


WRITERS: dict[str, Callable[[Seen, Path], None]] = {
    f"{_OFFICE}wordprocessingml.document": word,
    f"{_OFFICE}spreadsheetml.sheet": workbook,
}
