"""Figures of published records, read from the counters that follow the ledger."""

from __future__ import annotations

from django.db.models import QuerySet, Sum

from sunlit.plan import selectors as plans
from sunlit.records.models import Counter
from sunlit.records.states import Audience
from sunlit.units import selectors as units
from sunlit.units.models import STEP, Unit


def total(audience: str, *, kind: str | None = None, unit: Unit | None = None, year: int | None = None) -> int:
    """Return how many live records there are."""
    return _sum(_counters(audience, kind=kind, unit=unit, year=year))


def by_kind(*, unit: Unit | None = None, year: int | None = None, audience: str = Audience.PUBLIC) -> dict[str, int]:
    """Return the number of live records of each kind that has any."""
    rows = _counters(audience, unit=unit, year=year).values_list("kind").annotate(Sum("count")).order_by("kind")
    return {kind: count for kind, count in rows if count}


def by_year(*, kind: str | None = None, unit: Unit | None = None, audience: str = Audience.PUBLIC) -> dict[int, int]:
    """Return the number of live records of each year of publication that has any, latest first."""
    rows = _counters(audience, kind=kind, unit=unit).values_list("year").annotate(Sum("count")).order_by("-year")
    return {year: count for year, count in rows if count}


def by_kind_and_year(unit: Unit, *, audience: str = Audience.PUBLIC) -> dict[tuple[str, int], int]:
    """Return the number of live records in a unit's subtree, by kind and year of publication."""
    rows = _counters(audience, unit=unit).values_list("kind", "year").annotate(Sum("count")).order_by("kind", "year")
    return {(kind, year): count for kind, year, count in rows if count}


def by_unit(*, kind: str | None = None, year: int | None = None, audience: str = Audience.PUBLIC) -> dict[str, int]:
    """Return the number of live records of each unit's own (not of its subtree), by path."""
    rows = (
        _counters(audience, kind=kind, year=year).values_list("unit_path").annotate(Sum("count")).order_by("unit_path")
    )
    return {path: count for path, count in rows if count}


def by_child(parent: Unit, *, kind: str | None = None, audience: str = Audience.PUBLIC) -> dict[str, int]:
    """Return the number of live records in the subtree of each child of a unit, by the child's path."""
    counts: dict[str, int] = {}
    width = len(parent.path) + STEP
    low, high = units.path_range(parent.path)
    rows = _counters(audience, kind=kind).filter(unit_path__gte=low, unit_path__lt=high)
    for path, count in rows.values_list("unit_path").annotate(Sum("count")):
        if len(path) >= width:
            counts[path[:width]] = counts.get(path[:width], 0) + count
    return counts


def by_measure(audience: str = Audience.PUBLIC) -> dict[int, int]:
    """Return the number of live records of the kinds of each measure; a kind of two measures counts for both."""
    counts = by_kind(audience=audience)
    plan = plans.current()
    figures = dict.fromkeys(plan.measures, 0)
    for code, count in counts.items():
        for number in plan.kinds[code].measures if code in plan.kinds else ():
            figures[number] = figures.get(number, 0) + count
    return figures


def share(low: str, high: str, kind: str | None) -> float:
    """Return which part of the records of a kind lies in a range of unit paths; 0 where there are none."""
    rows = Counter.objects.all() if kind is None else Counter.objects.filter(kind=kind)
    everything = _sum(rows)
    return _sum(rows.filter(unit_path__gte=low, unit_path__lt=high)) / everything if everything else 0.0


def _counters(
    audience: str, *, kind: str | None = None, unit: Unit | None = None, year: int | None = None
) -> QuerySet[Counter]:
    rows = Counter.objects.filter(audience=audience)
    if kind is not None:
        rows = rows.filter(kind=kind)
    if year is not None:
        rows = rows.filter(year=year)
    if unit is not None and unit.parent_id is not None:
        low, high = units.path_range(unit.path)
        rows = rows.filter(unit_path__gte=low, unit_path__lt=high)
    return rows


def _sum(rows: QuerySet[Counter]) -> int:
    return rows.aggregate(sum=Sum("count"))["sum"] or 0
