"""Lists of published records: filtered and sorted by slots, paged by key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet, Value
from django.db.models.functions import Concat

from sunlit import sight
from sunlit.plan import selectors as plans
from sunlit.plan.language import Plan
from sunlit.records import counting, refilling, rendition, slots, upgrading
from sunlit.records.filtering import BadFilter, Filters, NotPrepared, narrow
from sunlit.records.models import Record, Slot
from sunlit.records.paging import Cursor, Order, page
from sunlit.records.states import Audience
from sunlit.units import selectors as units
from sunlit.units.models import Unit

MAX_SIZE = 500
COUNTED = 1_000
"""Filtered lists are counted up to here; beyond, ``Listing.total_is_exact`` is false."""

# Where a subtree holds more than one record in so many of its kind, walking the list in order is the shorter way.
_DENSE = 50


@dataclass(frozen=True)
class Row:
    """One record in a list, with what its reader may see of it."""

    record: Record
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class Listing:
    """One page of a list; ``next`` and ``previous`` are cursors, None where there is no such page."""

    rows: list[Row] = field(default_factory=list)
    next: str | None = None
    previous: str | None = None
    total: int = 0
    total_is_exact: bool = True


def listing(
    viewer: sight.Viewer,
    *,
    kind: str | None = None,
    unit: Unit | None = None,
    below: bool = True,
    year: int | None = None,
    filters: Filters | None = None,
    sort: str = "-published",
    after: str | None = None,
    size: int = 20,
) -> Listing:
    """Return one page of the published records that ``viewer`` may see; raise BadFilter for what cannot be answered.

    ``unit`` stands for itself and all below it, or without ``below`` for itself alone. ``filters`` maps fields of the
    kind to a value or to a (from, to) pair; ``sort`` is ``published`` or a sortable field, downwards
    behind a minus; ``after`` is a cursor of an earlier page, and a broken one opens the first page.
    """
    plan = plans.current()
    _expect_prepared(kind, {*(filters or {}), sort.removeprefix("-")})
    rows = sight.visible(viewer, Slot.objects.all())
    if kind is not None:
        rows = rows.filter(kind=kind)
    if year is not None:
        start, end = year_bounds(year)
        rows = rows.filter(published_at__gte=start, published_at__lt=end)
    if unit is not None and not below:
        rows = rows.filter(unit_path=unit.path)
    elif unit is not None and unit.parent_id is not None:
        rows = _within(rows, unit, kind)
    lists = narrow(plan, kind, rows, filters or {})
    order = _order(plan, kind, sort)
    size = max(1, min(size, MAX_SIZE))
    found, following, preceding = page(lists, order, Cursor.read(after, order), size)
    if viewer.is_anonymous and not filters:
        total, exact = counting.total(Audience.PUBLIC, kind=kind, unit=unit, below=below, year=year), True
    else:
        total, exact = _count(lists, in_order=any(isinstance(wanted, str) for wanted in (filters or {}).values()))
    return Listing(_rows(plan, found), following, preceding, total, exact)


def _expect_prepared(kind: str | None, names: set[str]) -> None:
    """Refuse to filter or sort by a field whose slots are still being filled: the answer would not be whole."""
    if kind is None or names == {"published"}:
        return
    waiting = refilling.preparing(kind)
    if waiting is not None and (unready := names & waiting.fields):
        raise NotPrepared(sorted(unready)[0], waiting.percent)


def year_bounds(year: int) -> tuple[datetime, datetime]:
    """Return the first instant of a year in the plan's zone and of the year after it."""
    if not 1 <= year < 9999:
        raise BadFilter(f"{year} is not a year of publication")
    zone = ZoneInfo(settings.TIME_ZONE)
    return tuple(datetime.combine(date(y, 1, 1), time.min, zone).astimezone(UTC) for y in (year, year + 1))  # type: ignore[return-value]  # a pair of two


def _within(rows: QuerySet[Slot], unit: Unit, kind: str | None) -> QuerySet[Slot]:
    low, high = units.path_range(unit.path)
    if counting.share(low, high, kind) * _DENSE < 1:
        return rows.filter(unit_path__gte=low, unit_path__lt=high)
    # The expression keeps the planner off the index by unit: with many matches, reading in order and skipping is short.
    return rows.annotate(_path=Concat("unit_path", Value(""))).filter(_path__gte=low, _path__lt=high)


def _order(plan: Plan, kind: str | None, sort: str) -> Order:
    down = sort.startswith("-")
    name = sort.removeprefix("-")
    if name == "published":
        return [("published_at", down), ("record_id", down)]
    place = slots.places(plan, kind).get(name) if kind else None
    if place is None or not place.sort:
        raise BadFilter(f"the list cannot be sorted by {name}")
    # One index serves both ways: read backwards, the younger of two equal rows comes last.
    return [(place.column, down), ("published_at", not down), ("record_id", not down)]


def _rows(plan: Plan, found: list[Slot]) -> list[Row]:
    rows = []
    for slot in found:
        kind = plan.kinds.get(slot.kind)
        revision = slot.record.live
        payload = rendition.public(kind, upgrading.payload(plan, kind, revision)) if kind and revision else {}
        rows.append(Row(slot.record, payload))
    return rows


def _count(lists: Sequence[QuerySet[Slot]], *, in_order: bool) -> tuple[int, bool]:
    """Return how many rows there are, counted up to ``COUNTED``, and whether that is all of them.

    Where one value is asked for, ``in_order`` keeps the planner on the index of that value; else it would walk through
    a wide range of another field.
    """
    order = ("-published_at", "-record_id") if in_order else ()
    count = 0
    for rows in lists:
        count += rows.order_by(*order)[: COUNTED + 1 - count].count()
        if count > COUNTED:
            return COUNTED, False
    return count, True
