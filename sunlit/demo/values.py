"""The words of a recipe: each makes one value of a record, as a clerk would have typed it.

A value in a recipe is a text, in which ``{name}`` stands for an earlier value, or a mapping with exactly one of the
words of ``WORDS``. The same seed gives the same city.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from html import escape
from typing import Any

from sunlit.text.identifiers import uscc_check_character

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


class RecipeFault(ValueError):
    """A recipe says something that cannot be made into a value."""


@dataclass
class Making:
    """One record in the making: its chance, its unit, its day, the source row, and the values made so far."""

    chance: random.Random
    number: int
    unit: Mapping[str, str]
    day: date
    source: Mapping[str, Any]
    pick_unit: Callable[[str, random.Random], str]
    values: dict[str, Any] = field(default_factory=dict)

    def names(self) -> dict[str, Any]:
        """Return what ``{…}`` may stand for."""
        day = {"year": self.day.year, "month": self.day.month, "day": self.day.isoformat(), "n": self.number}
        return {**{f"unit_{key}": value for key, value in self.unit.items()}, **day, **self.values}


def make(recipe: Any, making: Making) -> Any:
    """Make one value of a recipe.

    Raises:
        RecipeFault: If the word is unknown or a name in the text has no value yet.
    """
    if isinstance(recipe, str):
        try:
            return recipe.format_map(making.names())
        except (KeyError, IndexError, ValueError) as problem:
            raise RecipeFault(f"{recipe!r}: no value for {problem}") from problem
    if isinstance(recipe, Mapping) and len(recipe) == 1:
        word, argument = next(iter(recipe.items()))
        if word in WORDS:
            return WORDS[word](argument, making)
    raise RecipeFault(f"{recipe!r} is neither a text nor one of: {', '.join(WORDS)}")


def make_all(recipes: Mapping[str, Any], making: Making) -> dict[str, Any]:
    """Make every value in order; a name that begins with ``_`` helps later ones and is not kept."""
    for name, recipe in recipes.items():
        making.values[name] = make(recipe, making)
    return {
        name: value for name, value in making.values.items() if not name.startswith("_") and value not in ("", None)
    }


def _pick(choices: Sequence[Any], making: Making) -> Any:
    return make(making.chance.choice(choices), making)


def _turn(choices: Sequence[Any], making: Making) -> Any:
    return make(choices[(making.number - 1) % len(choices)], making)


def _several(argument: Mapping[str, Any], making: Making) -> list[Any]:
    low, high = (int(bound) for bound in argument["count"])
    chosen = making.chance.sample(list(argument["of"]), making.chance.randint(low, high))
    return [make(choice, making) for choice in chosen]


def _number(argument: Sequence[str], making: Making) -> str:
    """Draw between two bounds in steps: ``[low, high, step]``; the step gives the decimals."""
    low, high, step = (Decimal(part) for part in argument)
    return str(low + step * making.chance.randint(0, int((high - low) / step)))


def _product(argument: Sequence[Any], making: Making) -> str:
    """Multiply values and round to two decimals, as sums of money are written."""
    product = Decimal(1)
    for factor in argument:
        product *= Decimal(str(make(factor, making)))
    return str(product.quantize(Decimal("0.01")))


def _sum(column: str, making: Making) -> str:
    """Add up a column of a table made before: ``table.column``."""
    table, _, name = column.partition(".")
    return str(sum((Decimal(str(row[name])) for row in making.values[table]), Decimal(0)))


def _days(argument: Mapping[str, Any], making: Making) -> str:
    """Give a day some days before (negative) or after another one, by default the day of publication."""
    start = making.values.get(argument.get("from", ""), making.day.isoformat())
    low, high = (int(bound) for bound in argument["days"])
    return (date.fromisoformat(str(start)) + timedelta(days=making.chance.randint(low, high))).isoformat()


def _uscc(region: Any, making: Making) -> str:
    """Make a code of the right form whose subject does not exist (GB 32100)."""
    area = str(make(region, making))[:6].ljust(6, "0")
    first = f"91{area}MA6" + "".join(making.chance.choice(USCC_ALPHABET) for _ in range(6))
    return first + uscc_check_character(first)


def _table(argument: Mapping[str, Any], making: Making) -> list[dict[str, Any]]:
    """Make rows: either each of ``rows``, or ``count`` rows, of ``columns``."""
    if "rows" in argument:
        plans = [{**argument.get("columns", {}), **row} for row in argument["rows"]]
    else:
        low, high = (int(bound) for bound in argument["count"])
        plans = [argument["columns"]] * making.chance.randint(low, high)
    return [_row(place, plan, making) for place, plan in enumerate(plans, start=1)]


def _row(place: int, plan: Mapping[str, Any], making: Making) -> dict[str, Any]:
    """Make one row; its values may lean on each other and on those of the record."""
    row = replace(making, number=place, values=dict(making.values))
    for name, recipe in plan.items():
        row.values[name] = make(recipe, row)
    return {name: row.values[name] for name in plan if not name.startswith("_")}


def _source(column: str, making: Making) -> Any:
    return making.source.get(column, "")


def _paragraphs(column: str, making: Making) -> str:
    """Turn the lines of a source text into paragraphs of rich text."""
    lines = (line.strip() for line in str(making.source.get(column, "")).split("\n"))
    return "".join(f"<p>{escape(line)}</p>" for line in lines if line)


def _unit(selector: str, making: Making) -> str:
    return making.pick_unit(selector, making.chance)


def _mapping(argument: Mapping[str, Any], making: Making) -> dict[str, Any]:
    return {name: make(recipe, making) for name, recipe in argument.items()}


def _sometimes(argument: Mapping[str, Any], making: Making) -> Any:
    """Make a value in so many cases of a hundred, else nothing."""
    return make(argument["value"], making) if making.chance.randint(1, 100) <= int(argument["percent"]) else ""


WORDS: dict[str, Callable[[Any, Making], Any]] = {
    "pick": _pick,
    "turn": _turn,
    "several": _several,
    "number": _number,
    "product": _product,
    "sum": _sum,
    "days": _days,
    "uscc": _uscc,
    "table": _table,
    "source": _source,
    "paragraphs": _paragraphs,
    "unit": _unit,
    "mapping": _mapping,
    "sometimes": _sometimes,
}
