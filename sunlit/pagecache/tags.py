"""Which slot of the board counts for a page tag, and how far the tags of an act reach (``ledger.pagetags``)."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from sunlit.ledger.pagetags import ALL
from sunlit.units.models import STEP

ANY = "any"
"""The tag of pages that show something of everything: any act makes them out of date."""
LEDGER = "ledger"
"""The tag of pages that show the last checkpoint."""
SLOTS = 1 << 16
_UNIT = "unit:"


def slot(tag: str) -> int:
    """Return the slot of a tag; two tags may share one, which only costs a page made anew."""
    return 0 if tag == ALL else 1 + zlib.crc32(tag.encode()) % (SLOTS - 1)


def reached(tags: Iterable[str]) -> set[str]:
    """Return every tag that an act with ``tags`` makes out of date: also of the units above, and ``any``."""
    found = {one for tag in tags for one in _with_those_above(tag)}
    return found | {ANY} if found else found


def _with_those_above(tag: str) -> Iterator[str]:
    yield tag
    if tag.startswith(_UNIT):
        path = tag.removeprefix(_UNIT)
        yield from (f"{_UNIT}{path[:length]}" for length in range(STEP, len(path), STEP))
