"""Single flight: while one thread makes a page, others that want the same one wait for it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from sunlit.pagecache.store import Key, Page

PATIENCE = 3.0
"""Seconds after which whoever waits makes the page itself."""


class Flights:
    """The pages that are being made in this process."""

    def __init__(self) -> None:
        self._making: dict[Key, threading.Event] = {}

    def join(self, key: Key, look: Callable[[], Page | None]) -> Page | None:
        """Return what ``look`` finds, now or after waiting for whoever makes ``key``; None for who has to make it.

        Whoever gets None calls ``land`` when done, whatever came of it. A page that was made but not kept is made by
        all who waited for it, each for itself: they have waited once, and do not queue for one another.
        """
        found = look()
        if found is not None:
            return found
        mine = threading.Event()
        theirs = self._making.setdefault(key, mine)
        if theirs is not mine:
            theirs.wait(PATIENCE)
        # Also for the one who takes off: another may have landed between the look and the entry.
        return look()

    def land(self, key: Key) -> None:
        """Let those who wait go on."""
        event = self._making.pop(key, None)
        if event is not None:
            event.set()
