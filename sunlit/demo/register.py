"""What recipes may say of units: whom a name means, and the names of a unit that texts may use."""

from __future__ import annotations

import random
from collections.abc import Iterable
from functools import cached_property

from sunlit.demo.values import RecipeFault
from sunlit.plan.language import Plan
from sunlit.plan.language.selecting import holders


class Register:
    """Answers for the units of a plan; every answer is kept."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._known: dict[str, list[str]] = {}

    def all(self, names: Iterable[str]) -> list[str]:
        """Return the open units that any of the names means; raise RecipeFault if there is none."""
        return list(dict.fromkeys(code for name in names for code in self._meant(name)))

    def pick(self, name: str, chance: random.Random) -> str:
        """Draw one of the units that a name means."""
        return chance.choice(self._meant(name))

    def names(self, code: str) -> dict[str, str]:
        """Return what a text may say of a unit: itself, the unit above it, and the county or park it belongs to."""
        if code not in self._plan.units:
            raise RecipeFault(f"there is no unit {code}")
        unit = self._plan.units[code]
        parent = self._plan.units[unit.parent or code]
        county = self._plan.units[self._county(code)]
        return {
            "code": code,
            "name": unit.name,
            "short": unit.short or unit.name,
            "class": unit.cls,
            "region": unit.region or "",
            "org9": unit.org9 or "",
            "parent": parent.short or parent.name,
            "parent_class": parent.cls,
            "county": county.code,
            "county_short": county.short or county.name,
        }

    def _county(self, code: str) -> str:
        """Return the county or park a unit belongs to, or the city itself."""
        root = self._plan.head.root
        while (above := self._plan.units[code].parent) is not None and above != root:
            code = above
        level = self._plan.classes[self._plan.units[code].cls].level
        return code if level == "county" else root

    def _meant(self, name: str) -> list[str]:
        if name not in self._known:
            found = [code for code in self._find(name) if self._plan.units[code].closed is None]
            if not found:
                raise RecipeFault(f"{name} means no open unit")
            self._known[name] = found
        return self._known[name]

    def _find(self, name: str) -> list[str]:
        word, _, value = name.partition(":")
        if word == "class":
            return [unit.code for unit in self._plan.units.values() if unit.cls == value]
        if word == "function":
            return sorted(self._holders.get(value, ()))
        if name in self._plan.selectors:
            return list(self._plan.select(name))
        if name in self._plan.units:
            return [name]
        raise RecipeFault(f"{name} is neither a unit, a selector, class:… nor function:…")

    @cached_property
    def _holders(self) -> dict[str, set[str]]:
        return holders(tuple(self._plan.units.values()), self._plan.succession, None)
