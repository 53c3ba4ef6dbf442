"""Reading what clerks have: CSV in any of the encodings in use, XLSX, JSON Lines; row by row, never the whole file."""

from __future__ import annotations

import codecs
import csv
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from sunlit.plan.payload import typed

Cells = list[object]

_CHUNK = 1 << 20
_LONGEST_CELL = 10_000_000
_DELIMITERS = ",\t;，"
_COMMENT = "#"
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class SheetRefused(ValueError):
    """Says, in a sentence for a clerk, why a file cannot be read."""


@dataclass(frozen=True)
class Sheet:
    """A table with its headers; ``rows`` gives each row's number as the clerk sees it (the header is row 1)."""

    headers: list[str]
    rows: Iterator[tuple[int, Cells]]


def open_sheet(path: Path) -> Sheet:
    """Open a file by its ending; raise SheetRefused for one that cannot be read.

    Empty rows and rows that begin with ``#`` (the help and the example of the template) are left out.
    """
    match path.suffix.lower():
        case ".csv" | ".txt" | ".tsv":
            return _with_headers(_csv_rows(path))
        case ".xlsx":
            return _with_headers(_xlsx_rows(path))
        case ".jsonl" | ".ndjson":
            return _json_lines(path)
    raise SheetRefused(_("Use a CSV, XLSX or JSON Lines file (.csv, .xlsx, .jsonl)."))


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, by which it is known again."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def encoding_of(path: Path) -> str:
    """Return the encoding of a text file: by its byte order mark, else UTF-8 if it is that, else GB18030."""
    with path.open("rb") as stream:
        head = stream.read(4)
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    for encoding in ("utf-8", "gb18030"):
        if _decodes(path, encoding):
            return encoding
    raise SheetRefused(_("The text of this file is neither UTF-8 nor GB18030. Save it as “CSV UTF-8” and try again."))


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _with_headers(rows: Iterator[tuple[int, Cells]]) -> Sheet:
    number, first = next(rows, (0, []))
    if not number:
        raise SheetRefused(_("The file is empty. The first row must name the columns."))
    return Sheet([str(cell).strip() for cell in first], rows)


def _is_content(cells: Cells) -> bool:
    first = next((cell for cell in cells if cell != ""), None)
    return first is not None and not (isinstance(first, str) and first.startswith(_COMMENT))


def _csv_rows(path: Path) -> Iterator[tuple[int, Cells]]:
    encoding = encoding_of(path)
    csv.field_size_limit(_LONGEST_CELL)
    with path.open(encoding=encoding, newline="") as stream:
        line = stream.readline()
        stream.seek(0)
        delimiter = max(_DELIMITERS, key=line.count)
        try:
            for number, cells in enumerate(csv.reader(stream, delimiter=delimiter), 1):
                if _is_content(cells):  # type: ignore[arg-type]  # a list of texts is read as a list of objects
                    yield number, cells  # type: ignore[misc]  # as above
        except csv.Error as error:
            raise SheetRefused(_("The CSV file is broken: %(error)s.") % {"error": error}) from error


def _xlsx_rows(path: Path) -> Iterator[tuple[int, Cells]]:
    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        for number, cells in enumerate(sheet.iter_rows(), 1):
            row: Cells = [cell if isinstance(cell, str) else typed(cell) for cell in cells]
            if _is_content(row):
                yield number, row
    except (CalamineError, OSError) as error:
        raise SheetRefused(_("The workbook cannot be opened. Save it again as XLSX without a password.")) from error


def _json_lines(path: Path) -> Sheet:
    """Read objects, one a line; a first pass collects the names, so that rows are lists as in the other files."""
    names: dict[str, None] = {}
    for _number, row in _objects(path):
        names.update(dict.fromkeys(row))
    if not names:
        raise SheetRefused(_("The file is empty."))
    headers = list(names)
    return Sheet(headers, ((number, [typed(row.get(name)) for name in headers]) for number, row in _objects(path)))


def _objects(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    with path.open(encoding=encoding_of(path)) as stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise SheetRefused(_("Line %(line)d is no JSON.") % {"line": number}) from error
            if not isinstance(row, dict):
                raise SheetRefused(_("Line %(line)d is no JSON object.") % {"line": number})
            yield number, row
