"""Whole kinds at a glance, from their slots: values by day, the latest of each unit or group, counts in groups."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery

from sunlit import sight
from sunlit.plan import selectors as plans
from sunlit.plan.language import Kind, Plan
from sunlit.records import refilling, rendition, slots, upgrading
from sunlit.records.filtering import occurring
from sunlit.records.listing import Row
from sunlit.records.models import Slot
from sunlit.units.models import Unit

MOST_GROUPS = 200


@dataclass(frozen=True)
class Day:
    """A value of one day and the record that it comes from."""

    day: date
    value: str
    slug: str


def _ready(kind: Kind) -> dict[str, slots.Place]:
    """Return the places of a kind's fields, without those that are being filled anew after a change of the plan."""
    found = slots.places(plans.current(), kind.code)
    waiting = refilling.preparing(kind.code)
    return {name: place for name, place in found.items() if waiting is None or name not in waiting.fields}


def days(viewer: sight.Viewer, kind: Kind, day: str, value: str, *, group: tuple[str, str] | None = None) -> list[Day]:
    """Return the days of the latest four hundred values, earliest first; of two records of one day the later counts.

    ``group`` keeps the records that hold a value in a field. Values are as a payload writes them.
    """
    places = _ready(kind)
    if day not in places or value not in places:
        return []
    rows = sight.visible(viewer, Slot.objects.filter(kind=kind.code))
    if group is not None and group[0] in places:
        rows = rows.filter(**{places[group[0]].column: places[group[0]].write(group[1])})
    column, figure = places[day].column, places[value]
    found = rows.exclude(**{f"{column}__isnull": True}).order_by(f"-{column}", "-published_at")
    newest = list(found.values_list(column, figure.column, "record__slug")[:400])
    by_day = {when: Day(when, _written(figure, stored), slug or "") for when, stored, slug in reversed(newest)}
    return [by_day[when] for when in sorted(by_day)]


def _written(place: slots.Place, stored: Any) -> str:
    if stored is None or stored == place.empty:
        return ""
    if place.type == "money":
        return str(stored)
    return format((Decimal(stored) / slots.SCALE).normalize(), "f") if isinstance(stored, int) else str(stored)


def groups(viewer: sight.Viewer, kind: Kind, field: str) -> list[tuple[str, int]]:
    """Return the values of a field that occur in a kind, each with the number of its records, the fullest first."""
    place = _ready(kind).get(field)
    if place is None:
        return []
    rows = sight.visible(viewer, Slot.objects.filter(kind=kind.code)).exclude(**{f"{place.column}__isnull": True})
    counts = rows.values_list(place.column).annotate(number=Count("record_id")).order_by("-number")[:MOST_GROUPS]
    return [(_code(place, stored), count) for stored, count in counts if stored != place.empty]


def counted(viewer: sight.Viewer, kind: Kind, fields: Sequence[str]) -> list[tuple[tuple[str, ...], int]]:
    """Return how many records hold each combination of values in some fields."""
    ready = _ready(kind)
    places = [ready[name] for name in fields if name in ready]
    if len(places) < len(fields):
        return []
    rows = sight.visible(viewer, Slot.objects.filter(kind=kind.code))
    counts = rows.values_list(*(place.column for place in places)).annotate(Count("record_id")).order_by()
    return [
        (tuple(_code(place, stored) for place, stored in zip(places, values, strict=True)), count)
        for *values, count in counts
    ]


def _code(place: slots.Place, stored: Any) -> str:
    if stored in (None, place.empty):
        return ""
    return place.read(stored)[0] if isinstance(stored, str) and place.read(stored) else str(stored)


def latest_of_units(viewer: sight.Viewer, kind: Kind, codes: Collection[str]) -> dict[str, Row]:
    """Return the latest record of a kind of each of some units, by unit; one look into the index for each."""
    own = Slot.objects.filter(kind=kind.code, unit_path=OuterRef("path"))
    newest = sight.visible(viewer, own).order_by("-published_at", "-record").values("pk")[:1]
    found = Unit.objects.filter(code__in=codes).annotate(newest=Subquery(newest)).exclude(newest=None)
    by_record = dict(found.values_list("newest", "code"))
    rows = _rows(plans.current(), kind, Slot.objects.filter(pk__in=by_record))
    return {by_record[row.record.pk]: row for row in rows}


def latest_by(viewer: sight.Viewer, kind: Kind, field: str) -> dict[str, Row]:
    """Return the latest record of a kind for each value of a field, by value."""
    plan = plans.current()
    place = _ready(kind).get(field)
    if place is None or not place.column.startswith("t"):
        return {}
    rows = sight.visible(viewer, Slot.objects.filter(kind=kind.code))
    found: dict[str, Row] = {}
    for stored in occurring(rows, place.column, MOST_GROUPS):
        newest = rows.filter(**{place.column: stored}).order_by("-published_at", "-record")[:1]
        for row in _rows(plan, kind, newest):
            found[_code(place, stored)] = row
    return found


def _rows(plan: Plan, kind: Kind, rows: QuerySet[Slot]) -> list[Row]:
    return [
        Row(slot.record, _shown(plan, kind, slot))
        for slot in rows.select_related("record__live", "record__unit")
        if slot.record.live is not None
    ]


def _shown(plan: Plan, kind: Kind, slot: Slot) -> Mapping[str, Any]:
    revision = slot.record.live
    return rendition.public(kind, upgrading.payload(plan, kind, revision)) if revision else {}
