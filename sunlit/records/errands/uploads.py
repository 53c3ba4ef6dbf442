"""The files of an import: taken in on disk, read once into rows that can be read on from any place, then deleted."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from sunlit.records.imports import sheets
from sunlit.records.imports.sheets import Cells, SheetRefused
from sunlit.records.models import ErrandSheet

MOST_BYTES = 300 * 1024 * 1024
MOST_UNPACKED = 1024 * 1024 * 1024
MOST_ROWS = 500_000
KEPT = timedelta(days=30)
"""How long the files of an import stay after its end: they hold what readers see masked."""
_CHUNK = 1 << 20
_FORMATS = (".csv", ".txt", ".tsv", ".xlsx", ".jsonl", ".ndjson")


def folder(errand: int) -> Path:
    """Return where the files of an import lie."""
    return Path(settings.HOME) / "imports" / str(errand)


def name_of(written: str) -> str:
    """Return a file name without any folder; raise SheetRefused for a format that cannot be read."""
    name = written.replace("\\", "/").rpartition("/")[2].strip()[-200:]
    if Path(name).suffix.lower() not in _FORMATS:
        raise SheetRefused(_("Use a CSV, XLSX or JSON Lines file (.csv, .xlsx, .jsonl)."))
    return name


def take(stream: BinaryIO, name: str) -> tuple[Path, str]:
    """Copy an upload to disk and return where it lies, and its SHA-256; raise SheetRefused if it is too large."""
    incoming = Path(settings.HOME) / "imports" / "incoming"
    incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = incoming / f"{os.urandom(8).hex()}{Path(name).suffix.lower()}"
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("xb") as target:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > MOST_BYTES:
                    raise SheetRefused(_("The file is larger than %(most)d MB; split it.") % {"most": MOST_BYTES >> 20})
                digest.update(chunk)
                target.write(chunk)
        _expect_small(path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path, digest.hexdigest()


def _expect_small(path: Path) -> None:
    """Refuse a workbook that would fill the memory once it is unpacked."""
    if path.suffix != ".xlsx":
        return
    try:
        with zipfile.ZipFile(path) as book:
            size = sum(one.file_size for one in book.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        raise SheetRefused(_("The workbook cannot be opened. Save it again as XLSX without a password.")) from error
    if size > MOST_UNPACKED:
        raise SheetRefused(_("This workbook is far too large once unpacked. Save the sheet as CSV, or split it."))


def place(sheet: ErrandSheet, path: Path) -> None:
    """Put a file that was taken in where its import is."""
    target = raw(sheet)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.replace(target)


def raw(sheet: ErrandSheet) -> Path:
    """Return where a file lies as it was brought."""
    return folder(sheet.errand_id) / f"{sheet.number}{Path(sheet.name).suffix.lower()}"


def read_in(sheet: ErrandSheet) -> tuple[list[str], int, list[Cells]]:
    """Read a file once, write its rows one a line, and return headers, number of rows, the first rows.

    Killed in the middle it begins anew. Raises SheetRefused for what cannot be read.
    """
    opened = sheets.open_sheet(raw(sheet))
    target = _rows(sheet)
    draft = target.with_suffix(".draft")
    count = 0
    sample: list[Cells] = []
    with draft.open("w", encoding="utf-8") as stream:
        for number, cells in opened.rows:
            count += 1
            if count > MOST_ROWS:
                raise SheetRefused(_("A sheet may have %(most)d rows; split it.") % {"most": MOST_ROWS})
            if len(sample) < 3:
                sample.append([str(cell)[:60] for cell in cells])
            stream.write(json.dumps([number, cells], ensure_ascii=False, default=str) + "\n")
    if not count:
        raise SheetRefused(_("There is no row below the headers."))
    draft.replace(target)
    return opened.headers, count, sample


def rows(sheet: ErrandSheet, *, skip: int = 0) -> Iterator[tuple[int, Cells]]:
    """Yield the rows of a sheet that was read in, each with its number as the clerk sees it."""
    try:
        stream = _rows(sheet).open(encoding="utf-8")
    except FileNotFoundError as error:
        raise SheetRefused(_("The file of this import is no longer here. Begin a new import with it.")) from error
    with stream:
        for at, line in enumerate(stream):
            if at >= skip:
                number, cells = json.loads(line)
                yield number, cells


def some_rows(sheet: ErrandSheet, wanted: set[int]) -> Iterator[tuple[int, Cells]]:
    """Yield the rows with some numbers, without reading into the others."""
    try:
        stream = _rows(sheet).open(encoding="utf-8")
    except FileNotFoundError:
        return
    with stream:
        for line in stream:
            number = int(line[1 : line.index(",")])
            if number in wanted:
                yield number, json.loads(line)[1]


def delete(errand: int) -> None:
    """Delete the files of an import."""
    shutil.rmtree(folder(errand), ignore_errors=True)


def _rows(sheet: ErrandSheet) -> Path:
    return folder(sheet.errand_id) / f"{sheet.number}.rows"
