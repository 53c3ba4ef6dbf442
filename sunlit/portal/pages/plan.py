"""The plan with what has been published under each measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from sunlit.plan import selectors as plans
from sunlit.plan.language import Plan
from sunlit.plan.language.measures import Measure
from sunlit.portal import links
from sunlit.portal.pages import pieces
from sunlit.portal.pages.pieces import Segment
from sunlit.records import selectors as records
from sunlit.screens.components import Figure, Link, Strip
from sunlit.screens.words import say


@dataclass(frozen=True)
class MeasureInPlan:
    """One clause, annotated."""

    number: int
    title: str
    url: str
    clause: list[Segment]
    lead: str
    responsible: str
    records: int
    figures: list[Figure]


@dataclass(frozen=True)
class PartOfPlan:
    """A part of the plan."""

    number: int
    title: str
    measures: list[MeasureInPlan]


@dataclass(frozen=True)
class PlanPage:
    """The whole plan."""

    crumbs: list[Link]
    name: str
    preamble: str
    basis: list[str]
    dated: date | None
    note: str
    version: str
    strip: Strip
    parts: list[PartOfPlan]


def annotated_plan() -> PlanPage:
    """Fill the page of the plan."""
    plan = plans.current()
    counts = records.by_kind_and_measure()
    return PlanPage(
        crumbs=pieces.crumbs(here=_("The plan")),
        name=plan.head.name.zh,
        preamble=plan.preamble,
        basis=list(plan.head.basis),
        dated=plan.head.dated,
        note=say(plan.head.note) if plan.head.note else "",
        version=plan.hash,
        strip=pieces.strip(plan, pieces.state_by_count(records.by_measure())),
        parts=[_part(plan, number, counts) for number in plan.parts],
    )


Counts = Mapping[tuple[str, int], int]
"""The number of public records by kind and measure."""


def figures_of(plan: Plan, number: int, counts: Counts) -> list[Figure]:
    """Return the number of public records of each kind of a measure, linked to exactly those records."""
    return [
        Figure(say(kind.label), counts.get((kind.code, number), 0), links.kind_for_measure(kind, number))
        for kind in plan.kinds_of_measure(number)
    ]


def _part(plan: Plan, number: int, counts: Counts) -> PartOfPlan:
    measures = [measure for measure in plan.measures.values() if measure.part == number]
    return PartOfPlan(number, say(plan.parts[number].title), [_measure(plan, one, counts) for one in measures])


def _measure(plan: Plan, measure: Measure, counts: Counts) -> MeasureInPlan:
    figures = [figure for figure in figures_of(plan, measure.number, counts) if figure.value]
    return MeasureInPlan(
        number=measure.number,
        title=say(measure.title),
        url=links.measure(measure.number),
        clause=pieces.clause(measure),
        lead=measure.lead_text or "",
        responsible=measure.responsible_text or "",
        records=sum(figure.value for figure in figures),
        figures=figures,
    )
