"""Reads an archive: the names in it and every file, each by its own reader."""

from __future__ import annotations

import zipfile

from sunlit.files.extraction.apart.packages import Package
from sunlit.files.extraction.apart.place import Source
from sunlit.files.extraction.apart.readers import read_inner
from sunlit.files.extraction.apart.sink import Unreadable


def read(source: Source) -> None:
    """Hand on what the files of an archive say; raise Unreadable if it is no archive."""
    package = Package(source.stream, source.budget)
    if package.comment:
        source.part("archive comment", decoded(package.comment), "metadata")
    for entry in package.entries:
        name = name_of(entry)
        source.part(name, name)
        if entry.comment:
            source.part(name, decoded(entry.comment), "metadata")
        try:
            read_inner(source, package.read(entry), name)
        except Unreadable as unreadable:
            source.notice(str(unreadable), source.at(name))


def name_of(entry: zipfile.ZipInfo) -> str:
    """Return the name of a member; without a mark of its encoding it is GB 18030, as Chinese Windows writes it."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    return decoded(raw)


def decoded(raw: bytes) -> str:
    """Return bytes as text: UTF-8, else GB 18030."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")
