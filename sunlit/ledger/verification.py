"""Verification of the whole log: entries ↔ leaf hashes ↔ tiles ↔ head ↔ every checkpoint ↔ the published copy; journal.

Everything is recomputed from the bytes of the entries. While they are read two trees grow: the one that the entries
give and the one that the stored tiles give. They are one until an entry and its place in the tiles disagree; what was
signed has to fit one of them.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from heapq import merge
from typing import NamedTuple

from django.db.models import Max

from sunlit.ledger import checkpoints, content_check, journal_check, keys, merkle, notes, published, selectors, tiles
from sunlit.ledger.contents import ContentSource
from sunlit.ledger.events import PRIVATE
from sunlit.ledger.findings import Fault, Report
from sunlit.ledger.models import Checkpoint, Entry, Tile

BUNDLE = 16 * tiles.WIDTH
PAGE = 1_000
ENOUGH = 1_000  # findings after which it is no longer looked for where an entry came from

Progress = Callable[[int], object]
Verifiers = Sequence[notes.Verifier]


class Row(NamedTuple):
    """Hold of an entry what is verified."""

    position: int
    body: bytes
    leaf_hash: bytes
    event: str
    ref: str


@dataclass(frozen=True)
class Claim:
    """Say that somebody has seen ``root`` over the first ``size`` entries."""

    size: int
    root: bytes
    where: str


@dataclass
class Walk:
    """Keep where a verification stands."""

    report: Report
    size: int
    entries: tiles.Edge = field(default_factory=tiles.Edge)
    tree: tiles.Edge = field(default_factory=tiles.Edge)
    parted: bool = False

    def add(self, leaf: bytes, recorded: bytes) -> list[tuple[tiles.Address, bytes]]:
        """Grow both trees by one entry; return the tiles that the stored tree has filled."""
        if leaf != recorded and not self.parted:
            self.parted, self.entries = True, deepcopy(self.tree)
        filled = self.tree.add(recorded)
        if self.parted:
            self.entries.add(leaf)
        return filled

    def roots(self) -> set[bytes]:
        """Return the roots of both trees."""
        return {self.tree.root(), self.entries.root()} if self.parted else {self.tree.root()}


def verify(*, sources: Iterable[ContentSource] = (), progress: Progress | None = None) -> Report:
    """Recompute the whole log and return what was found; with ``sources`` also every document bound to it.

    Raises KeyRefused where the instance has no verifier key. ``progress`` is told now and then how far it has come.
    """
    report, verifiers = Report(), keys.verifiers()
    last = selectors.last_checkpoint()  # read before the head: what is signed meanwhile is left for the next time
    seen = _published(report, verifiers)
    head = selectors.head()
    walk = Walk(report, head.size)
    claims = merge(_stored(report, verifiers, last.size if last else 0), seen, key=lambda claim: claim.size)
    _follow(walk, claims, progress or (lambda done: None))
    _check_head(walk, bytes(head.root))
    _check_beyond(report)
    journal_check.check(report)
    for source in sources:
        content_check.check(source, report)
    return report


def _stored(report: Report, verifiers: Verifiers, last: int) -> Iterator[Claim]:
    """Yield what the stored checkpoints up to ``last`` state, in order of size; report what is not properly signed."""
    done = -1
    while page := list(Checkpoint.objects.filter(size__gt=done, size__lte=last).order_by("size")[:PAGE]):
        for row in page:
            report.checkpoints += 1
            where = f"checkpoint {row.size}"
            claim = _claim(report, verifiers, row.note, where)
            if claim and (claim.size, claim.root) != (row.size, bytes(row.root)):
                sentence = f"its note covers {claim.size} entries or another root"
                report.add(Fault.CHECKPOINT_CHANGED, where, sentence)
            elif claim:
                yield claim
        done = page[-1].size


def _published(report: Report, verifiers: Verifiers) -> list[Claim]:
    note = published.read()
    claim = _claim(report, verifiers, note, "the published checkpoint") if note is not None else None
    return [claim] if claim else []


def _claim(report: Report, verifiers: Verifiers, note: str, where: str) -> Claim | None:
    try:
        found = checkpoints.verified_by_any(note, verifiers)
    except checkpoints.BadCheckpoint as error:
        report.add(Fault.CHECKPOINT_CHANGED, where, f"it is not a checkpoint signed by this log: {error}")
        return None
    return Claim(found.size, found.root, where)


def _follow(walk: Walk, claims: Iterator[Claim], progress: Progress) -> None:
    """Grow both trees over all entries, tile by tile, and hold them against the claims on the way."""
    claim = next(claims, None)
    for rows, stored in _bundles(walk.size):
        for place in range(walk.tree.size, min(walk.tree.size + BUNDLE, walk.size)):
            while claim and claim.size == place:
                _check_claim(walk, claim)
                claim = next(claims, None)
            leaf, recorded = _check_entry(walk.report, place, rows.get(place), stored)
            for address, data in walk.add(leaf, recorded):
                _check_tile(walk.report, address, data)
        walk.report.entries = walk.tree.size
        progress(walk.tree.size)
    while claim:
        _check_claim(walk, claim)
        claim = next(claims, None)


def _bundles(size: int) -> Iterator[tuple[dict[int, Row], dict[int, bytes]]]:
    """Yield entries by position and the hashes of their tiles by position, some tiles at a time."""
    for start in range(0, size, BUNDLE):
        end = min(start + BUNDLE, size)
        found = Entry.objects.filter(position__gte=start, position__lt=end).order_by("position")
        rows = {row[0]: Row._make(row) for row in found.values_list(*Row._fields)}
        numbers = range(start // tiles.WIDTH, (end - 1) // tiles.WIDTH + 1)
        hashes: dict[int, bytes] = {}
        for number, data in Tile.objects.filter(level=0, number__in=numbers).values_list("number", "hashes"):
            hashes.update(enumerate(tiles.split(bytes(data)), number * tiles.WIDTH))
        yield rows, hashes


def _check_entry(report: Report, place: int, row: Row | None, stored: dict[int, bytes]) -> tuple[bytes, bytes]:
    """Return the leaf hash that the entry gives and the one that its tile holds; report where anything disagrees."""
    recorded = stored.get(place)
    where = f"entry {place}"
    if recorded is None:
        report.add(Fault.TILE_MISSING, where, f"the tile {_tile_of(place)} does not hold its hash")
    if row is None:
        report.add(Fault.ENTRY_MISSING, where, "it has been removed")
        return recorded or bytes(merkle.HASH_SIZE), recorded or bytes(merkle.HASH_SIZE)
    leaf = merkle.leaf_hash(row.body)
    if leaf != bytes(row.leaf_hash):
        report.add(Fault.ENTRY_CHANGED, where, "its content no longer gives its leaf hash")
    if recorded is not None and leaf != recorded:
        before = _place_of(leaf, stored) if report.counts.total() < ENOUGH else None
        if before is not None:
            report.add(Fault.ENTRY_MOVED, where, f"it holds what the tree recorded as entry {before}")
        elif leaf == bytes(row.leaf_hash):
            report.add(Fault.ENTRY_CHANGED, where, f"it is not what the tile {_tile_of(place)} recorded at its place")
    _check_label(report, where, row)
    return leaf, recorded or leaf


def _place_of(leaf: bytes, stored: dict[int, bytes]) -> int | None:
    """Return where the tree recorded ``leaf``, if that is near."""
    return next((place for place, known in stored.items() if known == leaf), None)


def _check_label(report: Report, where: str, row: Row) -> None:
    try:
        said = json.loads(bytes(row.body))
        kind, ref = said["type"], said.get("ref", "")
    except (ValueError, KeyError, TypeError, AttributeError):
        report.add(Fault.ENTRY_CHANGED, where, "its content is not an entry of this ledger")
        return
    if kind != PRIVATE and (kind, ref) != (row.event, row.ref):
        sentence = f"the tables call it {row.event} {row.ref!r}, it says {kind} {ref!r}"
        report.add(Fault.LABEL_CHANGED, where, sentence)


def _tile_of(place: int) -> str:
    return tiles.path(tiles.Address(0, place // tiles.WIDTH))


def _check_tile(report: Report, address: tiles.Address, expected: bytes) -> None:
    """Hold a stored tile against what it must be; the lowest level was compared hash by hash already."""
    report.tiles += 1
    if not address.level:
        return
    found = Tile.objects.filter(level=address.level, number=address.number).values_list("hashes", flat=True).first()
    where = f"tile {tiles.path(tiles.Address(address.level, address.number))}"
    if found is None:
        report.add(Fault.TILE_MISSING, where, "it is missing")
    elif bytes(found)[: len(expected)] != expected:
        report.add(Fault.TILE_CHANGED, where, "it is not what the tiles below it give")


def _check_claim(walk: Walk, claim: Claim) -> None:
    if claim.size > walk.size:
        sentence = f"it covers {claim.size} entries, the log holds {walk.size}: an older database has been put in place"
        walk.report.add(Fault.ROLLED_BACK, claim.where, sentence)
    elif claim.root not in walk.roots():
        sentence = f"it was signed over other entries than the first {claim.size} of this log"
        walk.report.add(Fault.FORKED, claim.where, sentence)


def _check_head(walk: Walk, root: bytes) -> None:
    for address, data in walk.tree.partial():
        _check_tile(walk.report, address, data)
    if root not in walk.roots():
        walk.report.add(Fault.HEAD_CHANGED, "the head", f"its root is not that of the {walk.size} entries")


def _check_beyond(report: Report) -> None:
    """Look for rows behind the end. The end is read last: what the sequencer adds meanwhile is no fault."""
    last = Entry.objects.aggregate(last=Max("position"))["last"]
    ends = dict(Tile.objects.values_list("level").annotate(last=Max("number")))
    widths = {
        level: (number * tiles.WIDTH) + len(selectors.tile(level, number)) // merkle.HASH_SIZE
        for level, number in ends.items()
    }
    size = selectors.head().size
    if last is not None and last >= size:
        report.add(Fault.ENTRY_EXTRA, f"entry {last}", f"the head knows of {size} entries only")
    for level, width in widths.items():
        if width > size >> tiles.HEIGHT * level:
            sentence = f"they hold {width} hashes, {size >> tiles.HEIGHT * level} are expected"
            report.add(Fault.TILE_CHANGED, f"the tiles of level {level}", sentence)
