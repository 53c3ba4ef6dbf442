"""What a file within a file is, by its content."""

from __future__ import annotations

import io
import zipfile

_OFFICE = "application/vnd.openxmlformats-officedocument."
_HEADS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_MARKUP = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<table", b"<div", b"<p>", b"<!--")
_PARTS = {
    "word/document.xml": f"{_OFFICE}wordprocessingml.document",
    "xl/workbook.xml": f"{_OFFICE}spreadsheetml.sheet",
    "ppt/presentation.xml": f"{_OFFICE}presentationml.presentation",
}


def sniff(content: bytes, name: str) -> str:
    """Return the media type of some bytes, or nothing if it is none that can be read."""
    for head, found in _HEADS:
        if content.startswith(head):
            return found
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    if content.startswith(b"PK\x03\x04"):
        return _package(content)
    start = content[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(_MARKUP):
        return "text/html"
    if start.startswith((b"<?xml", b"<svg")):
        return "text/html" if b"<html" in start else "text/xml"
    if b"\x00" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ""
    if name.lower().endswith((".html", ".htm", ".xhtml")):
        return "text/html"
    return "text/csv" if name.lower().endswith((".csv", ".tsv")) else "text/plain"


def _package(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = set(package.namelist())
            if "mimetype" in names and package.getinfo("mimetype").file_size < 100:
                return package.read("mimetype").decode("ascii", "replace").strip()
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError):
        return "application/zip"
    return next((found for part, found in _PARTS.items() if part in names), "application/zip")
