"""Pictures without the words in them: where, when, by whom and with what. Not one dot changes."""

from __future__ import annotations

import struct

from sunlit.files.taking.polyglots import blocks, chunks

_PNG_SHOWN = frozenset(
    {
        b"IHDR",
        b"PLTE",
        b"IDAT",
        b"IEND",
        b"tRNS",
        b"gAMA",
        b"cHRM",
        b"sRGB",
        b"iCCP",
        b"sBIT",
        b"bKGD",
        b"pHYs",
        b"hIST",
        b"sPLT",
        b"cICP",
        b"mDCV",
        b"cLLI",
        b"acTL",
        b"fcTL",
        b"fdAT",
    }
)
# JFIF, colour profiles and what Adobe says about colours; everything else in a JPEG's head is about its maker.
_JPEG_SHOWN = frozenset({0xE0, 0xE2, 0xEE})


def cleaned(content: bytes, kind: str) -> bytes:
    """Return a picture without its metadata; the same bytes if it has none or is not built as it should be."""
    found = _CLEANERS[kind](content) if kind in _CLEANERS else None
    return content if found is None else found


def _png(content: bytes) -> bytes | None:
    parts, is_whole = [content[:8]], False
    for name, start, end in chunks(content):
        if name in _PNG_SHOWN:
            parts.append(content[start:end])
        if name == b"IEND":
            is_whole = True
            break
    return b"".join(parts) if is_whole else None


def _jpeg(content: bytes) -> bytes | None:
    parts, turned, at = [content[:2]], 0, 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if end > len(content) or end < at + 4:
            return None
        payload = content[at + 4 : end]
        if marker == 0xDA:
            finish = _end_of_jpeg(content, at)
            if finish is None:
                return None
            head = [parts[0], _orientation(turned)] if turned > 1 else [parts[0]]
            return b"".join([*head, *parts[1:], content[at:finish]])
        if marker == 0xE1 and payload.startswith(b"Exif\x00\x00"):
            turned = turned or _turned(payload[6:])
        is_words = 0xE0 <= marker <= 0xEF or marker == 0xFE
        # APP2 also carries whole further pictures (MPF), which nobody sees.
        is_shown = marker in _JPEG_SHOWN and (marker != 0xE2 or payload.startswith(b"ICC_PROFILE"))
        if not is_words or is_shown:
            parts.append(content[at:end])
        at = end
    return None


def _end_of_jpeg(content: bytes, at: int) -> int | None:
    """Return where a JPEG ends: at the first mark of an end outside of data and of further heads."""
    while at + 4 <= len(content):
        marker = content[at + 1]
        if marker == 0xD9:
            return at + 2
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        while True:
            at = content.find(b"\xff", at)
            if at < 0 or at + 1 >= len(content):
                return None
            if content[at + 1] not in (0x00, 0xFF, *range(0xD0, 0xD8)):
                break
            at += 1 if content[at + 1] == 0xFF else 2
        if content[at + 1] == 0xD9:
            return at + 2
    return None


def _turned(tiff: bytes) -> int:
    """Return how a picture has to be turned to stand upright; 0 if nothing says so."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 10:
        return 0
    (at,) = struct.unpack(f"{order}I", tiff[4:8])
    if at + 2 > len(tiff):
        return 0
    (count,) = struct.unpack(f"{order}H", tiff[at : at + 2])
    for number in range(min(count, 200)):
        entry = tiff[at + 2 + 12 * number : at + 14 + 12 * number]
        if len(entry) == 12 and struct.unpack(f"{order}H", entry[:2])[0] == 0x0112:
            value = int(struct.unpack(f"{order}H", entry[8:10])[0])
            return value if 1 <= value <= 8 else 0
    return 0


def _orientation(value: int) -> bytes:
    """Return EXIF that says how to turn the picture and nothing else: without it, it would lie on its side."""
    tiff = b"MM\x00*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, value, 0, 0)
    payload = b"Exif\x00\x00" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload


def _gif(content: bytes) -> bytes | None:
    parts, is_whole = [], False
    for name, start, end in blocks(content):
        is_loop = name == "application" and content[start + 3 : start + 14] in (b"NETSCAPE2.0", b"ANIMEXTS1.0")
        if name != "comment" and (name != "application" or is_loop):
            parts.append(content[start:end])
        is_whole = is_whole or name == "end"
    return b"".join(parts) if is_whole else None


def _webp(content: bytes) -> bytes | None:
    at, parts = 12, []
    while at + 8 <= len(content):
        name, length = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        end = at + 8 + length + length % 2
        if end > len(content) + 1:
            return None
        chunk = content[at:end]
        if name == b"VP8X" and length >= 10:
            # What the head announces must be there: EXIF and XMP are not any more.
            chunk = chunk[:8] + bytes([chunk[8] & ~0x0C]) + chunk[9:]
        if name in (b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"):
            parts.append(chunk)
        at = end
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body if parts else None


_CLEANERS = {"image/png": _png, "image/jpeg": _jpeg, "image/gif": _gif, "image/webp": _webp}
