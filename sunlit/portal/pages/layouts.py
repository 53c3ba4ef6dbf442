"""How the list of a kind is laid out when its plan asks for more than rows: calendar, regions, tree, prices."""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from sunlit import sight
from sunlit.plan.language import Kind, Plan
from sunlit.plan.language.kinds import Layout
from sunlit.portal import links
from sunlit.portal.books import book_for
from sunlit.records import overviews
from sunlit.records import selectors as records
from sunlit.records.listing import Row
from sunlit.screens import fields
from sunlit.screens.book import Book
from sunlit.screens.components import Figure, Link
from sunlit.screens.fields import TableCell
from sunlit.units import selectors as units

MONTHS = 6
REGIONS = 60
"""Units in one part of a table of regions."""


@dataclass(frozen=True)
class DayView:
    """A day of a calendar: its value with the record behind it, or a gap, or outside of what is known."""

    day: int
    value: str = ""
    url: str = ""
    is_gap: bool = False


@dataclass(frozen=True)
class MonthView:
    """A month in weeks from Monday to Sunday; a place before the first or behind the last day is None."""

    label: str
    weeks: list[list[DayView | None]]
    gaps: int


@dataclass(frozen=True)
class CalendarView:
    """The values of a kind by day, latest month first; weeks begin on Monday."""

    label: str
    weekdays: list[str]
    months: list[MonthView]
    others: list[Link]
    gaps: int


@dataclass(frozen=True)
class RegionRow:
    """One unit, or one value of a field, with its latest figures; without a record it is a gap."""

    unit: Link
    record: Link | None
    published_on: str
    cells: list[TableCell]


@dataclass(frozen=True)
class RegionsView:
    """The latest figures side by side, units without any at their place; in parts if there are many."""

    columns: list[TableCell]
    rows: list[RegionRow]
    missing: int
    total: int
    parts: list[Link]


@dataclass(frozen=True)
class Branch:
    """A group of a tree with what is in it; its figure leads to the list of exactly these records."""

    figure: Figure
    branches: list[Branch] = field(default_factory=list)


@dataclass(frozen=True)
class LayoutView:
    """What stands above the rows of a list: at most one of these is filled."""

    word: str
    calendar: CalendarView | None = None
    regions: RegionsView | None = None
    tree: list[Branch] = field(default_factory=list)


@dataclass(frozen=True)
class Context:
    """What every layout needs: the plan, who looks, the kind and its layout, and what was asked."""

    plan: Plan
    viewer: sight.Viewer
    kind: Kind
    layout: Layout
    ask: Callable[[str], str]


def layout_view(plan: Plan, viewer: sight.Viewer, kind: Kind, ask: Callable[[str], str]) -> LayoutView | None:
    """Fill the layout of a kind's list; None if the plan asks for plain rows. ``ask`` gives a parameter, or ''."""
    layout = kind.show.layout
    if layout is None or layout.word not in _FILL:
        return None
    return _FILL[layout.word](Context(plan, viewer, kind, layout, ask))


def group_field(kind: Kind) -> str:
    """Return the field by whose values the rows of a price list are put together, or ''."""
    layout = kind.show.layout
    return layout.by[0] if layout is not None and layout.word == "prices" and layout.by else ""


def per_field(kind: Kind) -> str:
    """Return the field that says what the prices of a list are counted by, or ''."""
    layout = kind.show.layout
    return layout.per or "" if layout is not None and layout.word == "prices" else ""


def _calendar(context: Context) -> LayoutView | None:
    kind, layout = context.kind, context.layout
    if layout.day is None or not layout.values:
        return None
    group, others = _chosen_group(context)
    found = overviews.days(context.viewer, kind, layout.day, layout.values[0], group=group)
    if not found:
        return None
    known = {one.day: one for one in found}
    first, last = found[0].day, found[-1].day
    months = [_month(context, year, month, known, first, last) for year, month in _months(first, last)]
    declared = kind.by_name[layout.values[0]]
    label = fields.column_label(declared)
    if group is not None:
        label = f"{_book(context).region(group[1])} · {label}" if _is_region(context) else label
    view = CalendarView(label, _weekdays(), months, others, sum(month.gaps for month in months))
    return LayoutView("calendar", calendar=view)


