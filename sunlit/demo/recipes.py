"""Read the recipes of a plan directory and deal them out: which record, by whom, on which day."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from sunlit.calendars import working_days
from sunlit.demo.values import Making, RecipeFault, make, make_all
from sunlit.plan.language import Plan


@dataclass(frozen=True)
class Dish:
    """One record to publish: what a clerk would have typed, by which unit, on which day, and what became of it."""

    kind: str
    unit: str
    day: date
    data: Mapping[str, Any]
    audience: str
    scope: str
    marked: str
    fate: str
    reason: str


class Kitchen:
    """Turns the recipes of one directory into dishes; the same directory gives the same dishes."""

    def __init__(self, directory: Path, plan: Plan) -> None:
        self.directory = directory
        self.plan = plan
        self._working = working_days()

    @cached_property
    def recipes(self) -> list[dict[str, Any]]:
        """All recipes, in the order of their files."""
        found: list[dict[str, Any]] = []
        for path in sorted((self.directory / "recipes").glob("*.yaml")):
            # BaseLoader reads every scalar as text, as the plan language does.
            found += yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)["recipes"]  # noqa: S506
        return found

    def dishes(self) -> list[Dish]:
        """Make every record of every recipe, in the order of publication."""
        made = [dish for number, recipe in enumerate(self.recipes) for dish in self._serve(number, recipe)]
        return sorted(made, key=lambda dish: dish.day)

    def _serve(self, place: int, recipe: Mapping[str, Any]) -> Iterator[Dish]:
        chance = random.Random(f"{place}:{recipe['kind']}")  # noqa: S311
        units = self._units(recipe["units"], chance)
        rows = self._rows(recipe, len(units))
        fates = self._fates(recipe.get("ends", {}), len(rows))
        for number, row in enumerate(rows, start=1):
            making = Making(
                chance, number, self._unit(units[(number - 1) % len(units)]), date.min, row, self._pick_unit
            )
            making.day = self._day(recipe["published"], making, len(rows))
            data = make_all(recipe["data"], making)
            yield Dish(
                kind=recipe["kind"],
                unit=making.unit["code"],
                day=making.day,
                data=data,
                audience=recipe.get("audience", ""),
                scope=str(make(recipe.get("scope", ""), making)),
                marked=recipe.get("marked", "demo"),
                fate=fates.get(number, ""),
                reason=recipe.get("reason", ""),
            )

    def _units(self, names: list[str], chance: random.Random) -> list[str]:
        codes: dict[str, None] = {}
        for name in names:
            for code in self._named(name):
                if not self.plan.units[code].closed:
                    codes[code] = None
        if not codes:
            raise RecipeFault(f"no unit is meant by {names}")
        return chance.sample(list(codes), len(codes))

    def _named(self, name: str) -> list[str]:
        if name.startswith("class:"):
            return [unit.code for unit in self.plan.units.values() if unit.cls == name.removeprefix("class:")]
        if name in self.plan.selectors:
            return list(self.plan.select(name))
        if name in self.plan.units:
            return [name]
        raise RecipeFault(f"{name} is neither a unit, a selector nor class:…")

    def _pick_unit(self, selector: str, chance: random.Random) -> str:
        return chance.choice(self._units([selector], chance))

    def _unit(self, code: str) -> dict[str, str]:
        unit = self.plan.units[code]
        return {
            "code": code,
            "name": unit.name,
            "short": unit.short or unit.name,
            "region": unit.region,
            "org9": unit.org9,
        }

    def _rows(self, recipe: Mapping[str, Any], units: int) -> list[Mapping[str, Any]]:
        rows: list[Mapping[str, Any]] = []
        if "source" in recipe:
            rows = list(read_rows(self.directory / recipe["source"]))
            wanted = recipe.get("where", {})
            rows = [row for row in rows if all(row.get(name) in values for name, values in wanted.items())]
        if "per_unit" in recipe:
            return [{}] * (units * int(recipe["per_unit"]))
        count = int(recipe.get("count", len(rows)))
        return rows[:count] if rows else [{}] * count

    def _day(self, published: Mapping[str, str], making: Making, rows: int) -> date:
        """Spread the rows evenly over the period, each on a working day."""
        start, end = date.fromisoformat(published["from"]), date.fromisoformat(published["to"])
        day = start + timedelta(days=(end - start).days * (making.number - 1) // max(rows - 1, 1))
        while not self._working.is_working(day):
            day -= timedelta(days=1)
        return day

    def _fates(self, ends: Mapping[str, str], rows: int) -> dict[int, str]:
        """Give so many of the records a later fate, spread over the recipe: {record number: fate}."""
        fates: dict[int, str] = {}
        for offset, (fate, count) in enumerate(ends.items(), start=2):
            for turn in range(int(count)):
                fates[min(rows, offset + turn * max(1, rows // (int(count) + 1)))] = fate
        return fates


def read_rows(path: Path) -> Iterator[Mapping[str, Any]]:
    """Read a source file: JSON Lines, gzipped or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
