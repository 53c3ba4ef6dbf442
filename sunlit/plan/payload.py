"""Cleans what people and files give for a record into its payload: all errors together, compiled once per kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _

from sunlit.plan.agreements import Judge, judges_of
from sunlit.plan.casts import cast_of
from sunlit.plan.casts.base import EMPTY, Path, Refused, RefusedAll, hint, quoted
from sunlit.plan.language import Kind, Plan
from sunlit.plan.language.fields import Requirement

Payload = dict[str, object]

# What stands behind the name of a column in lists and files where a field says nothing of its own.
_UNITS = {"money": "元", "percent": "%"}


@dataclass(frozen=True, slots=True)
class FieldError:
    """Why a field cannot be taken; ``path`` leads to a row and column inside it."""

    field: str
    message: str
    path: Path = ()


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A payload in canonical form, with what could not be taken into it and what its writer should look at again."""

    payload: Payload
    errors: list[FieldError] = field(default_factory=list)
    warnings: list[FieldError] = field(default_factory=list)


class Cleaner:
    """Cleans payloads of one kind."""

    def __init__(self, kind: Kind, plan: Plan) -> None:
        self._kind = kind
        self._steps = [(one.name, cast_of(one, plan)) for one in kind.fields]
        self._names = frozenset(kind.by_name)
        self._required = [one.name for one in kind.fields if one.required.always]
        self._judges: tuple[Judge, ...] = judges_of(kind, plan)
        self._conditional = [(one.name, one.required) for one in kind.fields if one.required.field]

    def clean(self, raw: Mapping[str, object]) -> Cleaned:
        """Return the canonical payload of what was given by field name, and every error; never raises.

        Values are given as a clerk would type them (text; lists and mappings for values with parts) or in canonical
        form, which cleaning leaves as it is. Empty values are left out.
        """
        payload: Payload = {}
        errors: list[FieldError] = []
        get = raw.get
        for name, cast in self._steps:
            value = get(name)
            if value is None or value == "":
                continue
            try:
                result = cast(value) if value not in EMPTY else None
            except Refused as refused:
                errors.append(FieldError(name, refused.message, refused.path))
            except RefusedAll as all_:
                errors += [FieldError(name, refused.message, refused.path) for refused in all_.refusals]
            else:
                if result is not None:
                    payload[name] = result
        if not self._names.issuperset(raw):
            errors += self._unknown(raw)
        self._demand(payload, errors)
        return self._judged(payload, errors) if self._judges else Cleaned(payload, errors)

    def _judged(self, payload: Payload, errors: list[FieldError]) -> Cleaned:
        """Hold the values against each other; a value that could not be taken is not judged a second time."""
        failed = {error.field for error in errors}
        warnings: list[FieldError] = []
        for judge in self._judges:
            if failed.isdisjoint(judge.fields):
                found = [FieldError(one.field, one.message, one.path) for one in judge.disagreements(payload)]
                (errors if judge.is_strict(payload) else warnings).extend(found)
        return Cleaned(payload, errors, warnings)

    def _demand(self, payload: Payload, errors: list[FieldError]) -> None:
        missing = [name for name in self._required if name not in payload]
        missing += [name for name, need in self._conditional if name not in payload and applies(need, payload)]
        if missing:
            failed = {error.field for error in errors}
            errors += [FieldError(name, _("This is required; fill it in.")) for name in missing if name not in failed]

    def _unknown(self, raw: Mapping[str, object]) -> list[FieldError]:
        return [
            FieldError(
                str(name),
                _("There is no field “%(name)s”%(hint)s")
                % {"name": quoted(str(name)), "hint": hint(str(name), self._names)},
            )
            for name in raw
            if name not in self._names
        ]

    def headers(self) -> dict[str, str]:
        """Return by which column headers of an import each field is known: official code, label, name."""
        found: dict[str, str] = {}
        for one in self._kind.fields:
            labels = [one.name, one.code or one.name, one.label.zh, one.label.en]
            if unit := one.unit or _UNITS.get(one.type):
                labels += [f"{one.label.zh}（{unit}）", f"{one.label.zh}({unit})"]
            for label in labels:
                found.setdefault(label, one.name)
        # A name is always the field's own, whatever another field is labelled.
        found.update({name: name for name in self._kind.by_name})
        return found


def applies(need: Requirement, payload: Mapping[str, object]) -> bool:
    """Tell whether a condition makes a field required in a payload."""
    if need.field is None or need.field not in payload:
        return need.always
    if not need.values:
        return True
    value = payload[need.field]
    return any(one in need.values for one in (value if isinstance(value, list) else [value]))


@lru_cache(maxsize=1024)
def _compiled(plan: Plan, code: str) -> Cleaner:
    return Cleaner(plan.kinds[code], plan)


def cleaner(kind: Kind, plan: Plan) -> Cleaner:
    """Return the cleaner of a kind, compiled once per plan."""
    return _compiled(plan, kind.code)


def typed(cell: object) -> object:
    """Return a cell of a spreadsheet or a JSON value as a clerk would have typed it; lists and mappings stay."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return format(Decimal(repr(cell)), "f").removesuffix(".0") if cell == cell and abs(cell) < 1e30 else ""
    if isinstance(cell, int | Decimal):
        return str(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return cell
