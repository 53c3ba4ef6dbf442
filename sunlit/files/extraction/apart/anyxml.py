"""Reads any XML: all of its text, and whatever stands in attributes."""

from __future__ import annotations

from sunlit.files.extraction.apart import markup
from sunlit.files.extraction.apart.place import Source


def read(source: Source) -> None:
    """Hand on the text of the whole file."""
    root = markup.parse(source.stream.read(markup.MOST_XML + 1))
    source.part("XML", "\n".join(markup.texts(root)))
