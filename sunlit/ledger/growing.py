"""Growing the log: entries, tiles and head move together, by compare-and-swap, inside the caller's transaction."""

from collections.abc import Iterable, Sequence
from typing import Any

from sunlit.ledger import bulk, merkle, selectors, tiles
from sunlit.ledger.models import Entry, Head, Tile

ROWS = 500  # entries in one transaction
LOCAL = ("event", "subject", "ref", "tags", "batch")  # columns that an entry keeps but that are not hashed


class LostRace(Exception):
    """Say that another process has moved the head; everything done since is undone."""


def append(head: Head, rows: Sequence[tuple[Any, ...]]) -> Head:
    """Append ``rows`` (body, the columns of ``LOCAL``, instant) behind ``head`` and return the new head.

    Raises LostRace where ``head`` is no longer the head.
    """
    edge = selectors.edge(head.size)
    found: list[tuple[object, ...]] = []
    grown: dict[tuple[int, int], bytes] = {}
    for body, *local, sequenced_at in rows:
        leaf = merkle.leaf_hash(body)
        found.append((edge.size, bytes(body), leaf, *local, bulk.instant(sequenced_at)))
        grown.update(((a.level or 0, a.number), data) for a, data in edge.add(leaf))
    grown.update(((a.level or 0, a.number), data) for a, data in edge.partial())
    swap(head, edge)
    bulk.insert(Entry, ("position", "body", "leaf_hash", *LOCAL, "sequenced_at"), found)
    write_tiles(grown.items())
    return Head(size=edge.size, root=edge.root())


def swap(head: Head, edge: tiles.Edge) -> None:
    """Swap the head by compare-and-swap; raise LostRace if it is no longer what the new one was computed from."""
    if head.size == 0:
        Head.objects.bulk_create([Head()], ignore_conflicts=True)
    swapped = Head.objects.filter(pk=Head.ONLY, size=head.size, root=bytes(head.root))
    if swapped.update(size=edge.size, root=edge.root()) != 1:
        raise LostRace


def write_tiles(grown: Iterable[tuple[tuple[int, int], bytes]]) -> None:
    """Store tiles, given by level and number, in the place of those that are there."""
    Tile.objects.bulk_create(
        [Tile(level=level, number=number, hashes=data) for (level, number), data in grown],
        update_conflicts=True,
        unique_fields=["level", "number"],
        update_fields=["hashes"],
    )
