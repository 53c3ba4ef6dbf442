"""Metadata is taken out of a file before it is kept; what readers see does not change."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext as _

from sunlit.files.extraction import process
from sunlit.files.extraction.limits import Limits, configured
from sunlit.files.kinds import CSV, PDF, TEXT, ZIP, FileRefused, recognise
from sunlit.files.taking import bombs, packages, pictures, polyglots

_MOST_PICTURE = 256 << 20


def examine(path: Path, name: str, depth: int = packages.MOST_DEPTH) -> tuple[str, bool]:
    """Return the type of the file at ``path`` and whether metadata was taken out of it, in place.

    Raises FileRefused, with a sentence for a clerk, for whatever is not taken.
    """
    kind = recognise(path, name)
    polyglots.check(path, kind)
    if _is_package(kind):
        bombs.check(path)
    if kind == ZIP:
        if depth < 1:
            raise FileRefused(_("Too many archives lie within each other. Pack the files flat."))
        return kind, packages.members(path, lambda member, inner: examine(member, inner, depth - 1))
    return kind, _clean(path, kind)


def _is_package(kind: str) -> bool:
    return kind == ZIP or kind.startswith("application/vnd.")


def _clean(path: Path, kind: str) -> bool:
    if kind in (TEXT, CSV):
        return False
    if kind == PDF:
        return _clean_pdf(path)
    if kind.startswith("image/"):
        return _clean_picture(path, kind)
    return packages.without_author(path)


def _clean_picture(path: Path, kind: str) -> bool:
    if path.stat().st_size > _MOST_PICTURE:
        raise FileRefused(_("This picture is too large. Make it smaller."))
    before = path.read_bytes()
    after = pictures.cleaned(before, kind)
    if after == before:
        return False
    path.write_bytes(after)
    return True


def _clean_pdf(path: Path) -> bool:
    size = path.stat().st_size
    usual = configured()
    # A gigabyte of scans is copied, not understood: time grows with size, memory does not.
    limits = Limits(seconds=usual.seconds + (size >> 24), memory=usual.memory)
    draft = path.with_name(f"{path.name}.cleaned")
    task: dict[str, object] = {
        "path": str(path.resolve()),
        "to": str(draft.resolve()),
        "memory": limits.memory,
        "seconds": limits.seconds,
        "most": size + (64 << 20),
    }
    try:
        found = process.answer("cleaned", task, limits)
        if found is not None and found.get("error") == "encrypted":
            raise FileRefused(_("The file has a password. Save it without one and attach it again."))
        # What cannot be written anew stays as it is: whoever publishes it is told that it cannot be looked through.
        if found is None or not found.get("changed"):
            return False
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return True
