"""Checks of the fields of a kind: each key fits its type, each reference exists, no person shows by mistake."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from sunlit.plan.checks.references import expect, expect_all, expect_name, expect_word, once
from sunlit.plan.gathering import Draft, Entry
from sunlit.plan.language.fields import Column, Field, Requirement
from sunlit.plan.language.kinds import Kind
from sunlit.plan.language.vocabularies import Vocabulary
from sunlit.plan.places import Place
from sunlit.plan.spelling import suggestion

Path = tuple[str | int, ...]

# Which types take which key.
TAKES: dict[str, frozenset[str]] = {
    "choices": frozenset({"choice"}),
    "columns": frozenset({"table"}),
    "kinds": frozenset({"record"}),
    "unit": frozenset({"money", "number", "percent"}),
    "min": frozenset({"money", "number", "percent", "date"}),
    "max": frozenset({"money", "number", "percent", "date"}),
    "max_length": frozenset({"text", "richtext", "person", "phone", "url", "table"}),
    "multiple": frozenset({"choice", "unit", "region", "record", "file", "url", "person", "officer", "phone"}),
    "mask": frozenset({"text", "person", "phone", "id_number"}),
    "filter": frozenset({"choice", "unit", "region", "date", "money", "number", "percent", "text", "uscc"}),
    "sort": frozenset({"text", "date", "money", "number", "percent", "choice", "unit"}),
    "chart": frozenset({"date", "money", "number", "percent", "choice"}),
}
NEEDS = {"choice": "choices", "table": "columns"}
MONEY_UNITS = ("元", "万元")
NAME_MASKS = ("full", "surname", "none")

# What a list keeps beside each record: so many columns of each sort (``records.Slot``).
SLOT_SORTS = {"date": "date", "money": "number", "number": "number", "percent": "number"}
SLOTS = {"text": 6, "number": 6, "date": 4}


def check_fields(draft: Draft, entry: Entry[Kind]) -> None:
    """Check all fields of one kind."""
    fields = list(enumerate(entry.value.fields))
    once(draft, ((entry.at("fields", n, "name"), field.name) for n, field in fields), "field")
    once(draft, _headers(entry), "import header")
    for n, field in fields:
        path: Path = ("fields", n)
        _check_keys(draft, entry, field, path)
        _check_reference(draft, entry, field, path)
        _check_bounds(draft, entry, field, path)
        _check_sight(draft, entry, field, path)
        _check_requirement(draft, entry, field, path)
        once(draft, _columns(entry, field, path), "column")
        for position, column in enumerate(field.columns):
            inner = (*path, "columns", position)
            _check_keys(draft, entry, column, inner)
            _check_reference(draft, entry, column, inner)
            _check_bounds(draft, entry, column, inner)
            _check_sight(draft, entry, column, inner)
    _check_slots(draft, entry)


def _headers(entry: Entry[Kind]) -> Iterator[tuple[Place, str]]:
    for n, field in enumerate(entry.value.fields):
        for name in {field.label.zh, field.code or field.label.zh} - {field.name}:
            yield entry.at("fields", n, "label"), name


def _columns(entry: Entry[Kind], field: Field, path: Path) -> Iterator[tuple[Place, str]]:
    for n, column in enumerate(field.columns):
        yield entry.at(*path, "columns", n, "name"), column.name


def _check_keys(draft: Draft, entry: Entry[Kind], field: Field | Column, path: Path) -> None:
    for key, types in TAKES.items():
        if getattr(field, key, None) and field.type not in types:
            sentence = f"A {field.type} field takes no `{key}` (only {', '.join(sorted(types))}); remove it."
            draft.report.fault(entry.key(*path, key), sentence)
    needed = NEEDS.get(field.type)
    if needed and not getattr(field, needed):
        draft.report.fault(entry.at(*path), f"The {field.type} field {field.name} needs `{needed}`; add it.")
    if field.type == "money" and field.unit and field.unit not in MONEY_UNITS:
        draft.report.fault(
            entry.at(*path, "unit"), f"Money is counted in 元 or 万元, not {field.unit}; change the unit."
        )


def _check_reference(draft: Draft, entry: Entry[Kind], field: Field | Column, path: Path) -> None:
    expect(draft, entry.at(*path, "choices"), field.choices, "vocabularies")
    if isinstance(field, Field):
        expect_all(draft, "kinds", ((entry.at(*path, "kinds", n), code) for n, code in enumerate(field.kinds)))


def _check_bounds(draft: Draft, entry: Entry[Kind], field: Field | Column, path: Path) -> None:
    values: list[Decimal | date] = []
    for key in ("min", "max"):
        bound: str | None = getattr(field, key)
        if not bound or field.type not in TAKES[key]:
            continue
        is_date = bound.count("-") == 2 and not bound.startswith("-")
        try:
            value = date.fromisoformat(bound) if is_date else Decimal(bound)
        except ValueError:
            draft.report.fault(entry.at(*path, key), f"The date {bound} does not exist; correct it.")
            continue
        if is_date != (field.type == "date"):
            expected = "a date, YYYY-MM-DD" if field.type == "date" else "a number"
            draft.report.fault(
                entry.at(*path, key), f"`{key}` of the {field.type} field {field.name} must be {expected}."
            )
        else:
            values.append(value)
    if len(values) == 2 and values[0] > values[1]:  # type: ignore[operator]  # both are of the field's one type
        draft.report.fault(entry.at(*path, "max"), f"`max` of {field.name} lies below `min`; correct one of them.")


def _check_sight(draft: Draft, entry: Entry[Kind], field: Field | Column, path: Path) -> None:
    expect_word(draft, entry.at(*path, "mask"), field.mask, "mask")
    place = entry.at(*path)
    if field.type == "id_number" and field.show != "internal":
        draft.report.fault(place, f"Identity numbers are never public: give {field.name} `show: internal`.")
    if field.type == "person" and not (field.mask and field.basis):
        draft.report.fault(place, f"{field.name} names natural persons: give it `mask` and the `basis` for it.")
    if field.type == "person" and field.mask and field.mask not in NAME_MASKS:
        draft.report.fault(entry.at(*path, "mask"), f"A name is masked by full, surname or none, not by {field.mask}.")
    if field.show == "masked" and not field.mask:
        draft.report.fault(entry.at(*path, "show"), f"{field.name} is masked, but `mask` does not say how; add it.")
    slotted = isinstance(field, Field) and field.slotted
    if slotted and (field.show != "public" or field.type == "person"):
        sentence = (
            f"{field.name} is not wholly public, so it cannot be listed, filtered, sorted or charted; remove that."
        )
        draft.report.fault(place, sentence)


def _check_requirement(draft: Draft, entry: Entry[Kind], field: Field, path: Path) -> None:
    if field.required.field == field.name:
        sentence = f"Whether {field.name} is required cannot depend on itself; name another field."
        draft.report.fault(entry.at(*path, "required", "field"), sentence)
    check_condition(draft, entry, field.required, (*path, "required"))


def check_condition(draft: Draft, entry: Entry[Kind], need: Requirement, path: Path) -> None:
    """Check that a condition names a field of its kind, and terms that the field can hold."""
    place = entry.at(*path, "field")
    if need.field is None or not expect_name(draft, place, need.field, entry.value.by_name, "field"):
        return
    other = entry.value.by_name[need.field]
    terms = _terms(draft, other)
    for n, value in enumerate(need.values):
        if other.type != "choice":
            draft.report.fault(
                place, f"`is` works with choice fields only, and {other.name} is a {other.type}; remove it."
            )
            break
        if terms and value not in terms:
            sentence = f'"{value}" is no term of {other.choices}{suggestion(value, terms)}'
            draft.report.fault(entry.at(*path, "is", n), sentence)


def _terms(draft: Draft, field: Field) -> set[str]:
    vocabularies = (entry.value for entry in draft.of(Vocabulary) if entry.value.code == field.choices)
    return {term.code for vocabulary in vocabularies for term in vocabulary.terms}


def _check_slots(draft: Draft, entry: Entry[Kind]) -> None:
    used = dict.fromkeys(SLOTS, 0)
    for n, field in enumerate(entry.value.fields):
        if field.slotted:
            sort = SLOT_SORTS.get(field.type, "text")
            used[sort] += 1
            if used[sort] == SLOTS[sort] + 1:
                sentence = (
                    f"{entry.value.code} lists, filters, sorts or charts more than {SLOTS[sort]} {sort} fields; "
                    "take it from some of them."
                )
                draft.report.fault(entry.at("fields", n), sentence)
