"""Page tags: which pages an act makes out of date; whoever keeps pages ready reads them (``pagecache``).

A tag is one word: ``record:12``, ``kind:air-daily``, ``unit:00010002`` (with all above it), ``all`` (every page).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sunlit.ledger import entries
from sunlit.ledger.models import Touch

ALL = "all"
"""The tag of every page there is."""
_KEPT = timedelta(hours=1)


def touch(tags: Iterable[str], *, now: datetime) -> None:
    """Say in the caller's transaction that pages have changed for a reason that no entry of the log tells of.

    A drawing was made, a link set: nothing with public effect of its own. Raises EntryRefused for what is no tag.
    """
    Touch.objects.create(tags=joined(tags), at=now)


def joined(tags: Iterable[str]) -> str:
    """Return tags as a row holds them; raise EntryRefused for one that is not one short word."""
    words = list(tags)
    if any(not tag or len(tag.split()) != 1 for tag in words):
        raise entries.EntryRefused(f"a page tag is one word, not one of {words!r}")
    return " ".join(entries.check_word("a tag", tag, 120) for tag in words)


def forget_old(now: datetime) -> int:
    """Delete what every host has read long ago; return how many rows went."""
    return Touch.objects.filter(at__lt=now - _KEPT).delete()[0]