def _weekdays() -> list[str]:
    return [_("Mo"), _("Tu"), _("We"), _("Th"), _("Fr"), _("Sa"), _("Su")]


def _is_region(context: Context) -> bool:
    return bool(context.layout.by) and context.kind.by_name[context.layout.by[0]].type == "region"


def _chosen_group(context: Context) -> tuple[tuple[str, str] | None, list[Link]]:
    """Return the group whose days are shown (the one asked for, else the fullest) and links to the others."""
    if not context.layout.by:
        return None, []
    name = context.layout.by[0]
    found = [code for code, _count in overviews.groups(context.viewer, context.kind, name) if code]
    if not found:
        return None, []
    asked = context.ask(f"f_{name}")
    chosen = asked if asked in found else found[0]
    declared, book = context.kind.by_name[name], _book(context)
    others = [
        Link(fields.plain(declared, code, book), links.kind(context.kind.code, **{f"f_{name}": code}))
        for code in found
        if code != chosen
    ]
    return (name, chosen), others


def _months(first: date, last: date) -> list[tuple[int, int]]:
    """Return the latest months between two days, the last one first."""
    found: list[tuple[int, int]] = []
    year, month = last.year, last.month
    while (year, month) >= (first.year, first.month) and len(found) < MONTHS:
        found.append((year, month))
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return found


def _month(
    context: Context, year: int, month: int, known: dict[date, overviews.Day], first: date, last: date
) -> MonthView:
    gaps = 0
    weeks: list[list[DayView | None]] = []
    declared = context.kind.by_name[context.layout.values[0]]
    book = _book(context)
    for week in calendar.Calendar().monthdatescalendar(year, month):
        row: list[DayView | None] = []
        for day in week:
            one = known.get(day)
            if day.month != month:
                row.append(None)
            elif one is not None:
                value = int(one.value) if declared.type == "money" and one.value else one.value
                row.append(DayView(day.day, fields.bare(declared, value, book), links.record(one.slug)))
            else:
                is_gap = first <= day <= last
                gaps += is_gap
                row.append(DayView(day.day, is_gap=is_gap))
        weeks.append(row)
    return MonthView(f"{year}-{month:02}", weeks, gaps)


def _regions(context: Context) -> LayoutView | None:
    view = _by_value(context) if context.layout.by else _by_unit(context)
    return LayoutView("regions", regions=view) if view.total > view.missing else None


def _by_unit(context: Context) -> RegionsView:
    """Compare the units that owe the kind, and all others that have published it; who owes and has not is a gap."""
    kind = context.kind
    listed = _expected(context)
    part = _part(context, len(listed))
    shown = listed[part * REGIONS : (part + 1) * REGIONS]
    latest = overviews.latest_of_units(context.viewer, kind, shown)
    book = _book(context, latest.values())
    rows = [
        _region(context, links.to_unit(context.plan.units[code], short=True), latest.get(code), book) for code in shown
    ]
    missing = len(shown) - len(latest)
    return RegionsView(_columns(context), rows, missing, len(shown), _parts(context, len(listed), part))


def _expected(context: Context) -> list[str]:
    """Return the units of whom records of the kind are expected, and those who have published one all the same."""
    plan, code = context.plan, context.kind.code
    owing = [duty.owes for duty in plan.duties.values() if code in duty.kinds and duty.valid_to is None]
    expected = {unit for selector in owing or [context.kind.holders] for unit in plan.select(selector)}
    published = {unit.code for unit in units.by_paths(records.by_unit(kind=code)).values()}
    return [unit for unit in plan.units if unit in expected | published]


