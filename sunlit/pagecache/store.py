"""The store: pages that this process keeps ready, the longest unused go first."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass

from sunlit.pagecache.board import Board

Headers = list[tuple[str, str]]
Key = tuple[str, ...]
LARGEST = 2 * 1024 * 1024
"""Bytes of the largest page that is kept."""


@dataclass(frozen=True, slots=True)
class Form:
    """A page in one encoding: its headers, its tag for comparison and its bytes."""

    headers: Headers
    etag: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """A finished page: as it is and compressed, what it was made from, and until when it holds at most."""

    plain: Form
    packed: Form
    count: int
    slots: tuple[int, ...]
    until: float

    @property
    def size(self) -> int:
        """Return the bytes that it takes, nearly."""
        return len(self.plain.body) + len(self.packed.body) + 2_000


def page(headers: Headers, body: bytes, *, count: int, slots: tuple[int, ...], until: float) -> Page:
    """Return a page ready to be sent, compressed once for all readers.

    Readers ask every time whether their copy still stands: what was taken down must not live on in their browser.
    """
    digest = hashlib.blake2b(body, digest_size=12).hexdigest()
    packed = gzip.compress(body, 6, mtime=0)
    vary = ", ".join(dict.fromkeys(["Accept-Encoding", *_words(headers, "vary")]))
    dropped = ("content-length", "vary", "cache-control", "etag", "content-encoding", "x-request-id")
    kept = [(name, value) for name, value in headers if name.lower() not in dropped]
    kept += [("Vary", vary), ("Cache-Control", "no-cache")]
    return Page(
        plain=_form(kept, f'"{digest}"', body),
        packed=_form([*kept, ("Content-Encoding", "gzip")], f'"{digest}-z"', packed),
        count=count,
        slots=slots,
        until=until,
    )


def _form(headers: Headers, etag: str, body: bytes) -> Form:
    return Form([*headers, ("ETag", etag), ("Content-Length", str(len(body)))], etag, body)


def _words(headers: Headers, name: str) -> list[str]:
    return [word.strip() for found, value in headers if found.lower() == name for word in value.split(",")]


class Store:
    """Pages by key, at most ``limit`` bytes of them."""

    def __init__(self, board: Board, limit: int) -> None:
        self._board = board
        self._limit = limit
        self._pages: OrderedDict[Key, Page] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, key: Key, now: float) -> Page | None:
        """Return the page under ``key`` if it still stands at ``now`` (seconds since 1970)."""
        found = self._pages.get(key)
        if found is None or now >= found.until or not self._board.stands(found.count, found.slots):
            return None
        # Another thread may just have dropped it; what was found is good all the same.
        with contextlib.suppress(KeyError):
            self._pages.move_to_end(key)
        return found

    def put(self, key: Key, new: Page) -> None:
        """Keep a page; others go if there is no room."""
        with self._lock:
            old = self._pages.pop(key, None)
            self._pages[key] = new
            self._size += new.size - (old.size if old else 0)
            while self._size > self._limit:
                self._size -= self._pages.popitem(last=False)[1].size

    def __len__(self) -> int:
        return len(self._pages)
