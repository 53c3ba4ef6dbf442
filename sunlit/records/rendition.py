"""What readers see of a payload: internal fields dropped, masked ones masked, files without their raw hash."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any

from sunlit.plan.language import Column, Field, Kind, Plan
from sunlit.text import masking

_HOLE = re.compile(r"\{([^{}]*)\}")
# What a field without a value leaves behind.
_SPACES = re.compile("[ \t]{2,}")

Treatment = Callable[[Any], Any]

# One entry per kind of the plans in use; kinds are frozen, so identity is enough.
_treatments: dict[int, tuple[Kind, dict[str, Treatment | None]]] = {}
_MANY = 500


def public(kind: Kind, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return what everyone may read of a payload, in the same shape."""
    treatments = _treatments_of(kind)
    shown: dict[str, Any] = {}
    for name, value in payload.items():
        treatment = treatments.get(name, _drop)
        if treatment is None:
            shown[name] = value
        elif treatment is not _drop:
            shown[name] = treatment(value)
    return shown


def title(kind: Kind, plan: Plan, shown: Mapping[str, Any], unit: str) -> str:
    """Return the record's title from the template of its kind and the public rendition; at most 500 characters."""
    special = {"unit": _unit_name(plan, unit), "kind": kind.label.zh}

    def filling(hole: re.Match[str]) -> str:
        name = hole[1]
        return special[name] if name in special else as_text(kind, plan, name, shown.get(name))

    return _SPACES.sub(" ", _HOLE.sub(filling, kind.show.title)).strip()[:500]


def as_text(kind: Kind, plan: Plan, name: str, value: Any) -> str:
    """Return a field's value in plain Chinese words: labels for codes, 元 for money, nothing for what is absent."""
    if value is None or value == "":
        return ""
    if isinstance(value, list):
        return "、".join(as_text(kind, plan, name, item) for item in value if not isinstance(item, dict))
    if isinstance(value, dict):
        return str(value.get("name", ""))
    field = kind.by_name[name]
    match field.type:
        case "choice" if field.choices:
            label = plan.vocabularies[field.choices].label_of(str(value))
            return label.zh if label else str(value)
        case "unit":
            return _unit_name(plan, str(value))
        case "region":
            return regions(plan).get(str(value), str(value))
        case "date":
            year, month, day = str(value).split("-")
            return f"{year}年{int(month)}月{int(day)}日"
        case "money":
            return f"{value / 100:,.2f}元"
    return str(value)


def _unit_name(plan: Plan, code: str) -> str:
    unit = plan.units.get(code)
    return (unit.short or unit.name) if unit else code


@lru_cache(maxsize=4)
def regions(plan: Plan) -> Mapping[str, str]:
    """Return the name of each division: that of the unit which governs it, the first of its code in the register."""
    governing = {code for code, one in plan.classes.items() if one.level != "none"}
    names: dict[str, str] = {}
    for unit in plan.units.values():
        if unit.region and unit.cls in governing:
            names.setdefault(unit.region, unit.short or unit.name)
    return names


def _drop(value: Any) -> Any:
    raise AssertionError("a dropped field has no value")


def _treatments_of(kind: Kind) -> dict[str, Treatment | None]:
    known = _treatments.get(id(kind))
    if known is not None and known[0] is kind:
        return known[1]
    if len(_treatments) > _MANY:
        _treatments.clear()
    treatments = {field.name: _treatment(field) for field in kind.fields}
    _treatments[id(kind)] = (kind, treatments)
    return treatments


def _treatment(field: Field | Column) -> Treatment | None:
    """Return how one field or column is shown: None for unchanged, ``_drop`` for not at all."""
    if field.show == "internal" or field.type == "id_number":
        return _drop
    if isinstance(field, Field) and field.type == "table":
        return _table([(column.name, _treatment(column)) for column in field.columns])
    if field.type == "file":
        return _each(lambda value: {key: value[key] for key in ("name", "size", "type") if key in value})
    if field.mask and field.mask != "none":
        return _each(partial(masking.masked, how=field.mask))
    return None


def _each(treatment: Treatment) -> Treatment:
    return lambda value: [treatment(item) for item in value] if isinstance(value, list) else treatment(value)


def _table(columns: list[tuple[str, Treatment | None]]) -> Treatment:
    if all(treatment is None for _, treatment in columns):
        return lambda rows: rows
    known = dict(columns)

    def shown(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {
                name: value if (treatment := known.get(name, _drop)) is None else treatment(value)
                for name, value in row.items()
                if known.get(name, _drop) is not _drop
            }
            for row in rows
        ]

    return shown
