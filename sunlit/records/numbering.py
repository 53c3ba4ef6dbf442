"""Index numbers: allotted at publication, unique, never used again; gaps mean nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection, transaction

from sunlit.plan.language import Plan
from sunlit.records.models import IndexSequence
from sunlit.units.models import Unit

_TRIES = 50


class NoIndexNumber(ValueError):
    """Says that a unit cannot be given an index number."""


@dataclass(frozen=True)
class Number:
    """An index number and the address that belongs to it."""

    index_no: str
    slug: str


def allot(plan: Plan, unit: Unit, year: int) -> Number:
    """Return the next index number of a unit in a year, in the caller's transaction.

    Raises NoIndexNumber for a unit without an organisation code.
    """
    return allot_many(plan, {unit: 1}, year)[unit.pk][0]


def allot_many(plan: Plan, counts: Mapping[Unit, int], year: int) -> dict[int, list[Number]]:
    """Return for each unit, by its id, as many next index numbers as are wanted; raises like ``allot``."""
    wanted: dict[str, int] = {}
    for unit, count in counts.items():
        if not unit.org9:
            raise NoIndexNumber(unit.code)
        wanted[unit.org9] = count
    before = _advance(wanted, year)
    return {
        unit.pk: [number(plan, org9, year, seq) for seq in range(before[org9] + 1, before[org9] + 1 + wanted[org9])]
        for unit in counts
        if (org9 := unit.org9)
    }


def number(plan: Plan, org9: str, year: int, seq: int) -> Number:
    """Return one index number after the plan's pattern, and its address."""
    return Number(plan.head.index_number.format(org9=org9, YYYY=year, seq=seq), f"{org9}-{year}-{seq:05d}")


def _advance(wanted: Mapping[str, int], year: int) -> dict[str, int]:
    """Move the sequences on, all or none, by compare-and-swap, and return where they stood."""
    for _attempt in range(_TRIES):
        known = _read(wanted, year)
        if missing := wanted.keys() - known.keys():
            fresh = [IndexSequence(org9=org9, year=year) for org9 in sorted(missing)]
            IndexSequence.objects.bulk_create(fresh, ignore_conflicts=True)
            known = _read(wanted, year)
        try:
            with transaction.atomic():
                _swap([(last + wanted[org9], pk, last) for org9, (pk, last) in sorted(known.items())])
        except _Moved:
            continue
        return {org9: last for org9, (_pk, last) in known.items()}
    raise RuntimeError(f"the sequences of {year} move too fast")


class _Moved(Exception):
    """Says that someone else moved a sequence meanwhile."""


def _read(wanted: Mapping[str, int], year: int) -> dict[str, tuple[int, int]]:
    rows = IndexSequence.objects.filter(year=year, org9__in=list(wanted)).values_list("org9", "pk", "last")
    return {org9: (pk, last) for org9, pk, last in rows}


def _swap(moves: list[tuple[int, int, int]]) -> None:
    """Set each sequence to a new value if it still has the old one; one statement for all, whatever their number."""
    # The same in both dialects; the ORM would send a statement for each of a hundred units.
    statement = "UPDATE records_indexsequence SET last = %s WHERE id = %s AND last = %s"
    with connection.cursor() as cursor:
        cursor.executemany(statement, moves)
        if cursor.rowcount != len(moves):
            raise _Moved
