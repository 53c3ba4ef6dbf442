"""One unit: what it is, what it owes, what it has published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from sunlit import sight
from sunlit.pagecache import pages as pagecache
from sunlit.pagecache.tags import ANY
from sunlit.plan import selectors as plans
from sunlit.plan.language import Plan
from sunlit.portal import links, structure
from sunlit.portal.books import book_for
from sunlit.portal.pages import pieces
from sunlit.portal.pages.listing import ClosedRecord
from sunlit.portal.pages.measure import DutyView, every, limit_view
from sunlit.portal.pages.standard import rows_of
from sunlit.portal.pages.succession import FunctionView, functions_of
from sunlit.records import selectors as records
from sunlit.records.startpages import selectors as startpages
from sunlit.screens import fields
from sunlit.screens.components import CellState, Figure, Link, RecordRow, Strip
from sunlit.screens.fields import FieldView
from sunlit.screens.startpages import StartView, start_view
from sunlit.screens.words import say, unit_name
from sunlit.units import selectors as units
from sunlit.units.models import Unit

RECENT = 8
CLOSED = 6
YEARS = 4
PROFILE = "概况信息"
"""The national column type (网站 ColumnType) of a record that says what a unit is."""


@dataclass(frozen=True)
class FormerNameView:
    """A name under which the unit, or what has passed to it, was known."""

    name: str
    until: date


@dataclass(frozen=True)
class Profile:
    """The facts of a unit's own latest profile, with the record that they come from."""

    source: Link
    facts: list[FieldView]


@dataclass(frozen=True)
class KindOfUnit:
    """What a unit and all below it have published of a kind; the years follow those of the page."""

    label: str
    about: str
    total: Figure
    years: list[Figure]


@dataclass(frozen=True)
class UnitsOfClass:
    """The units directly below, by class."""

    label: str
    units: list[Link]


@dataclass(frozen=True)
class UnitPage:
    """One unit."""

    crumbs: list[Link]
    code: str
    name: str
    start: StartView | None
    other_names: list[str]
    cls: str
    is_village: bool
    above: Link | None
    former_names: list[FormerNameView]
    closed: date | None
    address: str
    phone: str
    hours: str
    org9: str
    region: str
    functions: list[FunctionView]
    profile: Profile | None
    strip: Strip | None
    leads: list[Link]
    responsible: list[Link]
    duties: list[DutyView]
    years: list[int]
    kinds: list[KindOfUnit]
    total: int
    recent: list[RecordRow]
    for_group: list[ClosedRecord]
    below: list[UnitsOfClass]
    all_url: str
    standard_url: str


def unit_page(viewer: sight.Viewer, code: str, *, today: date) -> UnitPage | None:
    """Fill a unit's page; None if there is no such unit."""
    plan = plans.current()
    unit = units.by_code(code)
    if unit is None:
        return None
    pagecache.shows(f"unit:{unit.path}")
    cls = plan.classes.get(unit.cls)
    counts = records.by_kind_and_year(unit)
    years = sorted({year for _kind, year in counts}, reverse=True)[:YEARS]
    above = list(units.ancestors(unit))
    trail = [Link(_("Units"), reverse("portal:units")), *(_link(one) for one in above)]
    parts = structure.parts_of_units(plan).get(code, ())
    start = _start(plan, viewer, unit, today)
    return UnitPage(
        crumbs=pieces.crumbs(*trail, here=unit_name(unit, short=True)),
        code=code,
        name=unit_name(unit),
        start=start,
        other_names=[name for name in dict.fromkeys((unit.short, *unit.aliases)) if name and name != unit.name],
        cls=say(cls.label) if cls else "",
        is_village=unit.level == "village",
        above=_link(above[-1]) if above else None,
        former_names=[FormerNameView(former.name, former.until) for former in units.former_names(unit)],
        closed=unit.closed,
        address=(start.address if start else "") or unit.address,
        phone=(start.phone if start else "") or unit.phone,
        hours=(start.hours if start else "") or unit.hours,
        org9=unit.org9 or "",
        region=unit.region,
        functions=functions_of(plan, code),
        profile=_profile(plan, viewer, unit),
        strip=_strip(plan, {part.measure for part in parts}, counts) if parts else None,
        leads=[_measure(plan, part.measure) for part in parts if part.leads],
        responsible=[_measure(plan, part.measure) for part in parts if part.responsible and not part.leads],
        duties=_duties(plan, code),
        years=years,
        kinds=_kinds(plan, unit, counts, years),
        total=sum(counts.values()),
        recent=[] if start and start.columns else _recent(plan, viewer, unit),
        for_group=_for_group(viewer, unit),
        below=_below(plan, code),
        all_url=reverse("portal:catalogue"),
        standard_url=_standard(plan, code),
    )


