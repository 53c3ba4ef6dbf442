"""The figures behind a chart, taken from one record's payload or from the slots of many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from sunlit import sight
from sunlit.plan.agreements import FEN_PER
from sunlit.plan.language import Column, Field, Kind, Plan
from sunlit.plan.language.kinds import Chart
from sunlit.records import rendition, slots
from sunlit.records.models import Slot
from sunlit.records.states import Audience
from sunlit.screens import fields
from sunlit.screens.book import Book
from sunlit.screens.components import Link
from sunlit.screens.words import say, unit_name
from sunlit.units.models import Unit

MOST_POINTS = 400
"""Records of a kind that are drawn, the latest ones; a longer curve says nothing more at the size of a page."""
MOST_SERIES = 6
FIGURES = frozenset({"money", "number", "percent"})


@dataclass(frozen=True)
class Point:
    """One figure: where it stands, to which series it belongs, and which measure it is (the heading of its axis)."""

    x: str
    series: str
    measure: str
    value: float


@dataclass(frozen=True)
class Figures:
    """All of a chart: its word, how ``x`` is read (day, year or text), its name, the points, and what is left out."""

    word: str
    scale: str
    title: str
    points: list[Point] = field(default_factory=list)
    note: str = ""

    @property
    def measures(self) -> list[str]:
        """Return the measures in the order in which they first occur."""
        return list(dict.fromkeys(point.measure for point in self.points))


def of_record(plan: Plan, kind: Kind, payload: Mapping[str, Any]) -> Figures | None:
    """Return the figures of one record's chart, or None if it has none to draw."""
    chart = kind.show.chart
    if chart is None:
        return None
    table = chart.y[0].partition(".")[0] if chart.y and "." in chart.y[0] else ""
    points = list(_of_table(plan, kind, chart, payload, table) if table else _of_fields(plan, kind, chart, payload))
    worth = len({point.x for point in points}) > 1
    return Figures(chart.word, _scale(kind, chart), say(kind.label), points) if worth else None


def _of_table(plan: Plan, kind: Kind, chart: Chart, payload: Mapping[str, Any], table: str) -> Iterator[Point]:
    declared = kind.by_name[table]
    book = _book(plan)
    named = declared.column((chart.x or "").partition(".")[2])
    series = [column for name in chart.y if (column := declared.column(name.partition(".")[2]))]
    rows: Sequence[Mapping[str, Any]] = payload.get(table) or ()
    for place, row in enumerate(rows, start=1):
        if any(row.get(among.column) not in among.values for among in chart.only):
            continue
        x = fields.plain(named, row.get(named.name), book) if named else str(place)
        for column in series:
            if row.get(column.name) not in (None, "") and x:
                label = say(column.label)
                yield Point(x, label, _heading(column, shared=len(series) > 1), _value(column, row[column.name]))


def _of_fields(plan: Plan, kind: Kind, chart: Chart, payload: Mapping[str, Any]) -> Iterator[Point]:
    """Yield the figures of single fields: with nothing else to tell them apart, their names stand below them."""
    for name in chart.y:
        declared = kind.by_name[name]
        if payload.get(name) not in (None, "") and declared.type in FIGURES:
            yield Point(say(declared.label), "", _heading(declared, shared=True), _value(declared, payload[name]))


def of_kind(plan: Plan, kind: Kind) -> Figures | None:
    """Return the figures of a kind's chart over its latest public records, or None if there are too few."""
    chart = kind.settings.chart
    if chart is None or chart.x is None or Audience.PUBLIC not in kind.settings.allowed_audiences:
        return None
    places = slots.places(plan, kind.code)
    if not {chart.x, *chart.y} <= set(places):
        return None
    rows = sight.visible(sight.anonymous(), Slot.objects.filter(kind=kind.code, audience=Audience.PUBLIC))
    found = list(rows.order_by("-published_at", "-record_id")[:MOST_POINTS])
    name_of = _series_of(plan, kind, chart, found)
    points = [
        Point(x, name_of(row), _heading(kind.by_name[name]), value)
        for row in reversed(found)
        if (x := _x(kind.by_name[chart.x], places[chart.x], row, plan))
        for name in chart.y
        if (value := _slot_value(kind.by_name[name], places[name], row)) is not None
    ]
    if _hides(points):
        return None
    kept, note = _main_series(points)
    worth = len({point.x for point in kept}) > 1
    return Figures(chart.word, _scale(kind, chart), say(kind.label), kept, note) if worth else None


