"""Which files are taken: a closed list, recognised by content and never by name."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from django.utils.translation import gettext as _

PDF = "application/pdf"
TEXT = "text/plain"
CSV = "text/csv"
ZIP = "application/zip"
_OFFICE = "application/vnd.openxmlformats-officedocument."

# Media type -> the endings a file of that type may carry; the first is given to a file that has none of them.
ENDINGS: dict[str, tuple[str, ...]] = {
    PDF: (".pdf",),
    f"{_OFFICE}wordprocessingml.document": (".docx",),
    f"{_OFFICE}spreadsheetml.sheet": (".xlsx",),
    f"{_OFFICE}presentationml.presentation": (".pptx",),
    "application/vnd.oasis.opendocument.spreadsheet": (".ods",),
    TEXT: (".txt",),
    CSV: (".csv",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    ZIP: (".zip",),
}
INLINE = frozenset({PDF, "image/png", "image/jpeg", "image/gif", "image/webp"})
"""Types that a browser may show by itself; all others are only ever saved."""

_PARTS = {
    "word/document.xml": f"{_OFFICE}wordprocessingml.document",
    "xl/workbook.xml": f"{_OFFICE}spreadsheetml.sheet",
    "ppt/presentation.xml": f"{_OFFICE}presentationml.presentation",
}
_MACROS = ("vbaproject.bin", "vbadata.xml")
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
# What a browser would take for a page if it ignored the declared type.
_MARKUP = (b"<!doctype", b"<html", b"<script", b"<svg", b"<?xml", b"<head", b"<body")
_CHUNK = 1 << 20


class FileRefused(ValueError):
    """Says, in a sentence for a clerk, why a file is not taken."""


def recognise(path: Path, name: str) -> str:
    """Return the media type of the bytes at ``path``; raise FileRefused for anything not on the list."""
    with path.open("rb") as stream:
        head = stream.read(1024)
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"PK\x03\x04"):
        return _package(path)
    if head and _is_text(path, head):
        return CSV if name.lower().endswith(".csv") else TEXT
    raise FileRefused(
        _("This type of file is not taken. Use PDF, DOCX, XLSX, PPTX, ODS, TXT, CSV, PNG, JPEG, GIF, WebP or ZIP.")
    )


def _package(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as package:
            names = set(package.namelist())
            if any(part.rpartition("/")[2].lower() in _MACROS for part in names):
                raise FileRefused(_("The document holds macros. Save it without them and attach it again."))
            if "mimetype" in names and package.getinfo("mimetype").file_size < 100:
                declared = package.read("mimetype").decode("ascii", "replace").strip()
                if declared == _ODS:
                    return _ODS
            for part, found in _PARTS.items():
                if part in names and "[Content_Types].xml" in names:
                    return found
    except FileRefused:
        raise
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError, zlib.error) as error:
        raise FileRefused(_("The file is damaged or encrypted. Save it again and attach it once more.")) from error
    if "mimetype" in names or "[Content_Types].xml" in names:
        raise FileRefused(_("This type of document is not taken. Save it as PDF, DOCX, XLSX, PPTX or ODS."))
    return ZIP


def _is_text(path: Path, head: bytes) -> bool:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(_MARKUP):
        return False
    rest = b""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            if b"\x00" in chunk:
                return False
            data = rest + chunk
            try:
                data.decode("utf-8")
                rest = b""
            except UnicodeDecodeError as error:
                # A character may be cut by the end of the chunk; anything else is not UTF-8.
                if error.reason != "unexpected end of data" or len(data) - error.start > 3:
                    return False
                rest = data[error.start :]
    return not rest
