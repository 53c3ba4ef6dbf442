"""Questions to the plan that pages ask again and again; answered once per plan version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from sunlit.plan.language import Plan, Unit
from sunlit.plan.language.duties import Duty
from sunlit.plan.language.navigation import Area


@dataclass(frozen=True)
class Part:
    """What a unit has to do with a measure."""

    measure: int
    leads: bool
    responsible: bool


@lru_cache(maxsize=2)
def children(plan: Plan) -> Mapping[str, tuple[Unit, ...]]:
    """Return the open units below each unit, in the order of the register."""
    below: dict[str, list[Unit]] = {}
    for unit in plan.units.values():
        if unit.parent and unit.closed is None:
            below.setdefault(unit.parent, []).append(unit)
    return {code: tuple(units) for code, units in below.items()}


def ancestors(plan: Plan, code: str) -> list[Unit]:
    """Return the units above a unit, the highest first."""
    found: list[Unit] = []
    parent = plan.units[code].parent
    while parent and parent in plan.units:
        found.append(plan.units[parent])
        parent = plan.units[parent].parent
    return found[::-1]


@lru_cache(maxsize=2)
def parts_of_units(plan: Plan) -> Mapping[str, tuple[Part, ...]]:
    """Return for each unit the measures that it leads or is responsible for."""
    parts: dict[str, list[Part]] = {}
    for number in plan.measures:
        leads, responsible = set(plan.leads(number)), set(plan.responsible(number))
        for code in leads | responsible:
            parts.setdefault(code, []).append(Part(number, code in leads, code in responsible))
    return {code: tuple(found) for code, found in parts.items()}


@lru_cache(maxsize=2)
def duties_of_units(plan: Plan) -> Mapping[str, tuple[Duty, ...]]:
    """Return for each unit the duties that the plan lays on it."""
    owed: dict[str, list[Duty]] = {}
    for duty in plan.duties.values():
        for code in plan.select(duty.owes):
            owed.setdefault(code, []).append(duty)
    return {code: tuple(duties) for code, duties in owed.items()}


@lru_cache(maxsize=2)
def former_units(plan: Plan) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Return for each unit the (unit, function) pairs that passed to it."""
    former: dict[str, list[tuple[str, str]]] = {}
    for step in sorted(plan.succession, key=lambda step: step.on):
        former.setdefault(step.target_unit, []).append((step.source_unit, step.function))
    return {code: tuple(pairs) for code, pairs in former.items()}


def functions_of_selectors(plan: Plan, codes: tuple[str, ...]) -> set[str]:
    """Return the functions by which selectors find their units, through the selectors that they are made of."""
    found: set[str] = set()
    waiting, seen = list(codes), set()
    while waiting:
        code = waiting.pop()
        if code not in seen:
            seen.add(code)
            found.update(plan.selectors[code].functions)
            waiting += plan.selectors[code].any
    return found


def area_of(plan: Plan, kind: str) -> Area | None:
    """Return the field of life to which a kind belongs most: where its neighbours serve the same measures."""
    areas = [area for area in plan.navigation.fields if kind in plan.kinds_of_area[area.code]]
    own = set(plan.kinds[kind].measures) if kind in plan.kinds else set()

    def kinship(area: Area) -> float:
        others = [set(plan.kinds[code].measures) for code in plan.kinds_of_area[area.code] if code in plan.kinds]
        return sum(len(own & other) / len(own | other) for other in others)

    return max(areas, key=kinship, default=None)


@lru_cache(maxsize=2)
def unit_by_region(plan: Plan) -> Mapping[str, str]:
    """Return the short name of the government of each division, for showing division codes as names."""
    governing = {code for code, one in plan.classes.items() if one.level != "none"}
    names: dict[str, str] = {}
    for unit in plan.units.values():
        if unit.region and unit.cls in governing:
            names.setdefault(unit.region, unit.short or unit.name)
    return names


def unit_called(plan: Plan, words: str) -> Unit | None:
    """Return the open unit with this code, name, short name or alias; None if there is none or more than one."""
    wanted = words.strip()
    if wanted in plan.units:
        return plan.units[wanted]
    found = [
        unit
        for unit in plan.units.values()
        if unit.closed is None and wanted in (unit.name, unit.short, unit.name_en, *unit.aliases)
    ]
    return found[0] if len(found) == 1 else None
