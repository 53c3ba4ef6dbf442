"""All units: by class, and by name."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from sunlit.plan import selectors as plans
from sunlit.plan.language import Plan
from sunlit.plan.language.units import Unit as PlannedUnit
from sunlit.plan.language.units import UnitClass
from sunlit.portal import links
from sunlit.portal.pages import pieces
from sunlit.screens.components import Link
from sunlit.screens.words import say, unit_name
from sunlit.units import selectors as units
from sunlit.units.models import Unit

MAX_FOUND = 60
OPEN_SECTION = 60
"""A section with more units than this is folded."""


@dataclass(frozen=True)
class FoundUnit:
    """A unit that a search found, with what tells it from others of the same name."""

    name: str
    url: str
    cls: str
    above: str
    is_closed: bool


@dataclass(frozen=True)
class UnitsBelow:
    """The units of a class that stand under one other unit."""

    above: Link | None
    units: list[Link]


@dataclass(frozen=True)
class ClassSection:
    """All units of a class."""

    code: str
    label: str
    count: int
    is_folded: bool
    groups: list[UnitsBelow]


@dataclass(frozen=True)
class UnitsPage:
    """The register of units."""

    crumbs: list[Link]
    total: int
    query: str
    found: list[FoundUnit]
    sections: list[ClassSection]
    villages: int


def register(query: str) -> UnitsPage:
    """Fill the register; with a query, also what it finds."""
    plan = plans.current()
    open_units = [unit for unit in plan.units.values() if unit.closed is None]
    by_class: dict[str, list[PlannedUnit]] = {}
    for unit in open_units:
        by_class.setdefault(unit.cls, []).append(unit)
    # Villages are too many for one page: they are found by name, or on the page of their township.
    shown = [cls for cls in plan.classes.values() if cls.level != "village" and cls.code in by_class]
    return UnitsPage(
        crumbs=pieces.crumbs(here=_("Units")),
        total=len(open_units),
        query=query,
        found=[_found(plan, unit) for unit in units.search_by_name(query)[:MAX_FOUND]] if query else [],
        sections=[_section(plan, cls, by_class[cls.code]) for cls in shown],
        villages=sum(len(by_class[cls.code]) for cls in plan.classes.values() if cls.code in by_class)
        - sum(len(by_class[cls.code]) for cls in shown),
    )


def _found(plan: Plan, unit: Unit) -> FoundUnit:
    above = plan.units.get(unit.code)
    parent = plan.units.get(above.parent) if above and above.parent else None
    cls = plan.classes.get(unit.cls)
    return FoundUnit(
        name=unit_name(unit),
        url=links.unit(unit.code),
        cls=say(cls.label) if cls else "",
        above=unit_name(parent, short=True) if parent else "",
        is_closed=unit.closed is not None,
    )


def _section(plan: Plan, cls: UnitClass, members: list[PlannedUnit]) -> ClassSection:
    """Return a class; its units stand under their parents unless all of them have the same one."""
    by_parent: dict[str, list[Link]] = {}
    for unit in members:
        by_parent.setdefault(unit.parent or "", []).append(links.to_unit(unit, short=True))
    groups = [UnitsBelow(_above(plan, parent, by_parent), below) for parent, below in by_parent.items()]
    return ClassSection(cls.code, say(cls.label), len(members), len(members) > OPEN_SECTION, groups)


def _above(plan: Plan, parent: str, by_parent: dict[str, list[Link]]) -> Link | None:
    if len(by_parent) == 1 or parent not in plan.units:
        return None
    return links.to_unit(plan.units[parent], short=True)
