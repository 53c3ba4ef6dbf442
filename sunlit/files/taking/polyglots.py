"""Files that are two things at once: what one program takes for a picture, another takes for a page or an archive."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from sunlit.files.kinds import PDF, FileRefused

_SCRIPT = re.compile(rb"<script[\s>/]|<\?php|<iframe[\s>]|<svg[\s>/]|<html[\s>]|<!doctype\s+html", re.I)
_CHUNK, _OVERLAP = 1 << 20, 32
_TAIL = 1024


def check(path: Path, kind: str) -> None:
    """Raise FileRefused for a PDF or a picture that is something else as well, or has something behind its end."""
    if kind != PDF and not kind.startswith("image/"):
        return
    if _is_archive(path) or _holds_script(path, kind):
        raise FileRefused(_("The file is two things at once, such as a picture and an archive. Save it anew."))
    if _trails(path, kind):
        raise FileRefused(_("Something stands behind the end of the file. Save it anew and attach it again."))


def _is_archive(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as package:
            return bool(package.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError):
        return False


def _holds_script(path: Path, kind: str) -> bool:
    with path.open("rb") as stream:
        head = stream.read(1024)
        if kind == PDF:
            return _SCRIPT.search(head) is not None
        # A width and height that spell the beginning of a comment or of an assignment.
        if head.startswith(b"GIF8") and (head[6:8] == b"/*" or (head[6:7] == b"=" and b"\x00" not in head[6:10])):
            return True
        if b"%PDF-" in head:
            return True
        rest = head
        while rest:
            if _SCRIPT.search(rest):
                return True
            chunk = stream.read(_CHUNK)
            rest = rest[-_OVERLAP:] + chunk if chunk else b""
    return False


def _trails(path: Path, kind: str) -> bool:
    size = path.stat().st_size
    if kind == PDF:
        with path.open("rb") as stream:
            stream.seek(max(0, size - (1 << 20)))
            tail = stream.read()
        at = tail.rfind(b"%%EOF")
        return at >= 0 and len(tail[at + 5 :].strip(b"\r\n\x00 ")) > _TAIL
    with path.open("rb") as stream:
        content = stream.read(_MOST_PICTURE + 1)
    if len(content) > _MOST_PICTURE:
        return False
    end = _ENDS[kind](content) if kind in _ENDS else None
    return end is not None and len(content[end:].strip(b"\x00\r\n ")) > 0


_MOST_PICTURE = 256 << 20


def chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, start and end of each chunk of a PNG, as far as it is one."""
    at = 8
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        end = at + 12 + length
        if end > len(content):
            return
        yield content[at + 4 : at + 8], at, end
        at = end


def _end_of_png(content: bytes) -> int | None:
    return next((end for name, _start, end in chunks(content) if name == b"IEND"), None)


def _end_of_webp(content: bytes) -> int | None:
    size = int.from_bytes(content[4:8], "little")
    # One byte may fill up to an even number.
    return size + 8 + size % 2 if size else None


def _end_of_gif(content: bytes) -> int | None:
    for name, _start, end in blocks(content):
        if name == "end":
            return end
    return None


def blocks(content: bytes) -> Iterator[tuple[str, int, int]]:
    """Yield kind, start and end of each block of a GIF, as far as it is one: head, picture, comment, more, end."""
    if len(content) < 13:
        return
    at = 13 + (3 << ((content[10] & 7) + 1) if content[10] & 0x80 else 0)
    yield "head", 0, at
    while at < len(content):
        start, mark = at, content[at]
        if mark == 0x3B:
            yield "end", at, at + 1
            return
        if mark == 0x21 and at + 1 < len(content):
            label = content[at + 1]
            at += 2
            kind = "comment" if label == 0xFE else "application" if label == 0xFF else "more"
        elif mark == 0x2C and at + 9 < len(content):
            flags = content[at + 9]
            at += 11 + (3 << ((flags & 7) + 1) if flags & 0x80 else 0)
            kind = "picture"
        else:
            return
        while at < len(content) and content[at]:
            at += content[at] + 1
        at += 1
        if at > len(content):
            return
        yield kind, start, at


_ENDS = {"image/png": _end_of_png, "image/webp": _end_of_webp, "image/gif": _end_of_gif}
