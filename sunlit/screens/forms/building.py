"""Builds the form of a kind, filled in as far as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from sunlit.plan.language import Column, Field, Kind, Plan
from sunlit.plan.language.limits import Limit
from sunlit.plan.payload import FieldError
from sunlit.screens.fields import column_label, is_number
from sunlit.screens.forms import hints, tables
from sunlit.screens.forms.controls import control_of, inputmode_of, options_of
from sunlit.screens.forms.inputs import (
    FieldInput,
    FormView,
    Line,
    Officer,
    Problem,
    SectionInput,
    StoredFile,
    TableInput,
)
from sunlit.screens.forms.keeping import shown
from sunlit.screens.forms.lookups import written
from sunlit.screens.forms.naming import input_name
from sunlit.screens.words import money_unit, say

PARTS = ("name", "post", "phone")

_SPARE_LINES = 1


def build(
    kind: Kind,
    plan: Plan,
    raw: Mapping[str, object],
    *,
    errors: Iterable[FieldError] = (),
    warnings: Iterable[FieldError] = (),
    base: str = "",
    limits: Mapping[str, Limit] | None = None,
) -> FormView:
    """Return the form of a kind with values as typed (from ``read`` or ``as_raw``) and what is to be said of them.

    ``base`` is the address under which the page answers for its form (``units/``, ``regions/``, ``pictures/``,
    ``uploads/``, ``autosave/``); without it the form works as well, without these comforts. ``limits`` are the limits
    of law that are named beside the dates from which they run, by default those of the plan.
    """
    given, cautions = _once(errors), list(warnings)
    builder = _Builder(kind, plan, raw, given, cautions, base, plan.limits if limits is None else limits)
    sections = [
        SectionInput(say(section.label), [builder.field(kind.by_name[name]) for name in section.fields])
        for section in kind.form
    ]
    return FormView(
        kind=kind.code,
        label=say(kind.label),
        sections=sections,
        problems=[builder.problem(one) for one in given],
        cautions=[builder.problem(one) for one in cautions],
        shown=" ".join(name for section in kind.form for name in section.fields),
        lookup_url=base,
        pictures_url=f"{base}pictures/" if base else "",
        uploads_url=f"{base}uploads/" if base else "",
        autosave_url=f"{base}autosave/" if base else "",
        has_richtext=any(one.control == "richtext" for section in sections for one in section.fields),
    )


class _Builder:
    """Holds what is the same for every field of one form."""

    def __init__(
        self,
        kind: Kind,
        plan: Plan,
        raw: Mapping[str, object],
        errors: Sequence[FieldError],
        warnings: Sequence[FieldError],
        base: str,
        limits: Mapping[str, Limit],
    ) -> None:
        self._kind, self._plan, self._raw, self._base, self._limits = kind, plan, raw, base, limits
        self._errors, self._warnings = _by_field(errors), _by_field(warnings)

    def field(self, declared: Field) -> FieldInput:
        """Return one field."""
        value = self._raw.get(declared.name)
        control = control_of(declared, self._plan)
        errors, warnings = self._errors.get(declared.name, []), self._warnings.get(declared.name, [])
        lookup = declared.type if control == "search" or declared.type in ("unit", "region", "record") else ""
        return FieldInput(
            name=declared.name,
            id=input_name(declared.name),
            label=_label(declared),
            type=declared.type,
            control=control,
            is_required=declared.required.always,
            help=say(declared.help) if declared.help else "",
            value=self._text(declared, value),
            condition=hints.condition(declared, self._kind, self._plan),
            hints=hints.of(declared, self._kind, self._limits),
            errors=[one.message for one in errors],
            warnings=[one.message for one in warnings],
            is_multiple=declared.multiple,
            unit=_unit(declared),
            inputmode=inputmode_of(declared),
            max_length=declared.max_length if declared.type in ("text", "richtext") else None,
            rows=_rows(declared, value),
            lookup=f"{self._base}{lookup}s/" if lookup and self._base else "",
            options=options_of(declared, self._plan, _texts(value)),
            lines=self._lines(declared, value) if control in ("lines", "point") else (),
            officers=_officers(declared, value) if control == "officer" else (),
            files=_files(value) if control == "file" else (),
            table=self._table(declared, value, errors) if control == "table" else None,
        )

    def problem(self, error: FieldError) -> Problem:
        """Return a sentence with the place to which it leads: the cell, if the path names one."""
        declared = self._kind.field(error.field)
        if declared is None:
            return Problem("", error.message)
        if (
            declared.type == "table"
            and len(error.path) == 2
            and not tables.is_long(declared, self._raw.get(error.field))
        ):
            return Problem(_label(declared), error.message, input_name(error.field, *error.path))
        anchor = input_name(error.field)
        return Problem(_label(declared), error.message, anchor)

    def _text(self, declared: Field, value: object) -> str:
        if declared.type in ("unit", "region") and isinstance(value, str):
            return written(self._plan, declared.type, value)
        return value if isinstance(value, str) else ""

    def _lines(self, declared: Field, value: object) -> list[Line]:
        if declared.type == "point":
            return _point(declared, value)
        texts = [written(self._plan, declared.type, one) for one in _texts(value)]
        name = input_name(declared.name)
        spare = [""] * _SPARE_LINES
        return [
            Line(name if at == 0 else f"{name}-{at}", name, text, f"{say(declared.label)} {at + 1}")
            for at, text in enumerate([*texts, *spare])
        ]

    def _table(self, declared: Field, value: object, errors: Sequence[FieldError]) -> TableInput:
        return tables.build(declared, self._plan, value, errors, self._base)


def _once(errors: Iterable[FieldError]) -> list[FieldError]:
    """Return one error for each cell: a sheet just read in and the cleaner both find what is wrong with it."""
    found: dict[object, FieldError] = {}
    for number, error in enumerate(errors):
        found.setdefault((error.field, error.path) if len(error.path) == 2 else number, error)
    return list(found.values())


def _by_field(errors: Iterable[FieldError]) -> dict[str, list[FieldError]]:
    found: dict[str, list[FieldError]] = {}
    for error in errors:
        found.setdefault(error.field, []).append(error)
    return found


def _label(declared: Field | Column) -> str:
    return column_label(declared) if is_number(declared) else say(declared.label)


def _unit(declared: Field) -> str:
    if declared.type == "money":
        return money_unit(declared.unit or "元")
    return "%" if declared.type == "percent" else declared.unit or ""


def _rows(declared: Field, value: object) -> int:
    if declared.type == "richtext":
        return 12
    lines = value.count("\n") + 1 if isinstance(value, str) else 1
    usual = 2 if not declared.max_length or declared.max_length <= 200 else 4
    return min(max(lines, usual), 20)


def _texts(value: object) -> list[str]:
    if isinstance(value, list | tuple):
        return [str(one) for one in value if isinstance(one, str | int)]
    return [value] if isinstance(value, str) and value else []


def _point(declared: Field, value: object) -> list[Line]:
    parts = value if isinstance(value, Mapping) else {}
    if isinstance(value, str):
        lng, _comma, lat = value.partition(",")
        parts = {"lng": lng, "lat": lat}
    first = input_name(declared.name)
    return [
        Line(first, input_name(declared.name, "lng"), str(parts.get("lng", "")), _("Longitude")),
        Line(f"{first}-lat", input_name(declared.name, "lat"), str(parts.get("lat", "")), _("Latitude")),
    ]


def _officers(declared: Field, value: object) -> list[Officer]:
    several = value if isinstance(value, list | tuple) else [value]
    people = [one if isinstance(one, Mapping) else {"name": str(one)} for one in several if one]
    if declared.multiple or not people:
        people.append({})
    labels = {"name": _("Full name"), "post": _("Post"), "phone": _("Office telephone")}
    found = []
    for at, person in enumerate(people):
        lines = {
            part: Line(
                input_name(declared.name) if at == 0 and part == "name" else input_name(declared.name, at, part),
                input_name(declared.name, at, part),
                str(person.get(part, "")),
                labels[part],
            )
            for part in PARTS
        }
        found.append(Officer(**lines))
    return found


def _files(value: object) -> list[StoredFile]:
    several = value if isinstance(value, list | tuple) else [value]
    return [one for one in map(shown, several) if one is not None]
