"""Lists of published records: filtered and sorted by slots, paged by key."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat

from sunlit import sight
from sunlit.plan import selectors as plans
from sunlit.plan.language import Plan
from sunlit.records import counting, rendition, slots
from sunlit.records.models import Record, Slot
from sunlit.records.states import Audience
from sunlit.text import clean
from sunlit.units import selectors as units
from sunlit.units.models import Unit

MAX_SIZE = 500
COUNTED = 1_000
"""Filtered lists are counted up to here; beyond, ``Listing.total_is_exact`` is false."""

# Where a subtree holds more than one record in so many of its kind, walking the list in order is the shorter way.
_DENSE = 50

# Nothing that a slot holds is as large; the empty value of numbers lies beyond.
_LARGEST = 2**62

Range = tuple[str | None, str | None]
Filters = Mapping[str, "str | Range"]


class BadFilter(ValueError):
    """Says that a list cannot be filtered or sorted in the way that was asked for."""


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
    year: int | None = None,
    filters: Filters | None = None,
    sort: str = "-published",
    after: str | None = None,
    size: int = 20,
) -> Listing:
    """Return one page of the published records that ``viewer`` may see; raise BadFilter for what cannot be answered.

    ``filters`` maps fields of the kind to a value or to a (from, to) pair; ``sort`` is ``published`` or a sortable
    field, downwards behind a minus; ``after`` is a cursor of an earlier page, and a broken one opens the first page.
    """
    plan = plans.current()
    wanted = _filtered(plan, kind, filters or {})
    rows = sight.visible(viewer, Slot.objects.all())
    if kind is not None:
        rows = rows.filter(kind=kind)
    if year is not None:
        start, end = year_bounds(year)
        rows = rows.filter(published_at__gte=start, published_at__lt=end)
    if unit is not None and unit.parent_id is not None:
        rows = _within(rows, unit, kind)
    rows = rows.filter(**wanted)
    order = _order(plan, kind, sort)
    size = max(1, min(size, MAX_SIZE))
    found, following, preceding = _page(rows, order, _Cursor.read(after, order), size)
    total, exact = _total(viewer, rows, kind, unit, year, bool(wanted))
    return Listing(_rows(plan, found), following, preceding, total, exact)


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


def _filtered(plan: Plan, kind: str | None, filters: Filters) -> dict[str, Any]:
    if filters and kind is None:
        raise BadFilter("only the list of one kind can be filtered by its fields")
    wanted: dict[str, Any] = {}
    for name, value in filters.items():
        place = slots.places(plan, kind or "").get(name)
        if place is None or not plan.kinds[kind or ""].by_name[name].filter:
            raise BadFilter(f"records of kind {kind} cannot be filtered by {name}")
        if isinstance(value, str):
            wanted.update(_equal(place, value))
        else:
            wanted.update(_between(place, *value))
    return wanted


def _equal(place: slots.Place, value: str) -> dict[str, Any]:
    if place.multiple:
        return {f"{place.column}__contains": f"|{value}|"}
    return {place.column: _written(place, value)}


def _between(place: slots.Place, low: str | None, high: str | None) -> dict[str, Any]:
    if place.column.startswith("t"):
        raise BadFilter(f"{place.field} has no range")
    bounds = {f"{place.column}__gt": place.empty}
    if low:
        bounds = {f"{place.column}__gte": _written(place, low)}
    if high:
        bounds[f"{place.column}__lte"] = _written(place, high)
    return bounds


def _written(place: slots.Place, value: str) -> Any:
    """Return a reader's value as the slot holds it; amounts of money are given in 元."""
    try:
        written = int(Decimal(value) * 100) if place.type == "money" else place.write(clean.clean_text(value))
    except (ValueError, ArithmeticError) as error:
        raise BadFilter(f"{value!r} is not a value of {place.field}") from error
    if isinstance(written, int) and abs(written) > _LARGEST:
        raise BadFilter(f"{value!r} is too large for {place.field}")
    return written


