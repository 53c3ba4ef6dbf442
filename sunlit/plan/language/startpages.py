"""Start pages: the columns (栏目) under which a unit's site shows what it publishes.

A column holds nothing of its own: it is a view of the catalogue, kept under a name.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sunlit.plan.language.scalars import Code, FieldName, Flag, Label, Strict, TermCode, Whole

FEWEST_ROWS, MOST_ROWS, USUAL_ROWS = 3, 10, 5
MOST_COLUMNS = 12
LONGEST_TITLE = 30
ColumnLayout = Literal["list", "cards", "figures"]


class StartColumn(Strict):
    """A column: records of some kinds, of the unit itself or of all below it, perhaps only those of one choice."""

    title: Label
    kinds: Annotated[tuple[Code, ...], Field(min_length=1)]
    below: Flag = False
    field: FieldName | None = None
    value: TermCode | None = None
    rows: Annotated[Whole, Field(ge=FEWEST_ROWS, le=MOST_ROWS)] = USUAL_ROWS
    layout: ColumnLayout = "list"


class StartPage(Strict):
    """The columns of every unit of some classes, as long as the unit has none of its own."""

    classes: Annotated[tuple[Code, ...], Field(min_length=1)]
    columns: Annotated[tuple[StartColumn, ...], Field(min_length=1, max_length=MOST_COLUMNS)]
