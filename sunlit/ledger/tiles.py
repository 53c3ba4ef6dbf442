"""Tiles of a tree (C2SP tlog-tiles): paths, contents, and the growing right edge.

A full tile holds 256 hashes. Hash ``i`` of tile ``n`` at level ``l`` is the root over the entries from
``(n * 256 + i) * 256**l`` up to ``(n * 256 + i + 1) * 256**l``.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from struct import pack

from sunlit.ledger import merkle

WIDTH = 256
HEIGHT = 8
MAX_LEVEL = 63
MAX_ENTRY = 65_535
_PATH = re.compile(
    r"(?P<level>[0-9]{1,2}|entries)/(?P<number>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?", re.ASCII
)

Fetch = Callable[[int, int], bytes]


@dataclass(frozen=True)
class Address:
    """Name one tile: its level (None for entries), its number, and how many hashes or entries are asked for."""

    level: int | None
    number: int
    width: int = WIDTH


def number_path(number: int) -> str:
    """Return a tile number in groups of three digits, all but the last behind an ``x`` (1234067: x001/x234/067)."""
    groups = [f"{number % 1000:03d}"]
    while number >= 1000:
        number //= 1000
        groups.append(f"x{number % 1000:03d}")
    return "/".join(reversed(groups))


def path(address: Address) -> str:
    """Return the path of a tile below ``tile/``."""
    level = "entries" if address.level is None else str(address.level)
    partial = "" if address.width == WIDTH else f".p/{address.width}"
    return f"{level}/{number_path(address.number)}{partial}"


def parse_path(text: str) -> Address | None:
    """Return the tile that ``text`` names, or None; only the one proper spelling of each tile is a name."""
    found = _PATH.fullmatch(text)
    if found is None or len(text) > 64:
        return None
    level = None if found["level"] == "entries" else int(found["level"])
    number = int(found["number"].replace("x", "").replace("/", ""))
    address = Address(level, number, int(found["width"] or WIDTH))
    if (level or 0) > MAX_LEVEL or (found["width"] and address.width >= WIDTH) or path(address) != text:
        return None
    return address


def width_at(level: int, number: int, size: int) -> int:
    """Return how many hashes tile ``number`` of ``level`` holds when the log has ``size`` entries (0: no tile)."""
    return max(0, min(WIDTH, (size >> HEIGHT * level) - number * WIDTH))


def tiles_of(size: int) -> Iterator[Address]:
    """Yield every hash tile of a tree of ``size`` entries, full and partial, level by level."""
    level = 0
    while size >> HEIGHT * level:
        for number in range(((size >> HEIGHT * level) + WIDTH - 1) // WIDTH):
            yield Address(level, number, width_at(level, number, size))
        level += 1


def split(data: bytes) -> list[bytes]:
    """Return the hashes that a tile holds."""
    return [data[i : i + merkle.HASH_SIZE] for i in range(0, len(data), merkle.HASH_SIZE)]


def pack_entries(entries: Iterable[bytes]) -> bytes:
    """Return entries in a row, each behind its length as big-endian uint16; raise ValueError above 65,535 bytes."""
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > MAX_ENTRY:
            raise ValueError(f"an entry of {len(entry)} bytes does not fit: the limit is {MAX_ENTRY}")
        parts += (pack(">H", len(entry)), entry)
    return b"".join(parts)


def unpack_entries(data: bytes) -> list[bytes]:
    """Return the entries of an entries tile; raise ValueError where it ends in the middle of one."""
    entries: list[bytes] = []
    at = 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if at + 2 > len(data) or end > len(data):
            raise ValueError(f"the entries tile ends in the middle of its entry {len(entries)}")
        entries.append(data[at + 2 : end])
        at = end
    return entries


def subtree_reader(fetch: Fetch) -> merkle.Subtree:
    """Return a reader of complete subtrees out of tiles; ``fetch(level, number)`` is asked at most once per tile."""
    known: dict[tuple[int, int], bytes] = {}

    def subtree(level: int, index: int) -> bytes:
        tile_level, rest = divmod(level, HEIGHT)
        number, first = divmod(index << rest, WIDTH)
        if (tile_level, number) not in known:
            known[tile_level, number] = fetch(tile_level, number)
        start = first * merkle.HASH_SIZE
        hashes = split(known[tile_level, number][start : start + (merkle.HASH_SIZE << rest)])
        if len(hashes) != 1 << rest:
            raise LookupError(f"tile {path(Address(tile_level, number))} is too short")
        return merkle.root_of(hashes)

    return subtree


@dataclass
class Edge:
    """Keep the right edge of a tree: the last tile of every level, not yet full, and how many entries there are."""

    size: int = 0
    rows: list[list[bytes]] = field(default_factory=list)

    def add(self, leaf: bytes) -> list[tuple[Address, bytes]]:
        """Append one leaf hash and return the tiles that it has filled, lowest first."""
        filled: list[tuple[Address, bytes]] = []
        value, level = leaf, 0
        self.size += 1
        while True:
            if level == len(self.rows):
                self.rows.append([])
            row = self.rows[level]
            row.append(value)
            if len(row) < WIDTH:
                return filled
            number = (self.size >> HEIGHT * (level + 1)) - 1
            filled.append((Address(level, number), b"".join(row)))
            value = merkle.root_of(row)
            row.clear()
            level += 1

    def partial(self) -> list[tuple[Address, bytes]]:
        """Return the tiles of the edge that hold something."""
        return [
            (Address(level, self.size >> HEIGHT * (level + 1), len(row)), b"".join(row))
            for level, row in enumerate(self.rows)
            if row
        ]

    def root(self) -> bytes:
        """Return the root of the whole tree."""
        return merkle.fold([peak for row in reversed(self.rows) for peak in merkle.peaks(row)])


def edge_at(size: int, fetch: Fetch) -> Edge:
    """Return the edge of the tree of ``size`` entries out of its tiles; raise LookupError where one is too short."""
    edge, level = Edge(size), 0
    while size >> HEIGHT * level:
        number, width = divmod(size >> HEIGHT * level, WIDTH)
        row = split(fetch(level, number)[: width * merkle.HASH_SIZE]) if width else []
        if len(row) != width:
            raise LookupError(f"tile {path(Address(level, number))} holds {len(row)} hashes, {width} are needed")
        edge.rows.append(row)
        level += 1
    return edge