Order = list[tuple[str, bool]]
"""Columns with True for downwards; the last one is the record's id, so that no two rows stand equal."""


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


@dataclass(frozen=True)
class _Cursor:
    """A place between two rows of a list, and the way in which to read on."""

    key: tuple[Any, ...] = ()
    backwards: bool = False

    @classmethod
    def of(cls, row: Slot, order: Order, *, backwards: bool) -> str:
        """Write the place before or behind a row."""
        values = [getattr(row, column) for column, _ in order]
        plain = [value.isoformat() if isinstance(value, date) else value for value in values]
        text = json.dumps(["b" if backwards else "f", *plain], ensure_ascii=False)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str | None, order: Order) -> _Cursor:
        """Read a place again; anything broken, or of another order, is the beginning."""
        try:
            padded = (text or "").encode() + b"=" * (-len(text or "") % 4)
            way, *values = json.loads(base64.urlsafe_b64decode(padded))
            key = tuple(_revived(column, value) for (column, _), value in zip(order, values, strict=True))
        except (ValueError, TypeError, RecursionError):
            return cls()
        return cls(key, way == "b")


def _revived(column: str, value: Any) -> Any:
    """Return a value of a cursor in the type of its column; raise ValueError or TypeError for any other."""
    if column == "published_at":
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("an instant needs a zone")
        return moment
    if column.startswith("d"):
        return date.fromisoformat(value)
    if column.startswith("t"):
        if not (isinstance(value, str) and clean.is_safe(value)):
            raise ValueError("not a text of a list")
        return value
    if type(value) is not int or abs(value) > 2 * _LARGEST:
        raise ValueError("not a whole number of a list")
    return value


def _page(rows: QuerySet[Slot], order: Order, cursor: _Cursor, size: int) -> tuple[list[Slot], str | None, str | None]:
    reading = [(column, down != cursor.backwards) for column, down in order]
    found: list[Slot] = []
    for part in _segments(rows, reading, cursor.key):
        found += part[: size + 1 - len(found)]
        if len(found) > size:
            break
    more = len(found) > size
    found = found[:size]
    if cursor.backwards:
        found.reverse()
    earlier, later = (more, bool(cursor.key)) if cursor.backwards else (bool(cursor.key), more)
    if not found:
        return [], None, None
    following = _Cursor.of(found[-1], order, backwards=False) if later else None
    preceding = _Cursor.of(found[0], order, backwards=True) if earlier else None
    return found, following, preceding


def _segments(rows: QuerySet[Slot], order: Order, key: tuple[Any, ...]) -> Iterator[QuerySet[Slot]]:
    """Yield the rows behind a key as ranges of one index each: databases read a range fast, an OR of ranges slowly."""
    by = [F(column).desc() if down else F(column).asc() for column, down in order]
    ordered = rows.select_related("record__live", "record__unit").order_by(*by)
    if not key:
        yield ordered
        return
    for last in reversed(range(len(order))):
        same = {column: value for (column, _), value in zip(order[:last], key, strict=False)}
        column, down = order[last]
        yield ordered.filter(**same, **{f"{column}__{'lt' if down else 'gt'}": key[last]})


def _rows(plan: Plan, found: list[Slot]) -> list[Row]:
    rows = []
    for slot in found:
        kind = plan.kinds.get(slot.kind)
        revision = slot.record.live
        payload = rendition.public(kind, revision.data) if kind and revision else {}
        rows.append(Row(slot.record, payload))
    return rows


def _total(
    viewer: sight.Viewer,
    rows: QuerySet[Slot],
    kind: str | None,
    unit: Unit | None,
    year: int | None,
    is_filtered: bool,
) -> tuple[int, bool]:
    if not is_filtered and viewer.is_anonymous:
        return counting.total(Audience.PUBLIC, kind=kind, unit=unit, year=year), True
    count = rows.order_by()[: COUNTED + 1].count()
    return min(count, COUNTED), count <= COUNTED
