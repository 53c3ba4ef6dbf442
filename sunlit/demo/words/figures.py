"""Words that reckon: exact decimals, so that the tables of the demo city add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sunlit.demo.values import Making, RecipeFault, make


def decimal_of(recipe: Any, making: Making) -> Decimal:
    """Make a value and read it as a figure; raise RecipeFault if it is none."""
    value = str(make(recipe, making))
    try:
        return Decimal(value)
    except ArithmeticError as problem:
        raise RecipeFault(f"{recipe!r} makes {value!r}, which is no figure") from problem


def total(argument: Any, making: Making) -> str:
    """Add up: a list of values, or a column of a table made before (``table.column``).

    As a mapping, ``of`` names the column, ``where`` gives the rows that count {column: value}, and each figure is
    multiplied with that of the column ``times``.
    """
    if isinstance(argument, Sequence) and not isinstance(argument, str):
        return str(sum((decimal_of(part, making) for part in argument), Decimal(0)))
    where: Mapping[str, Any] = {}
    times = ""
    if isinstance(argument, Mapping):
        times = argument.get("times", "")
        where = {name: make(value, making) for name, value in argument.get("where", {}).items()}
        argument = argument["of"]
    table, _, column = argument.partition(".")
    rows = [row for row in making.values[table] if all(row.get(name) == value for name, value in where.items())]
    return str(sum((_cell(row, column) * (_cell(row, times) if times else 1) for row in rows), Decimal(0)))


def _cell(row: Mapping[str, Any], column: str) -> Decimal:
    return Decimal(str(row.get(column) or 0))


def count(table: str, making: Making) -> str:
    """Count the rows of a table made before."""
    return str(len(making.values[table]))


def less(argument: Sequence[Any], making: Making) -> str:
    """Take every further value from the first."""
    first, *others = (decimal_of(part, making) for part in argument)
    return str(first - sum(others, Decimal(0)))


def product(argument: Any, making: Making) -> str:
    """Multiply values and round to ``places`` decimals, by default two, as sums of money are written."""
    places, factors = 2, argument
    if isinstance(argument, Mapping):
        places, factors = int(argument["places"]), argument["of"]
    result = Decimal(1)
    for factor in factors:
        result *= decimal_of(factor, making)
    return _rounded(result, places)


def percent(argument: Sequence[Any], making: Making) -> str:
    """Give the first value as a percentage of the second, to one decimal; nothing is a percentage of nought."""
    part, whole = (decimal_of(value, making) for value in argument)
    return _rounded(part * 100 / whole, 1) if whole else ""


def _rounded(value: Decimal, places: int) -> str:
    return f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"
