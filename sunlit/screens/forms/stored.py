"""A stored payload as its form shows it: sums in the unit of their field, all else in canonical form."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sunlit.plan.casts.figures import MONEY_PLACES
from sunlit.plan.language import Column, Field, Kind, Plan


def as_raw(kind: Kind, plan: Plan, payload: Mapping[str, object]) -> dict[str, object]:
    """Return a payload as it would be typed; fields that the kind no longer has are left out."""
    raw: dict[str, object] = {}
    for declared in kind.fields:
        value = payload.get(declared.name)
        if value is not None:
            raw[declared.name] = _typed(declared, value)
    return raw


def _typed(declared: Field | Column, value: object) -> object:
    if isinstance(declared, Field) and declared.type == "table" and isinstance(value, list):
        return [
            {column.name: _typed(column, row[column.name]) for column in declared.columns if column.name in row}
            for row in value
        ]
    if isinstance(value, list):
        return [_typed(declared, one) for one in value]
    if declared.type == "money" and isinstance(value, int):
        return in_unit(value, declared.unit or "元")
    return dict(value) if isinstance(value, Mapping) else value


def in_unit(fen: int, unit: str) -> str:
    """Return a sum of 分 as a figure in a unit, exactly."""
    figure = format(Decimal(fen).scaleb(-MONEY_PLACES[unit]), "f")
    return figure.rstrip("0").rstrip(".") if "." in figure else figure
