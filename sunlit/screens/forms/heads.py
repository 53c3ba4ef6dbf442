"""Which row of a sheet names the columns of a table, and which column is which."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sunlit.plan.casts.figures import MONEY_PLACES
from sunlit.plan.language import Column, Field
from sunlit.screens.forms.grids import Grid
from sunlit.screens.words import joined

MOST_TITLE_ROWS = 30
"""Above the heads there may stand a title, the name of the unit, the date; not more."""


@dataclass(frozen=True)
class Heads:
    """The number of the row of heads (0 if there is none) and for each column its position, name and unit to add."""

    row: int
    columns: Sequence[tuple[int, str, str]]
    messages: Sequence[str] = ()

    def names(self) -> list[str]:
        """Return the columns that were found."""
        return [name for _at, name, _unit in self.columns]


def find_heads(grid: Grid, declared: Field) -> Heads | None:
    """Return the row that names most columns, among the first ones; None if no row names even two (or the only) one."""
    known = _known(declared)
    best: Heads | None = None
    for number, cells in grid[:MOST_TITLE_ROWS]:
        found = _match(number, cells, known)
        if best is None or len(found.columns) > len(best.columns):
            best = found
    least = min(2, len(declared.columns))
    return best if best is not None and len(best.columns) >= least else None


def positional(declared: Field) -> Heads:
    """Return the columns in the order of the form, for rows without heads."""
    return Heads(0, [(at, column.name, "") for at, column in enumerate(declared.columns)])


def plain(head: str) -> str:
    """Return a head as it is compared: narrow, without spaces, case, and marks of what is required."""
    narrow = unicodedata.normalize("NFKC", head).replace("(必填)", "")
    return "".join(narrow.replace("*", "").translate(_MARKS).split()).casefold()


_COUNTING = ("序号", "no.", "#")
_MARKS = str.maketrans("", "", "●○■□")


def _known(declared: Field) -> dict[str, tuple[str, str]]:
    """Return the name of the column behind each head; a sum in another unit is told the unit of its head."""
    known: dict[str, tuple[str, str]] = {}
    for column in declared.columns:
        for head in (column.name, column.code or column.name, column.label.zh, column.label.en):
            known.setdefault(plain(head), (column.name, ""))
            for unit, added in _units(column):
                known.setdefault(plain(f"{head}({unit})"), (column.name, added))
    known.update({plain(column.name): (column.name, "") for column in declared.columns})
    return known


def _units(column: Column) -> list[tuple[str, str]]:
    if column.type == "money":
        own = column.unit or "元"
        english = {"元": "yuan", "万元": "ten thousand yuan"}
        units = [(unit, "" if unit == own else unit) for unit in MONEY_PLACES]
        return units + [(english[unit], added) for unit, added in units if unit in english]
    if column.type == "percent":
        return [("%", "")]
    return [(column.unit, "")] if column.unit else []


def _match(number: int, cells: Sequence[object], known: dict[str, tuple[str, str]]) -> Heads:
    columns, unknown, taken = [], [], set()
    for at, cell in enumerate(cells):
        head = str(cell).strip()
        name, unit = known.get(plain(head), ("", ""))
        if name and name not in taken:
            columns.append((at, name, unit))
            taken.add(name)
        elif head and plain(head) not in _COUNTING:
            unknown.append(head[:20])
    messages = []
    if unknown and columns:
        messages.append(
            _("Columns that this table does not have were left out: %(heads)s.") % {"heads": joined(unknown[:10])}
        )
    return Heads(number, columns, messages)
