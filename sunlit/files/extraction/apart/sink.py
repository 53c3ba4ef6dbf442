"""Where readers put what they find: one JSON line each, bounded in number, length and time."""

from __future__ import annotations

import json
import time
from typing import BinaryIO

# A part that is longer is handed on in pieces that overlap, so that nothing is cut at every boundary.
PIECE, OVERLAP = 60_000, 200


class Enough(Exception):
    """Ends a reading; its first argument is the code of a notice."""


class Unreadable(Exception):
    """Tells why one file, or one file within a file, cannot be read; its first argument is the code of a notice."""


class Sink:
    """Writes parts and notices to a stream; raises Enough where a limit is reached."""

    def __init__(self, stream: BinaryIO, *, seconds: float, characters: int, parts: int) -> None:
        self._stream, self._until = stream, time.monotonic() + seconds
        self._characters, self._parts = characters, parts

    def part(self, where: str, text: str, hidden: str | None = None) -> None:
        """Write some text and where it stands."""
        text = text.strip()
        if not text:
            return
        for at in range(0, len(text), PIECE):
            self._one(where, text[max(0, at - OVERLAP) : at + PIECE], hidden)

    def _one(self, where: str, text: str, hidden: str | None) -> None:
        self._characters -= len(text) + len(where)
        self._parts -= 1
        if self._characters < 0 or self._parts < 0:
            raise Enough("long")
        self.check_time()
        self._line(["p", where[:300], text, hidden])

    def notice(self, code: str, *values: object, complete: bool = False) -> None:
        """Write what could not be done."""
        self._line(["n", code, [str(value)[:200] for value in values], complete])

    def end(self) -> None:
        """Write that nothing was left out because the process died."""
        self._line(["e"])
        self._stream.flush()

    def check_time(self) -> None:
        """Raise Enough if time is up."""
        if time.monotonic() > self._until:
            raise Enough("time")

    def seconds_left(self) -> float:
        """Return how long this reading may still take."""
        return max(0.0, self._until - time.monotonic())

    def _line(self, row: list[object]) -> None:
        # Lone surrogates, which a damaged file may hold, are no Unicode: they are written as question marks.
        text = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
        self._stream.write(text.encode("utf-8", "replace") + b"\n")
