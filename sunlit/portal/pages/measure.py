"""One measure: its clause, who answers for it, what has been published, what is owed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from sunlit import sight
from sunlit.calendars import today
from sunlit.plan import selectors as plans
from sunlit.plan.language import Plan
from sunlit.plan.language.limits import Limit
from sunlit.plan.language.targets import Target
from sunlit.portal import links, structure
from sunlit.portal.pages import pieces
from sunlit.portal.pages.pieces import Segment
from sunlit.portal.pages.plan import figures_of
from sunlit.records import selectors as records
from sunlit.screens.components import Figure, Link, RecordRow
from sunlit.screens.words import joined, say, unit_name
from sunlit.units import selectors as units

LISTED_UNITS = 80
PUBLISHERS = 20
RECENT = 5


@dataclass(frozen=True)
class UnitGroup:
    """The units that one selector names; not listed where they are too many to read."""

    label: str
    count: int
    units: list[Link]


@dataclass(frozen=True)
class LimitView:
    """A legal limit in words, with where it is written."""

    amount: str
    trigger: str
    source: str
    checked: bool


@dataclass(frozen=True)
class DutyView:
    """What is owed, by whom, how often and by when."""

    label: str
    owes: str
    every: str
    limit: LimitView | None


@dataclass(frozen=True)
class TargetView:
    """A figure to be reached and how it is computed."""

    label: str
    of: str
    over: str
    bound: str


@dataclass(frozen=True)
class ProcedureView:
    """A procedure as declared."""

    label: str
    steps: list[str]


@dataclass(frozen=True)
class Publisher:
    """How much one unit has published under a measure."""

    label: str
    url: str
    count: int
    this_year: int


@dataclass(frozen=True)
class MeasurePage:
    """One measure of the plan."""

    crumbs: list[Link]
    number: int
    title: str
    clause: list[Segment]
    leads: list[Link]
    lead_text: str
    responsible: list[UnitGroup]
    responsible_text: str
    figures: list[Figure]
    publishers: list[Publisher]
    more_publishers: int
    recent: list[RecordRow]
    duties: list[DutyView]
    targets: list[TargetView]
    procedures: list[ProcedureView]
    previous: Link | None
    next: Link | None


def measure(viewer: sight.Viewer, number: int) -> MeasurePage | None:
    """Fill a measure's page; None if the plan has no such measure."""
    plan = plans.current()
    found = plan.measures.get(number)
    if found is None:
        return None
    part = plan.parts[found.part]
    # What serves every measure says nothing of who publishes for this one.
    kinds = [kind.code for kind in plan.kinds_of_measure(number) if not kind.settings.measure_field]
    publishers, more = _publishers(kinds)
    to_part = Link(say(part.title), f"{reverse('portal:plan')}#part-{part.number}")
    return MeasurePage(
        crumbs=pieces.crumbs(Link(_("The plan"), reverse("portal:plan")), to_part, here=str(number)),
        number=number,
        title=say(found.title),
        clause=pieces.clause(found),
        leads=_with_former_names(plan, plan.leads(number), found.lead),
        lead_text=found.lead_text or "",
        responsible=[_group(plan, code) for code in found.responsible],
        responsible_text=found.responsible_text or "",
        figures=figures_of(plan, number, records.by_kind_and_measure()),
        publishers=publishers,
        more_publishers=more,
        recent=pieces.record_rows(plan, records.recent(viewer, RECENT, kinds=kinds)) if kinds else [],
        duties=_duties(plan, number),
        targets=[_target(target) for target in plan.targets.values() if target.measure == number],
        procedures=_procedures(plan, number),
        previous=_neighbour(plan, number - 1),
        next=_neighbour(plan, number + 1),
    )


def _neighbour(plan: Plan, number: int) -> Link | None:
    found = plan.measures.get(number)
    return Link(f"{number} {pieces.short_title(found)}", links.measure(number)) if found else None


