"""The segments of a JPEG that hold words instead of a picture."""

from __future__ import annotations

from collections.abc import Iterator

from sunlit.files.extraction.apart.strings import strings

_SAYS = {0xFE: "comment", 0xE1: "EXIF or XMP", 0xED: "IPTC"}


def of_jpeg(content: bytes) -> Iterator[tuple[str, str]]:
    """Yield place and text of comments, EXIF, XMP and IPTC."""
    for marker, payload in segments(content):
        if (0xE0 < marker <= 0xEF and marker != 0xE2) or marker == 0xFE:
            text = "\n".join(strings(payload))
            if marker == 0xFE:
                text = decoded(payload)
            if text:
                yield _SAYS.get(marker, f"APP{marker - 0xE0}"), text


def decoded(payload: bytes) -> str:
    """Return a comment as text."""
    try:
        return payload.decode("utf-8")
    except UnicodeDecodeError:
        return payload.decode("gb18030", "replace")


def segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield marker and payload of each segment before the picture."""
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xDA:
            return
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        if length < 2:
            return
        yield marker, content[at + 4 : at + 2 + length]
        at += 2 + length


def of_gif(content: bytes) -> Iterator[str]:
    """Yield the comments of a GIF without drawing any of its pictures, which may claim any size."""
    at = content.find(b"\x21\xfe")
    while at >= 0:
        at += 2
        found = []
        while at < len(content) and content[at]:
            found.append(content[at + 1 : at + 1 + content[at]])
            at += content[at] + 1
        yield decoded(b"".join(found))
        at = content.find(b"\x21\xfe", at)