def _hides(points: Sequence[Point]) -> bool:
    """Tell whether figures would lie on top of each other: then the plan must say by what else to tell them apart."""
    places = Counter((point.x, point.series, point.measure) for point in points)
    # A late correction or a second batch on one day is no reason to show nothing.
    return sum(count - 1 for count in places.values()) * 10 > len(points)


def _series_of(plan: Plan, kind: Kind, chart: Chart, found: Sequence[Slot]) -> Callable[[Slot], str]:
    """Return what tells the records apart: their unit, if there are several, and the fields that the chart names."""
    places = slots.places(plan, kind.code)
    paths = {row.unit_path for row in found}
    units = Unit.objects.filter(path__in=paths) if len(paths) > 1 else Unit.objects.none()
    names = {unit.path: unit_name(unit, short=True) for unit in units}

    def name_of(row: Slot) -> str:
        parts = [names.get(row.unit_path, ""), *(_x(kind.by_name[name], places[name], row, plan) for name in chart.by)]
        return " ".join(part for part in parts if part)

    return name_of


def _main_series(points: Sequence[Point]) -> tuple[list[Point], str]:
    """Keep the series with most points, and of each place the last; say how many series are left out.

    More lines than colours cannot be told apart.
    """
    latest = {(point.x, point.series, point.measure): point for point in points}
    counts = Counter(point.series for point in latest.values())
    kept = {series for series, _count in counts.most_common(MOST_SERIES)}
    note = ""
    if len(counts) > len(kept):
        sentence = _("%(shown)d of %(all)d are drawn, those with most records; the list has them all.")
        note = sentence % {"shown": len(kept), "all": len(counts)}
    return [point for point in latest.values() if point.series in kept], note


def _x(declared: Field, place: slots.Place, row: Slot, plan: Plan) -> str:
    value = getattr(row, place.column)
    if value in (None, place.empty):
        return ""
    if declared.type == "date":
        return str(value.isoformat())
    if declared.type in FIGURES:
        return f"{Decimal(value) / slots.SCALE:f}".rstrip("0").rstrip(".")
    (code,) = place.read(value)
    return fields.plain(declared, code, _book(plan))


def _slot_value(declared: Field, place: slots.Place, row: Slot) -> float | None:
    stored = getattr(row, place.column)
    if stored is None or stored == place.empty:
        return None
    scale = FEN_PER[declared.unit or "元"] if declared.type == "money" else slots.SCALE
    return float(Decimal(stored) / scale)


def _value(declared: Field | Column, value: Any) -> float:
    return float(Decimal(str(value)) / (FEN_PER[declared.unit or "元"] if declared.type == "money" else 1))


def _heading(declared: Field | Column, *, shared: bool = False) -> str:
    """Return the heading of the axis: the name with its unit, or the unit alone where several names share the axis."""
    label = fields.column_label(declared)
    return label.removeprefix(say(declared.label)).strip(" ()") if shared else label


def _scale(kind: Kind, chart: Chart) -> str:
    declared: Field | Column | None = kind.field(chart.x or "")
    if declared is None and chart.x and "." in chart.x:
        table, _dot, name = chart.x.partition(".")
        declared = kind.by_name[table].column(name)
    if declared is None or not (declared.type == "date" or declared.type == "number"):
        return "text"
    return "day" if declared.type == "date" else "year"


def _book(plan: Plan) -> Book:
    def find_unit(code: str) -> Link:
        unit = plan.units.get(code)
        return Link(unit_name(unit, short=True) if unit else code)

    names = rendition.regions(plan)
    return Book(plan, find_unit=find_unit, find_region=lambda code: names.get(code, code))
