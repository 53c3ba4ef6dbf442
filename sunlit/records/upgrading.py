"""Reading a payload that was written under an earlier plan in the shape of today's.

The stored text is never rewritten. A value that still has the form of its field's type stays as it is, also where the
plan has since drawn its bounds closer; one whose field has changed its type is read as a clerk would type it, and left
out if it cannot be read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sunlit.plan.casts import cast_of
from sunlit.plan.casts.base import Refused, RefusedAll
from sunlit.plan.language import Field, Kind, Plan
from sunlit.records.models import Revision


def payload(plan: Plan, kind: Kind, revision: Revision) -> dict[str, Any]:
    """Return the payload of a revision in the shape that ``kind`` has in ``plan``."""
    data = revision.data
    return data if revision.shape == plan.hash else upgraded(plan, kind, data)


def upgraded(plan: Plan, kind: Kind, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return every value of ``data`` that a field of the kind can hold, converted where its type has changed."""
    found: dict[str, Any] = {}
    for name, value in data.items():
        field = kind.field(name)
        if field is None:
            continue
        value = value if _has_form(field, value) else _converted(plan, field, value)
        if value is not None:
            found[name] = value
    return found


def _converted(plan: Plan, field: Field, value: Any) -> Any:
    if field.multiple and not isinstance(value, list):
        value = [value]
    elif isinstance(value, list) and not field.multiple and field.type != "table":
        value = value[0] if len(value) == 1 else None
    try:
        return cast_of(field, plan)(str(value) if isinstance(value, int) else value) if value is not None else None
    except (Refused, RefusedAll):
        return None


def _has_form(field: Field, value: Any) -> bool:
    if field.multiple:
        return isinstance(value, list) and all(_single(field.type, one) for one in value)
    return _single(field.type, value)


def _single(type_: str, value: Any) -> bool:
    return _FORMS.get(type_, _is_text)(value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_sum(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_figure(value: Any) -> bool:
    try:
        return isinstance(value, str) and Decimal(value).is_finite()
    except ArithmeticError:
        return False


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _is_mapping(value: Any) -> bool:
    return isinstance(value, dict)


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) for row in value)


_FORMS: Mapping[str, Callable[[Any], bool]] = {
    "money": _is_sum,
    "number": _is_figure,
    "percent": _is_figure,
    "date": _is_day,
    "officer": _is_mapping,
    "file": _is_mapping,
    "point": _is_mapping,
    "table": _is_rows,
}
