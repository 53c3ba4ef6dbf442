"""Packages (ZIP) from outside: counted, measured while they are unpacked, never trusted."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO

from sunlit.files.extraction.apart.place import Budget
from sunlit.files.extraction.apart.sink import Unreadable

MOST_PARTS = 5_000
RATIO, SMALL = 200, 8 << 20
_BAD = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, RuntimeError)


class Package:
    """The parts of a ZIP file by name."""

    def __init__(self, stream: BinaryIO, budget: Budget) -> None:
        self._budget = budget
        try:
            self._zip = zipfile.ZipFile(stream)
            self.entries = [entry for entry in self._zip.infolist() if not entry.is_dir()]
        except _BAD as error:
            raise Unreadable("damaged") from error
        if len(self.entries) > MOST_PARTS:
            raise Unreadable("many")
        if any(entry.flag_bits & 1 for entry in self.entries):
            raise Unreadable("encrypted")
        self.names = [entry.filename for entry in self.entries]
        self.comment = self._zip.comment

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def read(self, name: str | zipfile.ZipInfo, most: int = 64 << 20) -> bytes:
        """Return a part; raise Unreadable if it is a bomb, damaged or larger than ``most``."""
        with self.open(name) as stream:
            try:
                content = stream.read(most + 1)
            except _BAD as error:
                raise Unreadable("damaged") from error
        if len(content) > most:
            raise Unreadable("large")
        self._budget.unpacked -= len(content)
        if self._budget.unpacked < 0:
            raise Unreadable("large")
        return content

    @contextmanager
    def open(self, name: str | zipfile.ZipInfo) -> Iterator[IO[bytes]]:
        """Give a part as a stream."""
        try:
            entry = name if isinstance(name, zipfile.ZipInfo) else self._zip.getinfo(name)
        except KeyError as error:
            raise Unreadable("damaged") from error
        if entry.file_size > SMALL and entry.file_size > RATIO * max(1, entry.compress_size):
            raise Unreadable("bomb")
        try:
            stream = self._zip.open(entry)
        except _BAD as error:
            raise Unreadable("damaged") from error
        with stream:
            yield stream
