"""What the site holds: records by measure, kind, class of unit and year, and what became of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from sunlit.plan import selectors as plans
from sunlit.plan.language import Plan
from sunlit.plan.publishers import is_listed
from sunlit.portal import links
from sunlit.portal.pages import pieces
from sunlit.records import selectors as records
from sunlit.records.states import GONE, Audience, RecordState
from sunlit.screens.components import Figure, Link
from sunlit.screens.words import say
from sunlit.units import selectors as units

ENDED = (RecordState.WITHDRAWN, RecordState.SUPERSEDED, *GONE)


@dataclass(frozen=True)
class PartFigures:
    """The measures of one part of the plan, each with the number of its records."""

    label: str
    measures: list[Figure]
    total: int


@dataclass(frozen=True)
class AreaFigures:
    """The kinds under one field of life, each with the number of its records."""

    label: str
    kinds: list[Figure]
    total: int


@dataclass(frozen=True)
class StatisticsPage:
    """All figures; every one of them leads to what it counts, where there is a list of it."""

    crumbs: list[Link]
    total: int
    kinds: int
    kinds_with_records: int
    publishing_units: int
    years: list[Figure]
    classes: list[Figure]
    fates: list[Figure]
    parts: list[PartFigures]
    areas: list[AreaFigures]


def statistics() -> StatisticsPage:
    """Fill the page from counters, and from the small indexes of what was corrected or has ended."""
    plan = plans.current()
    counts = records.by_kind()
    by_unit = records.by_unit()
    catalogue = reverse("portal:catalogue")
    listed = [kind for kind in plan.kinds.values() if is_listed(kind)]
    return StatisticsPage(
        crumbs=pieces.crumbs(Link(_("About this site"), reverse("portal:about")), here=_("What the site holds")),
        total=records.total(Audience.PUBLIC),
        kinds=len(listed),
        kinds_with_records=sum(1 for kind in listed if counts.get(kind.code)),
        publishing_units=len(by_unit),
        years=[Figure(str(year), count, f"{catalogue}?year={year}") for year, count in records.by_year().items()],
        classes=_classes(plan, by_unit),
        fates=_fates(),
        parts=_parts(plan),
        areas=_areas(plan, counts),
    )


def _classes(plan: Plan, by_unit: dict[str, int]) -> list[Figure]:
    """Count records by the class of the unit that published them."""
    totals: Counter[str] = Counter()
    for path, unit in units.by_paths(by_unit).items():
        totals[unit.cls] += by_unit[path]
    return [Figure(say(one.label), totals[code]) for code, one in plan.classes.items() if totals[code]]


def _fates() -> list[Figure]:
    """Count what was corrected and what has left the lists: nothing goes in silence."""
    found = [Figure(_("corrected at least once"), records.corrected())]
    ended = records.by_end()
    return found + [Figure(_ended(state), ended[state]) for state in ENDED if ended.get(state)]


def _ended(state: RecordState) -> str:
    return {
        RecordState.WITHDRAWN: _("withdrawn, still readable with the reason"),
        RecordState.SUPERSEDED: _("superseded by a later record"),
        RecordState.UNPUBLISHED: _("taken off the site, with the reason"),
        RecordState.EXPIRED: _("gone at the end of the period of display"),
        RecordState.ERASED: _("erased by law"),
    }[state]


def _parts(plan: Plan) -> list[PartFigures]:
    counts = records.by_measure()
    parts = []
    for part in plan.parts.values():
        figures = [
            Figure(f"{one.number} {pieces.short_title(one)}", counts.get(one.number, 0), links.measure(one.number))
            for one in plan.measures.values()
            if one.part == part.number
        ]
        parts.append(PartFigures(say(part.title), figures, sum(figure.value for figure in figures)))
    return parts


def _areas(plan: Plan, counts: dict[str, int]) -> list[AreaFigures]:
    areas = []
    for area in plan.navigation.fields:
        kinds = [plan.kinds[code] for code in plan.kinds_of_area[area.code] if is_listed(plan.kinds[code])]
        figures = [Figure(say(kind.label), counts.get(kind.code, 0), links.kind(kind.code)) for kind in kinds]
        areas.append(AreaFigures(say(area.label), figures, sum(figure.value for figure in figures)))
    return areas