def _start(plan: Plan, viewer: sight.Viewer, unit: Unit, today: date) -> StartView | None:
    """Return the start page that is in force, with the columns in which there is something to read."""
    content = startpages.shown(plan, unit)
    if content.is_empty:
        return None
    view = start_view(viewer, plan, unit, content, today=today)
    if any(column.is_waiting for column in view.columns):
        pagecache.never()
    return view.for_readers()


def _recent(plan: Plan, viewer: sight.Viewer, unit: Unit) -> list[RecordRow]:
    found = records.listing(viewer, unit=unit, size=RECENT).rows
    return pieces.record_rows(plan, (row.record for row in found))


def _standard(plan: Plan, code: str) -> str:
    """Return the address of what the standard catalogue asks of the unit, or '' if it asks nothing."""
    return reverse("portal:unit_standard", kwargs={"code": code}) if rows_of(plan, code) else ""


def _link(unit: Unit) -> Link:
    return Link(unit_name(unit, short=True), links.unit(unit.code))


def _measure(plan: Plan, number: int) -> Link:
    return Link(f"{number} {pieces.short_title(plan.measures[number])}", links.measure(number))


def _profile(plan: Plan, viewer: sight.Viewer, unit: Unit) -> Profile | None:
    """Return what the unit's latest profile says, if the plan has a kind of profile that the unit keeps."""
    for kind in plan.kinds.values():
        if kind.settings.column_type != PROFILE or unit.code not in plan.select(kind.holders):
            continue
        found = records.listing(viewer, kind=kind.code, unit=unit, size=1).rows
        if found:
            payload, record = found[0].payload, found[0].record
            if any(field.type == "record" for field in kind.fields):
                pagecache.shows(ANY)
            book = book_for(plan, viewer, [payload], [kind])
            views = [fields.present(kind, field.name, payload, book) for field in kind.fields]
            facts = [
                view for view in views if view and not view.is_wide and view.type not in ("file", "point", "region")
            ]
            return Profile(Link(record.title, links.record(record.slug or "")), facts)
    return None


def _strip(plan: Plan, mine: set[int], counts: dict[tuple[str, int], int]) -> Strip:
    """Return the plan at a glance: what is on hand of the measures in which the unit has a part."""
    figures = dict.fromkeys(mine, 0)
    for (kind, _year), count in counts.items():
        for number in plan.kinds[kind].measures if kind in plan.kinds else ():
            figures[number] = figures.get(number, 0) + count
    judge = pieces.state_by_count(figures)

    def state_of(number: int) -> tuple[CellState, str]:
        return judge(number) if number in mine else ("out", _("not this unit's"))

    return pieces.strip(plan, state_of)


def _duties(plan: Plan, code: str) -> list[DutyView]:
    return [
        DutyView(
            label=say(duty.label),
            owes=_("Measure") + f" {duty.measure}",
            every=every(duty.every),
            limit=limit_view(plan.limits[duty.limit]) if duty.limit and duty.limit in plan.limits else None,
        )
        for duty in structure.duties_of_units(plan).get(code, ())
    ]


def _kinds(plan: Plan, unit: Unit, counts: dict[tuple[str, int], int], years: Iterable[int]) -> list[KindOfUnit]:
    """Return the kinds of which the unit has published something or is to publish something, the fullest first."""
    found = []
    for kind in plan.kinds.values():
        total = sum(count for (code, _year), count in counts.items() if code == kind.code)
        if not total and unit.code not in plan.select(kind.holders):
            continue
        by_year = [
            Figure(str(year), counts.get((kind.code, year), 0), links.kind(kind.code, unit=unit.code, year=year))
            for year in years
        ]
        figure = Figure(say(kind.label), total, links.kind(kind.code, unit=unit.code))
        found.append(KindOfUnit(say(kind.label), say(kind.about), figure, by_year))
    return sorted(found, key=lambda row: -row.total.value)


def _for_group(viewer: sight.Viewer, unit: Unit) -> list[ClosedRecord]:
    return [
        ClosedRecord(stub.title, links.record(stub.slug), stub.unit, stub.published_at)
        for stub in records.stubs(viewer, unit=unit, n=CLOSED)
    ]


def _below(plan: Plan, code: str) -> list[UnitsOfClass]:
    by_class: dict[str, list[Link]] = {}
    for unit in structure.children(plan).get(code, ()):
        by_class.setdefault(unit.cls, []).append(links.to_unit(unit, short=True))
    return [UnitsOfClass(say(cls.label), by_class[cls.code]) for cls in plan.classes.values() if cls.code in by_class]
