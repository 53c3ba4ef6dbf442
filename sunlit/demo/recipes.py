"""Read the recipes of a plan directory and deal them out: which record, by whom, on which day."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from sunlit.calendars import working_days
from sunlit.demo.register import Register
from sunlit.demo.values import Link, Making, Pantry, RecipeFault, make, make_all
from sunlit.demo.words import WORDS
from sunlit.plan.language import Plan

Recipe = Mapping[str, Any]
Row = Mapping[str, Any]
FATES = frozenset({"corrected", "withdrawn", "unpublished", "repealed", "lapsed"})
# Each recipe gives a text for most of these; a word not listed is a fault, so that none is misspelt in silence.
RECIPE_WORDS = frozenset(
    (
        *("kind", "units", "count", "per_unit", "source", "where", "filled", "shuffle", "published", "marked"),
        *("audience", "scope", "key", "sheet", "ends", "reason", "correction", "data"),
    )
)


@dataclass(frozen=True)
class Dish:
    """One record to publish: what a clerk would have typed, by which unit, on which day, and what became of it.

    ``fate`` is one of FATES or nothing; ``correction`` holds what a correction changes, ``reason`` why.
    ``marked`` tells invented (``demo``) from ``real`` documents and from the ``facts`` of real pages. ``key`` is the
    name by which other records refer to it; a field that refers to another holds a ``Link`` until it is published.
    ``sheet`` names the file with which it comes: all records of one sheet are of one kind and one day.
    """

    kind: str
    unit: str
    day: date
    data: Mapping[str, Any]
    audience: str
    scope: str
    marked: str
    key: str = ""
    sheet: str = ""
    fate: str = ""
    reason: str = ""
    correction: Mapping[str, Any] = field(default_factory=dict)

    def linked(self, slugs: Mapping[str, str]) -> dict[str, Any]:
        """Return the data with the address of a record for every link; raise RecipeFault if one is missing."""
        return {name: _address(value, slugs) if isinstance(value, Link) else value for name, value in self.data.items()}


def _address(link: Link, slugs: Mapping[str, str]) -> str:
    if link.key not in slugs:
        raise RecipeFault(f"no record published before has the key {link.key!r}")
    return slugs[link.key]


class Kitchen:
    """Turns the recipes of one directory into dishes; the same directory gives the same dishes."""

    def __init__(self, directory: Path, plan: Plan) -> None:
        self.directory = directory
        self.plan = plan
        self._register = Register(plan)
        self._working = working_days()
        self._sources: dict[str, Sequence[Row]] = {}

    @cached_property
    def recipes(self) -> list[Recipe]:
        """All recipes, in the order of their files."""
        found: list[Recipe] = []
        for path in sorted((self.directory / "recipes").glob("*.yaml")):
            found += _load(path)["recipes"]
        return found

    def dishes(self) -> list[Dish]:
        """Make every record of every recipe, in the order of publication."""
        pantry = Pantry(WORDS, self._register.pick)
        made = [dish for recipe in self.recipes for dish in self._serve(recipe, pantry)]
        return sorted(made, key=lambda dish: dish.day)

    def _serve(self, recipe: Recipe, pantry: Pantry) -> Iterator[Dish]:
        unknown = set(recipe) - RECIPE_WORDS
        if unknown:
            raise RecipeFault(f"{recipe['kind']}: a recipe has no {', '.join(sorted(unknown))}")
        # Seeded by what it makes, not by its place: a recipe added before changes nothing here.
        chance = random.Random(f"{recipe['kind']}:{recipe['units']}:{recipe.get('where', '')}")  # noqa: S311
        units = self._units(recipe, chance)
        rows = self._rows(recipe, len(units), chance)
        fates = _fates(recipe.get("ends", {}), len(rows))
        for number, row in enumerate(rows, start=1):
            unit = units[(number - 1) % len(units)] if units else _unit_of_row(recipe["units"], row, chance)
            making = Making(pantry, chance, number, self._register.names(unit), date.min, row)
            making.round = 1 + (number - 1) // max(len(units), 1)
            making.day = self._day(recipe["published"], making, len(rows))
            yield self._dish(recipe, making, fates.get(number, ""))

    def _dish(self, recipe: Recipe, making: Making, fate: str) -> Dish:
        try:
            data = make_all(recipe["data"], making)
            return Dish(
                kind=recipe["kind"],
                unit=making.unit["code"],
                day=making.day,
                data=data,
                audience=recipe.get("audience", ""),
                scope=str(make(recipe.get("scope", ""), making)),
                marked=recipe.get("marked", "demo"),
                key=str(make(recipe.get("key", ""), making)),
                sheet=str(make(recipe.get("sheet", ""), making)),
                fate=fate,
                reason=recipe.get("reason", ""),
                correction=_correction(recipe, making) if fate == "corrected" else {},
            )
        except RecipeFault as fault:
            raise RecipeFault(f"{recipe['kind']}, record {making.number}: {fault}") from fault

    def _units(self, recipe: Recipe, chance: random.Random) -> list[str]:
        """Return the units of a recipe in the order in which it is their turn; none if each row names its own."""
        names = recipe["units"]
        if isinstance(names, Mapping):
            return []
        codes = self._register.all(names)
        # One record for each unit needs no dealing: the order of the register reads better.
        return list(codes) if recipe.get("per_unit") == "1" else chance.sample(codes, len(codes))

    def _rows(self, recipe: Recipe, units: int, chance: random.Random) -> list[Row]:
        rows: list[Row] = [{}]
        if "source" in recipe:
            wanted, filled = recipe.get("where", {}), recipe.get("filled", [])
            rows = [
                row
                for row in self._source(recipe["source"])
                if all(row.get(name) in values for name, values in wanted.items()) and all(row.get(n) for n in filled)
            ]
        if not rows:
            raise RecipeFault(f"{recipe['kind']}: {recipe['source']} has no such rows")
        if "shuffle" in recipe:
            rows = chance.sample(rows, len(rows))
        count = units * int(recipe["per_unit"]) if "per_unit" in recipe else int(recipe.get("count", len(rows)))
        return [rows[place % len(rows)] for place in range(count)]

    def _source(self, name: str) -> Sequence[Row]:
        """Return the rows of a source, read once: the stages of a process draw on the same one."""
        if name not in self._sources:
            self._sources[name] = read_rows(self.directory / name)
        return self._sources[name]

    def _day(self, published: Mapping[str, Any], making: Making, rows: int) -> date:
        """Return the day of publication: of the row, the round, the unit, or spread evenly over a period."""
        if "every" in published:
            # Every so many days, also on days off: what a machine publishes.
            return date.fromisoformat(published["from"]) + timedelta(days=int(published["every"]) * (making.round - 1))
        if "by" in published:
            day = date.fromisoformat(published["on"][make(published["by"], making)])
        elif "on" in published:
            days = published["on"]
            day = date.fromisoformat(days[(making.round - 1) % len(days)])
        elif "column" in published:
            day = date.fromisoformat(making.source[published["column"]])
        else:
            start, end = date.fromisoformat(published["from"]), date.fromisoformat(published["to"])
            day = start + timedelta(days=(end - start).days * (making.number - 1) // max(rows - 1, 1))
        day += timedelta(days=making.chance.randint(0, int(published.get("spread", 0))))
        return self._working.nth(self._working.count_to(day))


def _unit_of_row(units: Mapping[str, Any], row: Row, chance: random.Random) -> str:
    """Return the unit a row names: its code, one of several, or by a table of names ``is`` with an ``else``."""
    named = row[units["column"]]
    if isinstance(named, list):
        return str(chance.choice(named))
    return str(units["is"].get(named, units["else"]) if "is" in units else named)


def _correction(recipe: Recipe, making: Making) -> dict[str, Any]:
    """Make the values that a correction gives instead; they may lean on the first ones."""
    changes: Mapping[str, Any] = recipe.get("correction", {})
    if not changes:
        raise RecipeFault("a record is to be corrected, and the recipe does not say to what")
    made = make_all(changes, making)
    return {name: made.get(name, "") for name in changes if not name.startswith("_")}


def _fates(ends: Mapping[str, str], rows: int) -> dict[int, str]:
    """Give so many of the records a later fate, spread over the recipe: {record number: fate}."""
    if not FATES.issuperset(ends):
        raise RecipeFault(f"a record ends as one of {', '.join(sorted(FATES))}, not as {', '.join(ends)}")
    fates: dict[int, str] = {}
    for offset, (fate, count) in enumerate(ends.items(), start=2):
        for turn in range(int(count)):
            fates[min(rows, offset + turn * max(1, rows // (int(count) + 1)))] = fate
    return fates


def read_rows(path: Path) -> Sequence[Row]:
    """Read a source file: JSON Lines, gzipped or not, or YAML with its ``rows``."""
    if path.suffix == ".yaml":
        rows: list[Row] = _load(path)["rows"]
        return rows
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _load(path: Path) -> dict[str, Any]:
    # A safe loader that reads every scalar as text, as the plan language does; the one in C is twenty times as quick.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    content: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506
    return content
