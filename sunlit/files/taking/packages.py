"""Office files without their author, and archives whose files are each taken like one that is attached by itself."""

from __future__ import annotations

import re
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from django.utils.translation import gettext as _

from sunlit.files.kinds import FileRefused

MOST_DEPTH = 3
_CHUNK = 1 << 20
_SMALL = 4 << 20
_PROPERTIES = frozenset({"docprops/core.xml", "docprops/app.xml", "docprops/custom.xml", "meta.xml"})
# Who wrote and kept the file, for whom and with what template; title and subject stay: readers are meant to see them.
_PERSONAL = re.compile(
    rb"(<(?:\w+:)?(?:creator|initial-creator|lastModifiedBy|Company|Manager|HyperlinkBase|Template|printed-by"
    rb"|keywords|description|category|contentStatus|user-defined|lpwstr)\b[^>]*(?<!/)>)[^<]*(</)"
)
_BAD = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError)

Take = Callable[[Path, str], object]


def without_author(path: Path) -> bool:
    """Take author, company and the like out of an office file; return whether there was anything to take out."""
    with zipfile.ZipFile(path) as package:
        changed = {}
        for entry in package.infolist():
            if entry.filename.lower() in _PROPERTIES and entry.file_size < _SMALL:
                before = package.read(entry)
                after = _PERSONAL.sub(rb"\1\2", before)
                if after != before:
                    changed[entry.filename] = after
            elif "thumbnail" in entry.filename.lower() and entry.file_size:
                changed[entry.filename] = b""
        if not changed:
            return False
        draft = path.with_name(f"{path.name}.cleaned")
        try:
            with zipfile.ZipFile(draft, "w") as target:
                for entry in package.infolist():
                    _copy(package, target, entry, changed.get(entry.filename))
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    return True


def members(path: Path, take: Take) -> bool:
    """Hand each file of an archive to ``take`` and put back what comes of it; return whether anything changed.

    Raises FileRefused, naming the member, for an archive with a file in it that is not taken.
    """
    is_changed = False
    with tempfile.TemporaryDirectory(prefix="zip.", dir=path.parent) as folder:
        draft, member = Path(folder) / "archive", Path(folder) / "member"
        with zipfile.ZipFile(path) as package, zipfile.ZipFile(draft, "w") as target:
            for entry in package.infolist():
                if entry.is_dir():
                    continue
                before = _unpack(package, entry, member)
                try:
                    take(member, entry.filename)
                except FileRefused as refused:
                    values = {"name": entry.filename[-80:], "reason": refused}
                    raise FileRefused(_("“%(name)s” in the archive: %(reason)s") % values) from refused
                is_changed = is_changed or _sum(member) != before or bool(entry.comment or entry.extra)
                _pack(target, entry, member)
            is_changed = is_changed or bool(package.comment)
        if is_changed:
            draft.replace(path)
    return is_changed


def _unpack(package: zipfile.ZipFile, entry: zipfile.ZipInfo, member: Path) -> int:
    """Write a member to a file of its own and return a sum over it."""
    found, left = 0, entry.file_size
    try:
        with package.open(entry) as stream, member.open("wb") as target:
            while chunk := stream.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise FileRefused(_("The file unpacks to far more than it seems to hold. It is not taken."))
                found = zlib.crc32(chunk, found)
                target.write(chunk)
    except _BAD as error:
        raise FileRefused(_("The file is damaged or encrypted. Save it again and attach it once more.")) from error
    return found


def _sum(path: Path) -> int:
    found = 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            found = zlib.crc32(chunk, found)
    return found


def _plain(entry: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """Return the entry of a member with name, time and packing, and nothing else that a program wrote there."""
    kept = zipfile.ZipInfo(entry.filename, entry.date_time)
    kept.compress_type = zipfile.ZIP_STORED if entry.compress_type == zipfile.ZIP_STORED else zipfile.ZIP_DEFLATED
    kept.external_attr = 0o644 << 16
    return kept


def _pack(target: zipfile.ZipFile, entry: zipfile.ZipInfo, member: Path) -> None:
    with member.open("rb") as stream, target.open(_plain(entry), "w", force_zip64=True) as packed:
        while chunk := stream.read(_CHUNK):
            packed.write(chunk)


def _copy(package: zipfile.ZipFile, target: zipfile.ZipFile, entry: zipfile.ZipInfo, instead: bytes | None) -> None:
    if instead is not None:
        target.writestr(_plain(entry), instead)
        return
    with package.open(entry) as stream, target.open(_plain(entry), "w") as packed:
        while chunk := stream.read(_CHUNK):
            packed.write(chunk)
