"""Reads a picture: what stands in its metadata and, where a recogniser is installed, what is written in it."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from typing import Any

from PIL import ExifTags, Image

from sunlit.files.extraction.apart import recognition, segments
from sunlit.files.extraction.apart.place import Source
from sunlit.files.extraction.apart.sink import Unreadable
from sunlit.files.extraction.apart.strings import strings

METADATA = "metadata"
MOST_PIXELS = 40_000_000
MOST_BYTES = 64 << 20
_SMALL = 64 * 64
_DULL = frozenset(
    {"icc_profile", "jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "gamma", "exif", "version"}
)


def read(source: Source) -> None:
    """Hand on metadata and text of a picture; raise Unreadable if it is damaged or huge."""
    content = source.stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Unreadable("large")
    warnings.simplefilter("ignore")
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "GIF", "WEBP")) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise Unreadable("large")
            for where, text in _said(picture, content):
                source.part(where, text, METADATA)
            if width * height >= _SMALL:
                recognition.recognise(source, "", lambda: picture.convert("L"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Unreadable("damaged") from error


def _said(picture: Any, content: bytes) -> Iterator[tuple[str, str]]:
    yield from segments.of_jpeg(content) if content.startswith(b"\xff\xd8") else ()
    if content.startswith(b"GIF8"):
        yield from (("comment", text) for text in segments.of_gif(content))
    if content.startswith(b"\x89PNG"):
        # Chunks of text may stand behind the picture: they are found when it has been read.
        picture.load()
    for key, value in [*picture.info.items(), *getattr(picture, "text", {}).items()]:
        if key not in _DULL:
            yield str(key), f"{key} {_text(value)}"
    yield from _exif(picture)


def _exif(picture: Any) -> Iterator[tuple[str, str]]:
    exif = picture.getexif()
    for tag, value in exif.items():
        if not isinstance(value, int):
            yield f"EXIF {ExifTags.TAGS.get(tag, tag)}", _text(value)
    for name, group in (("EXIF", ExifTags.IFD.Exif), ("GPS", ExifTags.IFD.GPSInfo)):
        found = exif.get_ifd(group)
        names: Any = ExifTags.GPSTAGS if name == "GPS" else ExifTags.TAGS
        for tag, value in found.items():
            if name == "GPS" or not isinstance(value, int):
                yield f"{name} {names.get(tag, tag)}", f"{names.get(tag, tag)} {_text(value)}"


def _text(value: object) -> str:
    if isinstance(value, bytes):
        if value.startswith((b"UNICODE\x00", b"ASCII\x00\x00\x00")):
            body = value[8:]
            return (
                body.decode("utf-16-be" if body[:1] == b"\x00" else "utf-16-le", "replace")
                if (value.startswith(b"UNICODE"))
                else body.decode("utf-8", "replace")
            )
        try:
            return value.decode("utf-8").strip("\x00")
        except UnicodeDecodeError:
            return "\n".join(strings(value))
    if isinstance(value, tuple):
        return " ".join(_text(one) for one in value)
    return str(value)
