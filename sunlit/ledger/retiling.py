"""Computing tiles and head again from the entries, and storing what was not so."""

from collections.abc import Callable, Iterator

from django.db import transaction

from sunlit.ledger import growing, tiles
from sunlit.ledger.growing import LostRace
from sunlit.ledger.models import Entry, Head, Tile

BUNDLE = 64 * tiles.WIDTH  # entries read at once
AT_ONCE = 100  # tiles in one transaction, 8 kB each

Key = tuple[int, int]


def rebuild(size: int, say: Callable[[str], object]) -> int:
    """Make tiles and head those of the first ``size`` entries; return how many tiles were not.

    The head moves last, in one transaction with the tiles of the right edge. Raises LostRace where it moves meanwhile.
    """
    head = Head.objects.filter(pk=Head.ONLY).first()
    edge, changed, wrong = tiles.Edge(), 0, {}
    for start in range(0, size, BUNDLE):
        end = min(start + BUNDLE, size)
        grown = dict(_grow(edge, start, end))
        wrong.update(_unlike(grown))
        if len(wrong) >= AT_ONCE:
            changed += _write(wrong)
            say(f"{changed} tiles written anew, {end} of {size} entries read")
    changed += _write(wrong)
    last = {(a.level or 0, a.number): data for a, data in edge.partial()}
    wrong = _unlike(last)
    with transaction.atomic():
        growing.write_tiles(wrong.items())
        _set_head(head, edge)
    return changed + len(wrong) + _remove_beyond(size)


def _grow(edge: tiles.Edge, start: int, end: int) -> Iterator[tuple[Key, bytes]]:
    """Add the entries ``start`` up to ``end`` and yield the tiles that they fill."""
    rows = Entry.objects.filter(position__gte=start, position__lt=end).order_by("position")
    for leaf in rows.values_list("leaf_hash", flat=True):
        for address, data in edge.add(bytes(leaf)):
            yield (address.level or 0, address.number), data
    if edge.size != end:
        raise LostRace


def _unlike(grown: dict[Key, bytes]) -> dict[Key, bytes]:
    """Return those of ``grown`` that are not stored as they should be."""
    wrong = dict(grown)
    for level in {level for level, _ in grown}:
        numbers = [number for at, number in grown if at == level]
        for number, data in Tile.objects.filter(level=level, number__in=numbers).values_list("number", "hashes"):
            if bytes(data) == grown[level, number]:
                del wrong[level, number]
    return wrong


def _write(wrong: dict[Key, bytes]) -> int:
    """Store and forget ``wrong``, some tiles in a transaction; return how many there were."""
    count, rows = len(wrong), list(wrong.items())
    for start in range(0, count, AT_ONCE):
        with transaction.atomic():
            growing.write_tiles(rows[start : start + AT_ONCE])
    wrong.clear()
    return count


def _set_head(head: Head | None, edge: tiles.Edge) -> None:
    """Swap the head for that of ``edge``, also where its row is missing."""
    if head is None:
        Head.objects.bulk_create([Head(size=edge.size, root=edge.root())])
    elif (head.size, bytes(head.root)) != (edge.size, edge.root()):
        growing.swap(head, edge)


def _remove_beyond(size: int) -> int:
    """Remove the tiles that a log of ``size`` entries does not have."""
    removed = 0
    for level in sorted(set(Tile.objects.values_list("level", flat=True).distinct())):
        width = size >> tiles.HEIGHT * level
        beyond = Tile.objects.filter(level=level, number__gte=(width + tiles.WIDTH - 1) // tiles.WIDTH)
        while keys := list(beyond.values_list("pk", flat=True)[:AT_ONCE]):
            removed += Tile.objects.filter(pk__in=keys).delete()[0]
    return removed
