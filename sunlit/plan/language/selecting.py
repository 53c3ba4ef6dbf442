"""Resolves selectors to units: a pure question of the plan and a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sunlit.plan.language.selectors import Selector
from sunlit.plan.language.units import Succession, Unit


def holders(units: Sequence[Unit], succession: Sequence[Succession], on: date | None) -> dict[str, set[str]]:
    """Return for each function the units that hold it on a day, or once every succession has happened (None)."""
    held: dict[str, set[str]] = {}
    for unit in units:
        for function in unit.functions:
            held.setdefault(function, set()).add(unit.code)
    for step in sorted(succession, key=lambda step: step.on):
        if on is None or step.on <= on:
            having = held.setdefault(step.function, set())
            having.discard(step.source_unit)
            having.add(step.target_unit)
    return held


def is_open(unit: Unit, on: date | None) -> bool:
    """Tell whether a unit exists on a day; without a day, whether it was never closed."""
    if on is None:
        return unit.closed is None
    return (unit.opened or date.min) <= on < (unit.closed or date.max)


class Resolver:
    """Answers which units a selector names on a day; every answer is kept."""

    def __init__(
        self,
        units: Mapping[str, Unit],
        selectors: Mapping[str, Selector],
        succession: Sequence[Succession],
        on: date | None,
    ) -> None:
        self._units = units
        self._selectors = selectors
        self._held = holders(tuple(units.values()), succession, on)
        self._open = {code for code, unit in units.items() if is_open(unit, on)}
        self._known: dict[str, frozenset[str]] = {}

    def select(self, code: str) -> frozenset[str]:
        """Return the codes of the open units that a selector names; raises KeyError for an unknown selector."""
        if code not in self._known:
            self._known[code] = self._resolve(self._selectors[code])
        return self._known[code]

    def _resolve(self, selector: Selector) -> frozenset[str]:
        chosen: set[str] = set(selector.units)
        if selector.classes:
            chosen |= {code for code, unit in self._units.items() if unit.cls in selector.classes}
        for function in selector.functions:
            chosen |= self._held.get(function, set())
        for other in selector.any:
            chosen |= self.select(other)
        if selector.within:
            inside = self.subtree(selector.within)
            named = selector.units or selector.classes or selector.functions or selector.any
            chosen = chosen & inside if named else inside
        for other in selector.but:
            chosen -= self.select(other)
        return frozenset(chosen & self._open)

    def subtree(self, root: str) -> set[str]:
        """Return the codes of a unit and of all below it."""
        children: dict[str | None, list[str]] = {}
        for code, unit in self._units.items():
            children.setdefault(unit.parent, []).append(code)
        found: set[str] = set()
        stack = [root]
        while stack:
            code = stack.pop()
            if code not in found:
                found.add(code)
                stack += children.get(code, ())
        return found
