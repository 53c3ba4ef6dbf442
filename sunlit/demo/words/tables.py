"""Words for values with parts: mappings, tables, and tables whose rows add up to the rows above them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sunlit.demo.values import Making, make

_NUMBERING = re.compile(r"^\s*\d+\s*[.、．]\s*")
Row = dict[str, Any]


def mapping(argument: Mapping[str, Any], making: Making) -> Row:
    """Make each value of a mapping, such as name, post and telephone of an officer."""
    return {name: make(recipe, making) for name, recipe in argument.items()}


def table(argument: Mapping[str, Any], making: Making) -> list[Row]:
    """Make rows of ``columns``: one for each of ``rows``, ``each`` part or ``lines`` of a source column, or ``count``.

    A row of ``rows`` may name columns of its own; the parts of ``each`` are mappings and known as ``{_name}``; of
    ``lines``, each line without its numbering is ``{line}``; ``count`` is [low, high].
    """
    shared = argument.get("columns", {})
    if "rows" in argument:
        plans = [_with(shared, row) for row in argument["rows"]]
    elif "each" in argument:
        parts = making.source[argument["each"]]
        plans = [{**{f"_{name}": value for name, value in part.items()}, **shared} for part in parts]
    elif "lines" in argument:
        lines = str(making.source.get(argument["lines"], "")).split("\n")
        plans = [{"_line": _NUMBERING.sub("", line).strip(), **shared} for line in lines if line.strip()]
        return [_row(place, plan, making, line=plan["_line"]) for place, plan in enumerate(plans, start=1)]
    else:
        low, high = (int(make(bound, making)) for bound in argument["count"])
        plans = [shared] * making.chance.randint(low, high)
    return [_row(place, plan, making) for place, plan in enumerate(plans, start=1)]


def _with(shared: Mapping[str, Any], row: Mapping[str, Any]) -> Row:
    """Add to a row the shared columns it does not name itself; they come last and may lean on its own."""
    return {**row, **{name: recipe for name, recipe in shared.items() if name not in row}}


def _row(place: int, plan: Mapping[str, Any], making: Making, line: str = "") -> Row:
    """Make one row; its values may lean on each other and on those of the record."""
    row = making.row(place)
    row.values["line"] = line
    for name, recipe in plan.items():
        # A line of a source is text, not a recipe.
        row.values[name] = recipe if name == "_line" else make(recipe, row)
    return {name: row.values[name] for name in plan if not name.startswith("_") and row.values[name] not in ("", None)}


@dataclass(frozen=True)
class _Branches:
    """How a tree is written down: which columns add up, and in which column the level of a row stands."""

    add: Sequence[str]
    level: str
    levels: Sequence[str]
    columns: Mapping[str, Any]


def tree(argument: Mapping[str, Any], making: Making) -> list[Row]:
    """Make a table in which a row with rows ``under`` it is their sum in the columns ``add``.

    ``level`` names the column, ``levels`` the words for the depth of a row; ``columns`` hold for all rows.
    """
    branches = _Branches(argument["add"], argument["level"], argument["levels"], argument.get("columns", {}))
    return [row for plan in argument["rows"] for row in _branch(plan, 0, branches, making)]


def _branch(plan: Mapping[str, Any], depth: int, branches: _Branches, making: Making) -> Iterator[Row]:
    below = [list(_branch(child, depth + 1, branches, making)) for child in plan.get("under", [])]
    own = _with(branches.columns, {name: recipe for name, recipe in plan.items() if name != "under"})
    if below:
        # The first row of each branch is its sum; the sums of children make that of the parent.
        sums = {
            name: str(sum((Decimal(str(rows[0].get(name) or 0)) for rows in below), Decimal(0)))
            for name in branches.add
        }
        own.update(sums)
    yield {branches.level: branches.levels[depth], **_row(depth, own, making)}
    for rows in below:
        yield from rows


def join(names: Sequence[str], making: Making) -> list[Row]:
    """Put tables made before one under the other."""
    return [row for name in names for row in making.values[name]]
