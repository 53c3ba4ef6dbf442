"""One file, or a file within a file, that is being read."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import BinaryIO

from sunlit.files.extraction.apart.sink import Sink

SEPARATOR = " › "


@dataclass
class Budget:
    """What all files within one file may unpack to together."""

    unpacked: int = 200 << 20
    files: int = 2_000


@dataclass
class Source:
    """The bytes of a file, its place within the outer one, and where its text goes."""

    stream: BinaryIO
    name: str
    sink: Sink
    budget: Budget
    depth: int
    prefix: str = ""
    tesseract: str = ""
    hidden: str | None = None

    def part(self, where: str, text: str, hidden: str | None = None) -> None:
        """Hand on some text; within an embedded file everything is as hidden as that file."""
        place = f"{self.prefix}{SEPARATOR}{where}" if self.prefix and where else self.prefix or where
        self.sink.part(place, text, hidden or self.hidden)

    def notice(self, code: str, *values: object, complete: bool = False) -> None:
        """Hand on what could not be done."""
        self.sink.notice(code, *values, complete=complete)

    def inner(self, content: bytes, name: str, hidden: str | None = None) -> Source:
        """Return a file that lies within this one."""
        prefix = f"{self.prefix}{SEPARATOR}{name}" if self.prefix else name
        return Source(
            io.BytesIO(content),
            name,
            self.sink,
            self.budget,
            self.depth - 1,
            prefix,
            self.tesseract,
            hidden or self.hidden,
        )

    @property
    def label(self) -> str:
        """How a notice calls this file; the outermost one has no name here."""
        return self.prefix

    def at(self, where: str) -> str:
        """Return how a notice calls a place in this file."""
        return SEPARATOR.join(filter(None, (self.prefix, where)))
