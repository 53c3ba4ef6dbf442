"""Packages that hurt who opens them: they unpack to too much, climb out of their folder, or ask for a huge sheet."""

from __future__ import annotations

import itertools
import re
import zipfile
import zlib
from collections import Counter
from pathlib import Path

from django.utils.translation import gettext as _

from sunlit.files.kinds import FileRefused

MOST_MEMBERS, MOST_UNPACKED = 5_000, 1 << 30
RATIO, SMALL = 200, 8 << 20
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
MOST_SHEET, MOST_SHARED = 400 << 20, 20_000_000
_CHUNK, _OVERLAP = 1 << 20, 256
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br=\"(\d{6,})\"")
_RANGE = re.compile(
    rb"<(?:\w+:)?(dimension|f)\b[^>]*?\bref=\"\$?([A-Z]{1,6})\$?(\d{1,12}):\$?([A-Z]{1,6})\$?(\d{1,12})\""
)
_DECLARES = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.I)
_BIDI = re.compile("[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
_BAD = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, RuntimeError)


def check(path: Path) -> None:
    """Raise FileRefused for a package that no honest program writes."""
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
            _look_at_entries(entries)
            _look_behind(path, package)
            for entry in entries:
                if entry.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _look_at_markup(package, entry)
    except FileRefused:
        raise
    except _BAD as error:
        raise FileRefused(_("The file is damaged or encrypted. Save it again and attach it once more.")) from error


def is_safe(name: str) -> bool:
    """Tell whether the name of a member stays in its folder wherever it is unpacked."""
    parts = name.rstrip("/").split("/")
    return bool(name.strip("/")) and not (
        "\\" in name
        or name.startswith("/")
        or ".." in parts
        or re.match(r"[A-Za-z]:", name)
        or _BIDI.search(name)
        or len(name) > 400
    )


def _look_at_entries(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_MEMBERS:
        raise FileRefused(_("The archive holds more than %(most)d files. Split it.") % {"most": MOST_MEMBERS})
    for entry in entries:
        if entry.flag_bits & 1:
            raise FileRefused(_("The file has a password. Save it without one and attach it again."))
        if not is_safe(entry.filename):
            raise FileRefused(_("A name in the archive leads out of it or hides its ending. Pack it anew."))
        if entry.external_attr >> 28 == 0xA:
            raise FileRefused(_("The archive holds links to other places. Pack the files themselves."))
        if entry.file_size > SMALL and entry.file_size > RATIO * max(1, entry.compress_size):
            raise FileRefused(_("The file unpacks to far more than it seems to hold. It is not taken."))
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise FileRefused(_("The file unpacks to more than %(most)d MB. Split it.") % {"most": MOST_UNPACKED >> 20})
    if any(count > 1 for count in Counter(entry.filename.lower() for entry in entries).values()):
        raise FileRefused(_("Two files in the archive have the same name. Pack it anew."))
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    for one, following in itertools.pairwise(ordered):
        if one.header_offset + 30 + len(one.filename) // 4 + one.compress_size > following.header_offset:
            raise FileRefused(_("Files in the archive overlap. It is not taken."))


def _look_behind(path: Path, package: zipfile.ZipFile) -> None:
    """Refuse what stands behind the archive: the record of its end and its comment must be the last bytes."""
    length = 22 + len(package.comment)
    with path.open("rb") as stream:
        stream.seek(-min(length, path.stat().st_size), 2)
        if stream.read(4) != b"PK\x05\x06":
            raise FileRefused(_("Something stands behind the end of the file. Save it anew and attach it again."))


def _look_at_markup(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    is_sheet = "/worksheets/" in entry.filename
    if is_sheet and entry.file_size > MOST_SHEET:
        raise FileRefused(_("A sheet of the workbook is too large to be opened. Split it, or save it as CSV."))
    with package.open(entry) as stream:
        chunk = stream.read(_CHUNK)
        if _DECLARES.search(_start(chunk)):
            raise FileRefused(
                _("The document declares what no document needs (entities). Copy its text into a new one.")
            )
        rest = b""
        while chunk and is_sheet:
            _look_at_sheet(rest + chunk)
            rest, chunk = chunk[-_OVERLAP:], stream.read(_CHUNK)


def _start(chunk: bytes) -> str:
    """Return the first characters of a part, whatever its encoding."""
    head = chunk[:16384]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    return head.replace(b"\x00", b"").decode("latin-1")


def _look_at_sheet(chunk: bytes) -> None:
    if any(int(found[1]) > MOST_ROWS for found in _ROW.finditer(chunk)):
        raise FileRefused(_("A sheet has more than %(most)d rows. Split it.") % {"most": MOST_ROWS})
    for found in _RANGE.finditer(chunk):
        first, last = int(found[3]), int(found[5])
        left, right = _column(found[2]), _column(found[4])
        if last > MOST_ROWS or right > MOST_COLUMNS:
            raise FileRefused(_("A sheet has more than %(most)d rows. Split it.") % {"most": MOST_ROWS})
        if found[1] == b"f" and (last - first + 1) * (right - left + 1) > MOST_SHARED:
            raise FileRefused(_("A formula is meant to fill millions of cells. Save the values only."))


def _column(letters: bytes) -> int:
    value = 0
    for one in letters:
        value = value * 26 + one - 64
    return value
