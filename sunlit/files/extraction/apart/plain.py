"""Reads plain text."""

from __future__ import annotations

from sunlit.files.extraction.apart.place import Source
from sunlit.files.extraction.apart.sink import Unreadable

_LINES = 100
MOST = 48 << 20


def read(source: Source) -> None:
    """Hand on the text, some lines at a time; each part is named by its first line and overlaps by one."""
    lines = decoded(source.stream.read(MOST + 1)).splitlines()
    for at in range(0, len(lines), _LINES):
        source.part(f"line {at + 1}", "\n".join(lines[max(0, at - 1) : at + _LINES]))


def decoded(content: bytes) -> str:
    """Return bytes as text: UTF-8, UTF-16 with its mark, else GB 18030; raise Unreadable if there is too much of it."""
    if len(content) > MOST:
        raise Unreadable("large")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", "replace")