def _by_value(context: Context) -> RegionsView:
    name = context.layout.by[0]
    declared = context.kind.by_name[name]
    latest = overviews.latest_by(context.viewer, context.kind, name)
    book = _book(context, latest.values())
    order = {code: place for place, code in enumerate(context.plan.units)}
    rows = [
        _region(context, _heading(declared.type, code, book, fields.plain(declared, code, book)), row, book)
        for code, row in sorted(latest.items(), key=lambda pair: (order.get(pair[0], len(order)), pair[0]))
    ]
    return RegionsView(_columns(context), rows, 0, len(rows), [])


def _heading(type_: str, code: str, book: Book, label: str) -> Link:
    return book.unit(code) if type_ == "unit" else Link(label)


def _part(context: Context, total: int) -> int:
    asked = context.ask("part")
    return min(int(asked) - 1, (total - 1) // REGIONS) if asked.isdecimal() and 0 < int(asked) < 1000 else 0


def _parts(context: Context, total: int, current: int) -> list[Link]:
    count = -(-total // REGIONS)
    if count < 2:
        return []
    numbers = range(1, count + 1)
    return [
        Link(str(n), "" if n == current + 1 else f"{links.kind(context.kind.code, part=n)}#regions") for n in numbers
    ]


def _columns(context: Context) -> list[TableCell]:
    declared = [context.kind.by_name[name] for name in context.layout.values]
    return [TableCell(fields.column_label(one), "", fields.is_number(one)) for one in declared]


def _region(context: Context, unit: Link, row: Row | None, book: Book) -> RegionRow:
    if row is None:
        return RegionRow(unit, None, "", [])
    cells = [
        TableCell(
            fields.bare(context.kind.by_name[name], row.payload.get(name), book),
            fields.column_label(context.kind.by_name[name]),
            fields.is_number(context.kind.by_name[name]),
        )
        for name in context.layout.values
    ]
    published = row.record.published_at
    return RegionRow(
        unit,
        Link(row.record.title, links.record(row.record.slug or "")),
        timezone.localtime(published).date().isoformat() if published else "",
        cells,
    )


def _tree(context: Context) -> LayoutView | None:
    names = context.layout.by
    counts = overviews.counted(context.viewer, context.kind, names)
    branches = _branches(context, names, counts, {})
    return LayoutView("tree", tree=branches) if branches else None


def _branches(
    context: Context,
    names: Sequence[str],
    counts: Sequence[tuple[tuple[str, ...], int]],
    asked: dict[str, str],
) -> list[Branch]:
    """Group counts by their first value; each group leads to the list narrowed by all values above it."""
    if not names:
        return []
    name, *rest = names
    declared, book = context.kind.by_name[name], _book(context)
    totals: Counter[str] = Counter()
    for values, count in counts:
        totals[values[0]] += count
    order = {code: place for place, code in enumerate(_terms(context, name))}
    found = []
    for code in sorted(totals, key=lambda one: (order.get(one, len(order)), one)):
        if not code:
            continue
        question = {**asked, f"f_{name}": code} if declared.filter else asked
        inner = [(values[1:], count) for values, count in counts if values[0] == code]
        figure = Figure(
            fields.plain(declared, code, book), totals[code], links.kind(context.kind.code, **question) + "#rows"
        )
        found.append(Branch(figure, _branches(context, rest, inner, question)))
    return found


def _terms(context: Context, name: str) -> Sequence[str]:
    choices = context.kind.by_name[name].choices
    return [term.code for term in context.plan.vocabularies[choices].terms] if choices else ()


def _book(context: Context, rows: Iterable[Row] = ()) -> Book:
    return book_for(context.plan, context.viewer, (row.payload for row in rows), [context.kind])


_FILL: dict[str, Callable[[Context], LayoutView | None]] = {
    "calendar": _calendar,
    "regions": _regions,
    "tree": _tree,
}