def _with_former_names(plan: Plan, codes: Iterable[str], selectors: tuple[str, ...]) -> list[Link]:
    """Link to units; behind each the units whose function brought it here, as the plan still calls them."""
    functions = structure.functions_of_selectors(plan, selectors)
    found = []
    for code in codes:
        former = [
            plan.units[source].short or plan.units[source].name
            for source, function in structure.former_units(plan).get(code, ())
            if function in functions and source in plan.units
        ]
        note = f"原{'、'.join(dict.fromkeys(former))}" if former else ""
        found.append(links.to_unit(plan.units[code], short=True, note=note))
    return found


def _group(plan: Plan, selector: str) -> UnitGroup:
    codes = plan.select(selector)
    listed = _with_former_names(plan, codes, (selector,)) if len(codes) <= LISTED_UNITS else []
    return UnitGroup(say(plan.selectors[selector].label), len(codes), listed)


def _publishers(kinds: list[str]) -> tuple[list[Publisher], int]:
    """Return the units that have published most, and how many more there are."""
    counts = _by_unit(kinds)
    this_year = _by_unit(kinds, year=today().year)
    first = sorted(counts, key=lambda path: (-counts[path], path))[:PUBLISHERS]
    found = units.by_paths(first)
    listed = [
        Publisher(
            unit_name(found[path], short=True), links.unit(found[path].code), counts[path], this_year.get(path, 0)
        )
        for path in first
        if path in found
    ]
    return listed, len(counts) - len(first)


def _by_unit(kinds: list[str], *, year: int | None = None) -> dict[str, int]:
    counts: dict[str, int] = {}
    for kind in kinds:
        for path, count in records.by_unit(kind=kind, year=year).items():
            counts[path] = counts.get(path, 0) + count
    return counts


def _duties(plan: Plan, number: int) -> list[DutyView]:
    return [
        DutyView(
            label=say(duty.label),
            owes=say(plan.selectors[duty.owes].label),
            every=every(duty.every),
            limit=limit_view(plan.limits[duty.limit]) if duty.limit in plan.limits and duty.limit else None,
        )
        for duty in plan.duties.values()
        if duty.measure == number
    ]


def every(word: str) -> str:
    """Say how often something is owed."""
    return {
        "event": _("each time"),
        "day": _("daily"),
        "month": _("monthly"),
        "quarter": _("quarterly"),
        "half-year": _("every half-year"),
        "year": _("yearly"),
    }.get(word, word)


def limit_view(limit: Limit) -> LimitView:
    """Say a legal limit in words."""
    units_in_words = {
        "workday": ngettext("%d working day", "%d working days", limit.amount),
        "calendar_day": ngettext("%d day", "%d days", limit.amount),
        "week": ngettext("%d week", "%d weeks", limit.amount),
        "hour": ngettext("%d hour", "%d hours", limit.amount),
        "month": ngettext("%d month", "%d months", limit.amount),
        "year": ngettext("%d year", "%d years", limit.amount),
    }
    return LimitView(units_in_words[limit.unit] % limit.amount, limit.trigger, limit.source, limit.checked is not None)


def _target(target: Target) -> TargetView:
    bounds = []
    if target.at_least is not None:
        bounds.append(f"≥ {target.at_least}%")
    if target.at_most is not None:
        bounds.append(f"≤ {target.at_most}%")
    if target.exactly is not None:
        bounds.append(f"{target.exactly}%")
    if target.trend:
        bounds.append(pgettext("trend", "rising") if target.trend == "rising" else pgettext("trend", "falling"))
    return TargetView(say(target.label), target.of, target.over, joined(bounds))


def _procedures(plan: Plan, number: int) -> list[ProcedureView]:
    return [
        ProcedureView(say(procedure.label), [say(state.label) for state in procedure.states])
        for procedure in plan.procedures.values()
        if procedure.measure == number
    ]
