"""Index numbers: allotted at publication, unique, never used again; gaps mean nothing."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

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


def allot(plan: Plan, unit: Unit, year: int, count: int = 1) -> list[Number]:
    """Return the next ``count`` index numbers of a unit in a year, in the caller's transaction.

    Raises NoIndexNumber for a unit without an organisation code.
    """
    if not unit.org9:
        raise NoIndexNumber(unit.code)
    first = _advance(unit.org9, year, count) + 1
    return [number(plan, unit.org9, year, seq) for seq in range(first, first + count)]


def number(plan: Plan, org9: str, year: int, seq: int) -> Number:
    """Return one index number after the plan's pattern, and its address."""
    return Number(plan.head.index_number.format(org9=org9, YYYY=year, seq=seq), f"{org9}-{year}-{seq:05d}")


@transaction.atomic
def _advance(org9: str, year: int, count: int) -> int:
    """Move a sequence on by compare-and-swap and return where it stood."""
    for _attempt in range(_TRIES):
        sequence, _created = IndexSequence.objects.get_or_create(org9=org9, year=year)
        same = IndexSequence.objects.filter(pk=sequence.pk, last=sequence.last)
        if same.update(last=sequence.last + count) == 1:
            return sequence.last
    raise RuntimeError(f"the sequence {org9}/{year} moves too fast")
