"""What a unit does, from whom it took it over, and to whom it passed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sunlit.calendars import today
from sunlit.plan.language import Plan
from sunlit.plan.language.units import Succession
from sunlit.portal import links
from sunlit.screens.components import Link
from sunlit.screens.words import say


@dataclass(frozen=True)
class Transfer:
    """A function that passed to or from another unit, and where that is written."""

    way: Literal["taken over", "handed over"]
    other: Link
    on: date
    source: str
    checked: bool


@dataclass(frozen=True)
class FunctionView:
    """A function that a unit has or had."""

    label: str
    is_held: bool
    transfers: list[Transfer]


def functions_of(plan: Plan, code: str) -> list[FunctionView]:
    """Return the functions of a unit as of today, those that it has handed over last."""
    unit = plan.units.get(code)
    steps = sorted((step for step in plan.succession if code in (step.source_unit, step.target_unit)), key=_on)
    held = dict.fromkeys(unit.functions if unit else (), True)
    transfers: dict[str, list[Transfer]] = {}
    for step in steps:
        if step.on <= today():
            held[step.function] = step.target_unit == code
        transfers.setdefault(step.function, []).append(_transfer(plan, code, step))
    found = [
        FunctionView(say(plan.functions[function].label), is_held, transfers.get(function, []))
        for function, is_held in held.items()
        if function in plan.functions
    ]
    return sorted(found, key=lambda view: not view.is_held)


def _on(step: Succession) -> date:
    return step.on


def _transfer(plan: Plan, code: str, step: Succession) -> Transfer:
    taken = step.target_unit == code
    other = step.source_unit if taken else step.target_unit
    return Transfer(
        "taken over" if taken else "handed over",
        links.to_unit(plan.units[other]) if other in plan.units else Link(other),
        step.on,
        step.source,
        step.checked is not None,
    )
