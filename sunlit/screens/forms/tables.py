"""A table to be filled in: each row by itself, or the whole as text where it would be too long to show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sunlit.plan.language import Column, Field, Plan
from sunlit.plan.payload import FieldError
from sunlit.screens.fields import column_label, is_number
from sunlit.screens.forms.controls import control_of, inputmode_of, options_of
from sunlit.screens.forms.grids import as_text
from sunlit.screens.forms.inputs import CellInput, ColumnInput, RowInput, TableInput
from sunlit.screens.forms.lookups import written
from sunlit.screens.forms.naming import input_name
from sunlit.screens.words import say

MOST_CELLS = 600
"""A table with more cells is shown as text: thousands of inputs make a page nobody can use."""
_FIRST_ROWS, _NARROW = 3, 12


def rows_of(value: object) -> list[Mapping[str, object]]:
    """Return the rows of a raw value; what is no row is left out."""
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list | tuple) else []


def is_long(declared: Field, value: object) -> bool:
    """Tell whether a table has too many cells to be filled in one by one."""
    return len(rows_of(value)) * len(declared.columns) > MOST_CELLS


def build(declared: Field, plan: Plan, value: object, errors: Sequence[FieldError], base: str) -> TableInput:
    """Return a table with its rows as typed; there is always an empty row, and an empty table has some."""
    rows, columns = rows_of(value), [_column(one, plan, base) for one in declared.columns]
    if is_long(declared, value):
        heads, names = [column.label for column in columns], [column.name for column in columns]
        return TableInput(columns, (), len(rows), text=as_text(heads, names, rows), is_long=True)
    given: list[Mapping[str, object]] = [*rows, *([{}] * (1 if rows else _FIRST_ROWS))]
    said = {error.path: error.message for error in errors if error.path}
    shown = [
        RowInput(
            at + 1,
            at,
            [
                _cell(declared, plan, column, one, row, at, said.get((at, one.name), ""))
                for column, one in zip(columns, declared.columns, strict=True)
            ],
            said.get((at,), ""),
        )
        for at, row in enumerate(given)
    ]
    pasted = value if isinstance(value, str) else ""
    return TableInput(columns, shown, len(rows), pasted=pasted)


def _column(column: Column, plan: Plan, base: str) -> ColumnInput:
    control = control_of(column, plan)
    return ColumnInput(
        name=column.name,
        label=column_label(column),
        help=say(column.help) if column.help else "",
        is_required=column.required,
        is_number=is_number(column),
        is_wide=column.type in ("text", "unit", "url") and (column.max_length or _NARROW + 1) > _NARROW,
        control=control,
        inputmode=inputmode_of(column),
        lookup=f"{base}{column.type}s/" if base and control == "search" else "",
        options=options_of(column, plan, ()),
    )


def _cell(
    declared: Field, plan: Plan, shown: ColumnInput, column: Column, row: Mapping[str, object], at: int, message: str
) -> CellInput:
    name = input_name(declared.name, at, column.name)
    value = str(row.get(column.name) or "")
    if shown.control == "search":
        value = written(plan, column.type, value)
    options = options_of(column, plan, [value] if value else []) if shown.control == "select" else ()
    return CellInput(name, name, value, message, shown.label, shown, options)
