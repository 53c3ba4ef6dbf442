"""Checks of agreements: each names what its word needs, and figures or days are held against their like."""

from __future__ import annotations

from collections.abc import Mapping

from sunlit.plan.checks.references import expect_name, expect_word
from sunlit.plan.gathering import Draft, Entry
from sunlit.plan.language.agreements import Agreement
from sunlit.plan.language.fields import Column, Field
from sunlit.plan.language.kinds import Kind
from sunlit.plan.language.vocabularies import Vocabulary
from sunlit.plan.spelling import suggestion

# What each word needs; names in the second list are columns of the table where there is one.
NEEDS: Mapping[str, tuple[str, ...]] = {
    "adds-up": ("table", "column", "field"),
    "branches-add-up": ("table", "column", "level"),
    "counts": ("table", "field"),
    "balance": ("plus", "field"),
    "not-above": ("field", "bound"),
    "not-before": ("field", "bound"),
    "reaches": ("table", "level", "values"),
    "one-of": ("fields",),
}
# Words that judge every row of their table, if they name one.
BY_ROW = frozenset({"balance", "not-above", "not-before"})
FIGURES = frozenset({"money", "number", "percent"})


def check_agreements(draft: Draft, entry: Entry[Kind]) -> None:
    """Check all agreements of one kind."""
    for n, agreement in enumerate(entry.value.checks):
        path: tuple[str | int, ...] = ("checks", n)
        if expect_word(draft, entry.at(*path, "word"), agreement.word, "agreement"):
            _check(draft, entry, path, agreement)


def _check(draft: Draft, entry: Entry[Kind], path: tuple[str | int, ...], agreement: Agreement) -> None:
    for key in NEEDS[agreement.word]:
        if not getattr(agreement, key):
            written = "is" if key == "values" else key
            sentence = f"The agreement {agreement.word} needs `{written}`; add it."
            draft.report.fault(entry.at(*path), sentence)
    kind = entry.value
    columns = _columns(draft, entry, path, agreement)
    for key in ("field", "bound"):
        _judged(draft, entry, (*path, key), getattr(agreement, key), agreement, columns)
    for key in ("plus", "minus"):
        for n, name in enumerate(getattr(agreement, key)):
            _judged(draft, entry, (*path, key, n), name, agreement, columns)
    for n, name in enumerate(agreement.fields):
        expect_name(draft, entry.at(*path, "fields", n), name, kind.by_name, "field")
    if (
        agreement.column
        and columns
        and expect_name(draft, entry.at(*path, "column"), agreement.column, columns, "column")
    ):
        _expect_type(draft, entry, (*path, "column"), columns[agreement.column], FIGURES)
    if agreement.level and columns and expect_name(draft, entry.at(*path, "level"), agreement.level, columns, "column"):
        _level(draft, entry, path, agreement, columns[agreement.level])
    if agreement.but and columns:
        expect_name(draft, entry.at(*path, "but", "column"), agreement.but.column, columns, "column")
    if (year := agreement.strict.field) and expect_name(
        draft, entry.at(*path, "strict", "field"), year, kind.by_name, "field"
    ):
        _expect_type(draft, entry, (*path, "strict", "field"), kind.by_name[year], frozenset({"number"}))


def _columns(
    draft: Draft, entry: Entry[Kind], path: tuple[str | int, ...], agreement: Agreement
) -> Mapping[str, Column]:
    if agreement.table is None:
        return {}
    place = entry.at(*path, "table")
    if not expect_name(draft, place, agreement.table, entry.value.by_name, "field"):
        return {}
    field = entry.value.by_name[agreement.table]
    if field.type != "table":
        draft.report.fault(place, f"{agreement.table} is a {field.type}, not a table; name a table.")
    return {column.name: column for column in field.columns}


def _judged(
    draft: Draft,
    entry: Entry[Kind],
    path: tuple[str | int, ...],
    name: str | None,
    agreement: Agreement,
    columns: Mapping[str, Column],
) -> None:
    if name is None:
        return
    by_row = agreement.table is not None and agreement.word in BY_ROW
    known: Mapping[str, Field | Column] = columns if by_row else entry.value.by_name
    if not known or not expect_name(draft, entry.at(*path), name, known, "column" if by_row else "field"):
        return
    types = frozenset({"date"}) if agreement.word == "not-before" else FIGURES
    _expect_type(draft, entry, path, known[name], types)


def _expect_type(
    draft: Draft, entry: Entry[Kind], path: tuple[str | int, ...], found: Field | Column, types: frozenset[str]
) -> None:
    if found.type not in types:
        wanted = "a date" if "date" in types else "a figure"
        draft.report.fault(entry.at(*path), f"{found.name} is a {found.type}, not {wanted}; name another.")


def _level(draft: Draft, entry: Entry[Kind], path: tuple[str | int, ...], agreement: Agreement, column: Column) -> None:
    if column.type != "choice":
        sentence = f"{column.name} is a {column.type}; levels are the terms of a choice, the highest first."
        draft.report.fault(entry.at(*path, "level"), sentence)
        return
    terms = {
        term.code
        for vocabulary in draft.of(Vocabulary)
        if vocabulary.value.code == column.choices
        for term in vocabulary.value.terms
    }
    for n, value in enumerate(agreement.values):
        if terms and value not in terms:
            sentence = f'"{value}" is no term of {column.choices}{suggestion(value, terms)}'
            draft.report.fault(entry.at(*path, "is", n), sentence)
