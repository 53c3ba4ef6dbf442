"""One form for the many ways in which an old address is written: pure rules, no database."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit

LONGEST = 2_000


@dataclass(frozen=True)
class Old:
    """An old address: host in small letters ('' for every host), path and query decoded."""

    host: str
    address: str

    @property
    def digest(self) -> str:
        """By what it is found."""
        return hashlib.sha256(f"{self.host}\n{self.address}".encode()).hexdigest()

    @property
    def path(self) -> str:
        """The path without its query."""
        return self.address.partition("?")[0]

    def quoted(self) -> str:
        """Return path and query as a browser sends them."""
        path, mark, query = self.address.partition("?")
        return quote(path) + mark + quote(query, safe="=&+,;:@/?%")


def parse(written: str, base: str = "") -> Old:
    """Return the one form of an address, relative to ``base`` if it is; raise ValueError for what is none.

    Scheme, port and fragment do not count, nor how letters are percent-encoded (UTF-8 or the GBK of older sites).
    """
    tidy = written.strip()
    if not tidy or len(tidy) > LONGEST or any(ord(letter) < 32 for letter in tidy):
        raise ValueError("no address")
    parts = urlsplit(urljoin(base, tidy))
    if parts.scheme not in ("", "http", "https"):
        raise ValueError("no address of a page")
    if not parts.netloc and not parts.path.startswith("/"):
        parts = parts._replace(path=f"/{parts.path}")
    return old(parts.hostname or "", unquote_to_bytes(parts.path or "/"), unquote_to_bytes(parts.query))


def old(host: str, path: bytes, query: bytes) -> Old:
    """Return the one form of what a browser asked for, given as decoded bytes."""
    return Old(host.lower().rstrip("."), _joined(_text(path), _text(query)))


def asked(host: str, path: bytes, query: bytes) -> list[Old]:
    """Return what a browser may have meant: some GBK reads as UTF-8 as well, so both readings count."""
    found = [old(host, path, query)]
    try:
        address = _joined(path.decode("gb18030"), query.decode("gb18030"))
    except UnicodeDecodeError:
        return found
    second = Old(found[0].host, address)
    return found if second == found[0] else [*found, second]


def candidates(asked: Old) -> list[Old]:
    """Return under what an address may be known, the most exact first.

    What a search engine or a messenger adds as a query must not lead astray, so the path alone comes last.
    """
    paths = [asked.address] if asked.path == asked.address else [asked.address, asked.path]
    hosts = [asked.host, ""] if asked.host else [""]
    return [Old(host, path) for path in paths for host in hosts]


def _joined(path: str, query: str) -> str:
    address = f"{path or '/'}?{query}" if query else path or "/"
    return unicodedata.normalize("NFC", address)


def _text(raw: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")
