"""Filters of a list: from what a reader asks to columns of slots."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import product
from typing import Any

from django.db.models import QuerySet

from sunlit.plan.language import Plan
from sunlit.records import slots
from sunlit.records.models import Slot
from sunlit.records.slots import LARGEST
from sunlit.text import clean

Range = tuple[str | None, str | None]
Filters = Mapping[str, "str | Range"]

_MOST_LISTS = 40
_MOST_VALUES = 200


class BadFilter(ValueError):
    """Says that a list cannot be filtered or sorted in the way that was asked for."""


class NotPrepared(BadFilter):
    """Says that the slots of a field are still being filled after a change of the plan, and how far that has come."""

    def __init__(self, field: str, percent: int) -> None:
        super().__init__(f"lists by {field} are being prepared: {percent} % done")
        self.field = field
        self.percent = percent


def narrow(plan: Plan, kind: str | None, rows: QuerySet[Slot], filters: Filters) -> list[QuerySet[Slot]]:
    """Return the rows that pass all filters, as one list or as several that have no row in common.

    A field with several values is stored as one text of all of them; each of the texts that occur is a list of its own,
    because a search within texts would look through the whole kind. Raises BadFilter.
    """
    if filters and kind is None:
        raise BadFilter("only the list of one kind can be filtered by its fields")
    within: list[tuple[str, str]] = []
    for name, value in filters.items():
        place = slots.places(plan, kind or "").get(name)
        if place is None or not plan.kinds[kind or ""].by_name[name].filter:
            raise BadFilter(f"records of kind {kind} cannot be filtered by {name}")
        if not isinstance(value, str):
            rows = rows.filter(**_between(place, *value))
        elif place.multiple:
            within.append((place.column, f"|{_text(place, value)}|"))
        else:
            rows = rows.filter(**{place.column: _written(place, value)})
    return _spread(rows, Slot.objects.filter(kind=kind or ""), within)


def occurring(rows: QuerySet[Slot], column: str, most: int) -> list[str]:
    """Return the different texts in a column, at most so many; one look into the index for each."""
    ordered = rows.order_by(column)
    found: list[str] = []
    while len(found) < most:
        beyond = ordered.filter(**{f"{column}__gt": found[-1] if found else ""})
        value = beyond.values_list(column, flat=True).first()
        if value is None:
            break
        found.append(value)
    return found


def _spread(rows: QuerySet[Slot], of_kind: QuerySet[Slot], within: list[tuple[str, str]]) -> list[QuerySet[Slot]]:
    texts = []
    for column, part in within:
        known = occurring(of_kind, column, _MOST_VALUES)
        texts.append([(column, text) for text in known if part in text] if len(known) < _MOST_VALUES else None)
    choices = list(product(*(each for each in texts if each is not None)))
    if None in texts or len(choices) > _MOST_LISTS:
        return [rows.filter(**{f"{column}__contains": part for column, part in within})]
    return [rows.filter(**dict(choice)) for choice in choices]


def _between(place: slots.Place, low: str | None, high: str | None) -> dict[str, Any]:
    if place.column.startswith("t"):
        raise BadFilter(f"{place.field} has no range")
    bounds = {f"{place.column}__gt": place.empty}
    if low:
        bounds = {f"{place.column}__gte": _written(place, low)}
    if high:
        bounds[f"{place.column}__lte"] = _written(place, high)
    return bounds


def _written(place: slots.Place, value: str) -> Any:
    """Return a reader's value as the slot holds it; amounts of money are given in 元."""
    try:
        written = int(Decimal(value) * 100) if place.type == "money" else place.write(_text(place, value))
    except (ValueError, ArithmeticError) as error:
        raise BadFilter(f"{value!r} is not a value of {place.field}") from error
    if isinstance(written, int) and abs(written) > LARGEST:
        raise BadFilter(f"{value!r} is too large for {place.field}")
    return written


def _text(place: slots.Place, value: str) -> str:
    try:
        return clean.clean_text(value)
    except clean.UnsafeText as error:
        raise BadFilter(f"{value!r} is not a value of {place.field}") from error
