"""How a recipe makes one value of a record, as a clerk would have typed it.

A value in a recipe is a text, in which ``{name}`` stands for an earlier value, or a mapping with exactly one of the
words of ``sunlit.demo.words``, or a list of such values. The same seed gives the same city.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any


class RecipeFault(ValueError):
    """A recipe says something that cannot be made into a value."""


@dataclass(frozen=True)
class Link:
    """Stands for another record of the demo city, by its key, until that record has an index number."""

    key: str


Word = Callable[[Any, "Making"], Any]


@dataclass(frozen=True)
class Pantry:
    """What all records of the city share: the words, the units, and how far each series of numbers has come."""

    words: Mapping[str, Word]
    pick_unit: Callable[[str, random.Random], str]
    serials: Counter[str] = field(default_factory=Counter)


@dataclass
class Making:
    """One record in the making: its chance, its unit, its day, the source row, and the values made so far.

    ``number`` counts the records of a recipe (the rows of a table), ``round`` how often the turn has come to the unit.
    """

    pantry: Pantry
    chance: random.Random
    number: int
    unit: Mapping[str, str]
    day: date
    source: Mapping[str, Any]
    round: int = 1
    values: dict[str, Any] = field(default_factory=dict)

    def names(self) -> dict[str, Any]:
        """Return what ``{…}`` may stand for."""
        day = {"year": self.day.year, "month": self.day.month, "day": self.day.isoformat()}
        place = {"n": self.number, "round": self.round}
        return {**{f"unit_{key}": value for key, value in self.unit.items()}, **day, **place, **self.values}

    def row(self, place: int) -> Making:
        """Return the making of one row of a table: it sees the record's values, and what it makes stays its own."""
        return replace(self, number=place, values=dict(self.values))


def make(recipe: Any, making: Making) -> Any:
    """Make one value of a recipe.

    Raises RecipeFault if the word is unknown or a name in the text has no value yet.
    """
    if isinstance(recipe, str):
        if "{" not in recipe:
            return recipe
        try:
            return recipe.format_map(making.names())
        except (KeyError, IndexError, ValueError) as problem:
            raise RecipeFault(f"{recipe!r}: no value for {problem}") from problem
    if isinstance(recipe, Mapping) and len(recipe) == 1:
        word, argument = next(iter(recipe.items()))
        if word in making.pantry.words:
            return making.pantry.words[word](argument, making)
    if isinstance(recipe, list):
        return [value for part in recipe if (value := make(part, making)) not in ("", None)]
    raise RecipeFault(f"{recipe!r} is neither a text, a list nor one of: {', '.join(making.pantry.words)}")


def make_all(recipes: Mapping[str, Any], making: Making) -> dict[str, Any]:
    """Make every value in order; a name that begins with ``_`` helps later ones and is not kept."""
    for name, recipe in recipes.items():
        making.values[name] = make(recipe, making)
    return {
        name: value for name, value in making.values.items() if not name.startswith("_") and value not in ("", None)
    }
