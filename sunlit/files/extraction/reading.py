"""What a file says, read apart and handed on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from sunlit.files.extraction import process
from sunlit.files.extraction.limits import Limits, configured
from sunlit.files.extraction.notices import sentence
from sunlit.files.extraction.parts import Extract, Hidden, Part

Row = list[object]


def read(path: Path, media_type: str, *, limits: Limits | None = None) -> Extract:
    """Return what the file at ``path`` says, read as ``media_type`` in a process with limits.

    Never raises for what is in the file: what could not be read makes the extract incomplete, with a notice.
    """
    return extract_from(rows(path, media_type, limits=limits))


def rows(path: Path, media_type: str, *, limits: Limits | None = None) -> Iterator[Row]:
    """Yield the rows of an extract, in no language, as they are kept."""
    is_whole = False
    has_notice = False
    try:
        for row in process.rows(path, media_type, limits or configured()):
            is_whole = is_whole or row[:1] == ["e"]
            has_notice = has_notice or row[:1] == ["n"]
            if row[:1] != ["e"] and is_sound(row):
                yield row
    except (json.JSONDecodeError, UnicodeDecodeError):
        is_whole = False
    if not is_whole:
        yield ["n", "broke" if has_notice else "memory", [], False]


def is_sound(row: object) -> bool:
    """Tell whether a row has the form of a part or a notice; a reader taken over by a file could write anything."""
    match row:
        case ["p", str(), str(), None]:
            return True
        case ["p", str(), str(), str(hidden)]:
            return hidden in _HIDDEN
        case ["n", str(code), list(values), bool()]:
            return _is_said(code, values)
    return False


def _is_said(code: str, values: list[object]) -> bool:
    if not all(isinstance(value, str) for value in values):
        return False
    try:
        sentence(code, values)
    except (KeyError, TypeError, ValueError):
        return False
    return True


_HIDDEN = frozenset(str(one) for one in Hidden)


def extract_from(found: Iterable[Row]) -> Extract:
    """Return an extract out of its rows, its notices in the language of who asks."""
    parts, notices, complete = [], [], True
    for row in found:
        match row:
            case ["p", str(where), str(text), hidden]:
                parts.append(Part(where, text, Hidden(str(hidden)) if hidden else None))
            case ["n", str(code), list(values), bool(is_harmless)]:
                notices.append(sentence(code, values))
                complete = complete and is_harmless
    return Extract(tuple(parts), complete, tuple(dict.fromkeys(notices)))
