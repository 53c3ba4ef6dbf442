"""Surveying what is left of a log: which of its entries database and journal can give, and whether that is the log.

Two candidates grow while both are read: one believes the database and asks the journal where a row is missing, the
other believes the journal. Whatever the world has seen signed has to fit one of them. Nothing here reads or writes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sunlit.ledger import merkle, tiles


class Row(NamedTuple):
    """Hold what the database has of one entry."""

    position: int
    body: bytes
    leaf_hash: bytes


class Kept(NamedTuple):
    """Hold what the journal has of one entry."""

    position: int
    body: bytes


@dataclass(frozen=True)
class Claim:
    """Say that the world has seen ``root`` over the first ``size`` entries, and where this is written."""

    size: int
    root: bytes
    where: str


class Unrecoverable(Exception):
    """Say what exactly is missing, so that the log cannot go on under its name."""


@dataclass(frozen=True)
class Plan:
    """Say how the log becomes whole.

    It will hold ``size`` entries. Of the first ``base`` the rows in ``wrong`` are put right (position, leaf hash); rows
    from ``base`` on go back to the waiting ones; the rest is replayed from the journal.
    """

    size: int
    base: int
    wrong: dict[int, bytes]


@dataclass
class _Candidate:
    """Grow one tree and note where the rows are not what it says."""

    journal_first: bool
    edge: tiles.Edge = field(default_factory=tiles.Edge)
    roots: dict[int, bytes] = field(default_factory=dict)
    wrong: dict[int, bytes] = field(default_factory=dict)
    tail: dict[int, bytes] = field(default_factory=dict)
    ended: bool = False

    def take(self, row: Row | None, kept: Kept | None) -> None:
        """Add the entry that this candidate believes in; one of the two is there."""
        first, second = (kept, row) if self.journal_first else (row, kept)
        believed = first or second
        if believed is None:
            raise ValueError("neither database nor journal has this entry")
        leaf, position = merkle.leaf_hash(believed.body), self.edge.size
        if row is None or row.body != believed.body:
            self.tail[position] = leaf
        else:
            self.wrong.update(self.tail)
            self.tail.clear()
            if row.leaf_hash != leaf:
                self.wrong[position] = leaf
        self.edge.add(leaf)

    def fits(self, claims: Iterable[Claim]) -> bool:
        """Tell whether everything that was signed is in this tree."""
        return all(self.roots.get(claim.size) == claim.root for claim in claims)

    def plan(self) -> Plan:
        """Return what has to be done for the log to become this tree."""
        return Plan(self.edge.size, self.edge.size - len(self.tail), self.wrong)


def survey(rows: Iterable[Row], journal: Iterable[Kept], claims: Sequence[Claim]) -> Plan:
    """Return how the log becomes whole again; raise Unrecoverable where database and journal cannot give it.

    ``rows`` and ``journal`` are in order of position, with gaps at most.
    """
    target = max((claim.size for claim in claims), default=0)
    sizes = {claim.size for claim in claims}
    candidates = [_Candidate(journal_first=False), _Candidate(journal_first=True)]
    lacking: list[int] = []
    for position, row, kept in _paired(rows, journal, target):
        if position >= target:
            _end_forks(candidates, position, target)
        for one in candidates:
            if position in sizes:
                one.roots[position] = one.edge.root()
            if not one.ended and not lacking and (row or kept):
                one.take(row, kept)
        if row is None and kept is None:
            lacking.append(position)
    if lacking:
        raise Unrecoverable(f"{_ranges(lacking)} of the {target} that were signed, neither database nor journal has")
    for one in candidates:
        one.roots.setdefault(one.edge.size, one.edge.root())
        if one.fits(claims):
            return one.plan()
    raise Unrecoverable(_misfit(candidates, claims))


def _paired(rows: Iterable[Row], journal: Iterable[Kept], target: int) -> Iterator[tuple[int, Row | None, Kept | None]]:
    """Yield both sides of each position: all that were signed, then those that the database has without a gap."""
    left, right = iter(rows), iter(journal)
    row, kept = next(left, None), next(right, None)
    position = 0
    while position < target or (row is not None and row.position == position):
        here = row if row is not None and row.position == position else None
        there = kept if kept is not None and kept.position == position else None
        yield position, here, there if position < target else None
        position += 1
        row = next(left, None) if here else row
        kept = next(right, None) if there else kept


def _end_forks(candidates: Iterable[_Candidate], position: int, target: int) -> None:
    """End the candidate whose last signed entries are not the database's: later rows belong to another history."""
    if position == target:
        for one in candidates:
            one.ended = one.journal_first and bool(one.tail)


def _misfit(candidates: Sequence[_Candidate], claims: Iterable[Claim]) -> str:
    """Say which of the signed checkpoints neither candidate gives."""
    strange = [claim for claim in claims if not any(one.fits([claim]) for one in candidates)]
    if not strange:
        return "what was signed is not in one history: database and journal have parted, and both were signed"
    named = ", ".join(f"{claim.where} over {claim.size} entries" for claim in strange)
    return f"all entries are there, but neither database nor journal gives the root of {named}: entries were changed"


def _ranges(positions: Sequence[int]) -> str:
    """Return positions in words: ``entries 3 to 5, 9``, at most ten runs of them."""
    runs: list[list[int]] = []
    for position in positions:
        if runs and runs[-1][1] == position - 1:
            runs[-1][1] = position
        else:
            runs.append([position, position])
    shown = [str(first) if first == last else f"{first} to {last}" for first, last in runs[:10]]
    more = f" and more ({len(positions)} in all)" if len(runs) > 10 else ""
    return f"entries {', '.join(shown)}{more}"
