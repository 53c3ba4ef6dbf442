"""Which field of a kind lies in which column of the slot table, and how its values are written there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sunlit.plan.language import Field, Kind, Plan
from sunlit.records.models import DATE_SLOTS, NUMBER_SLOTS, SLOT_TEXT_LENGTH, TEXT_SLOTS
from sunlit.text import pinyin

# Sorted fields are never NULL: what has no value comes first upwards, last downwards, and paging needs no second list.
NO_TEXT, NO_NUMBER, NO_DATE = "", -(2**62), date(1, 1, 1)
LARGEST = 2**62 - 1
"""No number in a slot is larger; below its opposite lies only ``NO_NUMBER``."""
SCALE = 10_000
"""Numbers and percentages are kept as integers of this fraction; they only order and bound, they are never shown."""

_SEPARATOR = "\x1f"
_KEY_LENGTH = 100
_NUMERIC = frozenset({"money", "number", "percent"})

Write = Callable[[Any], Any]


@dataclass(frozen=True)
class Place:
    """Where a field lies and how its values are written there."""

    field: str
    type: str
    column: str
    multiple: bool
    sort: bool
    write: Write

    def is_like(self, other: Place) -> bool:
        """Tell whether values lie in the same column and are written in the same way."""
        return (self.column, self.type, self.multiple, self.sort) == (
            other.column,
            other.type,
            other.multiple,
            other.sort,
        )

    @property
    def empty(self) -> Any:
        """What stands in the column of a sorted field without a value."""
        return {"t": NO_TEXT, "n": NO_NUMBER, "d": NO_DATE}[self.column[0]]

    def read(self, stored: str) -> list[str]:
        """Return the codes or the text behind a stored text."""
        if self.multiple:
            return [part for part in stored.split("|") if part]
        return [stored.rpartition(_SEPARATOR)[2]]


# A field of these types is read, never filtered or sorted by.
_NEVER = frozenset({"richtext", "officer", "person", "id_number", "phone", "url", "file", "table", "point"})
_LISTABLE = frozenset({"choice", "unit", "region", "record"})
_known: dict[tuple[str, str], dict[str, Place]] = {}
_MANY = 500


def places(plan: Plan, kind: str) -> dict[str, Place]:
    """Return the places of a kind's fields, by name; deterministic by the order of the fields."""
    key = (plan.hash, kind)
    if key not in _known:
        if len(_known) > _MANY:
            _known.clear()
        _known[key] = _assign(plan, plan.kinds[kind])
    return _known[key]


def _assign(plan: Plan, kind: Kind) -> dict[str, Place]:
    free = {"t": list(TEXT_SLOTS), "n": list(NUMBER_SLOTS), "d": list(DATE_SLOTS)}
    assigned = {}
    for field in sorted(kind.slotted, key=_is_only_listed):
        if field.type in _NEVER or (field.multiple and field.type not in _LISTABLE):
            continue
        family = free["d" if field.type == "date" else "n" if field.type in _NUMERIC else "t"]
        if family:
            # The first columns have indexes; what is only listed takes the last ones.
            assigned[field.name] = _place(field, family.pop() if _is_only_listed(field) else family.pop(0), plan)
    return assigned


def _is_only_listed(field: Field) -> bool:
    return not (field.filter or field.sort or field.chart)


def slot_of(plan: Plan, kind: str, field: str) -> str | None:
    """Return the column that holds a field, or None if it has none."""
    place = places(plan, kind).get(field)
    return place.column if place else None


def values(plan: Plan, kind: str, shown: Mapping[str, Any]) -> dict[str, Any]:
    """Return the filled columns for a public rendition: whatever is hidden from readers never reaches a slot."""
    filled: dict[str, Any] = {}
    for name, place in places(plan, kind).items():
        value = shown.get(name)
        if value is None or value == "" or value == []:
            if place.sort:
                filled[place.column] = place.empty
        else:
            filled[place.column] = place.write(value)
    return filled


def number(value: object) -> int:
    """Return a decimal as the integer by which it is ordered; raise ValueError for no number."""
    try:
        return int(Decimal(str(value)) * SCALE)
    except ArithmeticError as error:
        raise ValueError(f"{value!r} is no number") from error


def _place(field: Field, column: str, plan: Plan) -> Place:
    return Place(field.name, field.type, column, field.multiple, field.sort, _writer(field, plan))


def _writer(field: Field, plan: Plan) -> Write:
    if field.type == "date":
        return date.fromisoformat
    if field.type == "money":
        return int
    if field.type in _NUMERIC:
        return number
    if field.multiple:
        return lambda values: "|" + "|".join(values) + "|"
    if not field.sort:
        return lambda value: value[:SLOT_TEXT_LENGTH]
    return _sorted_text(_labels(field, plan))


def _sorted_text(labels: Mapping[str, str]) -> Write:
    def write(value: str) -> str:
        key = pinyin.sort_key(labels.get(value, value)[:_KEY_LENGTH])[:_KEY_LENGTH]
        return f"{key}{_SEPARATOR}{value[: SLOT_TEXT_LENGTH - _KEY_LENGTH - 1]}"

    return write


def _labels(field: Field, plan: Plan) -> Mapping[str, str]:
    if field.type == "choice" and field.choices:
        return {term.code: term.label.zh for term in plan.vocabularies[field.choices].terms}
    if field.type == "unit":
        return {code: unit.name for code, unit in plan.units.items()}
    return {}
