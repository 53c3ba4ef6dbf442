"""Figures of published records, read from the counters that follow the ledger."""

from __future__ import annotations

from django.db.models import Count, QuerySet, Sum

from sunlit import sight
from sunlit.plan import selectors as plans
from sunlit.plan.language import Kind, Plan
from sunlit.records import slots
from sunlit.records.models import Counter, Record, Revision, Slot, hidden_batches
from sunlit.records.states import FROZEN, GONE, READABLE, Audience
from sunlit.units import selectors as units
from sunlit.units.models import STEP, Unit


def total(
    audience: str,
    *,
    kind: str | None = None,
    unit: Unit | None = None,
    below: bool = True,
    year: int | None = None,
) -> int:
    """Return how many live records there are; without ``below``, of the unit itself alone."""
    rows = _counters(audience, kind=kind, unit=unit if below else None, year=year)
    return _sum(rows if below or unit is None else rows.filter(unit_path=unit.path))


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
    figures = dict.fromkeys(plans.current().measures, 0)
    for (_kind, number), count in by_kind_and_measure(audience).items():
        figures[number] = figures.get(number, 0) + count
    return figures


def by_kind_and_measure(audience: str = Audience.PUBLIC) -> dict[tuple[str, int], int]:
    """Return the number of live records of each kind for each of its measures.

    A record of a kind that names the measure in a field counts for that one only.
    """
    plan = plans.current()
    figures: dict[tuple[str, int], int] = {}
    for code, count in by_kind(audience=audience).items():
        kind = plan.kinds.get(code)
        if kind is None:
            continue
        named = _by_named_measure(plan, kind, audience) if kind.settings.measure_field else None
        for number in kind.measures:
            figures[code, number] = count if named is None else named.get(number, 0)
    return figures


def _by_named_measure(plan: Plan, kind: Kind, audience: str) -> dict[int, int]:
    place = slots.places(plan, kind.code)[kind.settings.measure_field or ""]
    rows = sight.visible(sight.anonymous(), Slot.objects.filter(kind=kind.code, audience=audience))
    counts = dict(rows.values_list(place.column).annotate(Count("record_id")).order_by())
    return {number: counts.get(place.write(str(number)), 0) for number in kind.measures}


def by_end(audience: str = Audience.PUBLIC) -> dict[str, int]:
    """Return how many records have left the lists, by what became of them."""
    # Written out, for SQLite takes a partial index only where its condition stands in the question word for word.
    ended = ", ".join(f"'{state.value}'" for state in (*READABLE[1:], *GONE))
    rows = Record.objects.extra(where=[f"state IN ({ended})"]).filter(audience=audience)  # noqa: S610  # our own words
    rows = rows.exclude(batch_id__in=hidden_batches())
    return dict(rows.values_list("state").annotate(Count("pk")).order_by())


def corrected() -> int:
    """Return how many records, for whatever audience, have been published in a second wording."""
    # Written out like the states above; then not one row is read. Imports in the making have first wordings only.
    return Revision.objects.extra(where=["number = 2"]).filter(state__in=FROZEN).count()


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
