"""Checks of start pages: every column can be filled, and its title fits."""

from __future__ import annotations

from sunlit.plan.checks.references import expect, expect_all, expect_name, once
from sunlit.plan.gathering import Draft, Entry
from sunlit.plan.language import Plan
from sunlit.plan.language.kinds import Kind
from sunlit.plan.language.startpages import LONGEST_TITLE, StartColumn, StartPage
from sunlit.plan.language.vocabularies import Vocabulary
from sunlit.plan.places import Place
from sunlit.plan.publishers import is_listed, publishes
from sunlit.plan.spelling import short


def check_start_pages(draft: Draft) -> None:
    """Check that classes have one start page each, and that columns name kinds, fields and terms that exist."""
    pages = draft.of(StartPage)
    classes = [(entry.at("classes", n), code) for entry in pages for n, code in enumerate(entry.value.classes)]
    expect_all(draft, "classes", classes)
    once(draft, classes, "start page of class")
    for entry in pages:
        once(draft, _titles(entry), "column")
        for n, column in enumerate(entry.value.columns):
            named = ((entry.at("columns", n, "kinds", k), code) for k, code in enumerate(column.kinds))
            expect_all(draft, "kinds", named)
            _check_title(draft, entry, n, column)
            _check_choice(draft, entry, n, column)


def check_columns_can_be_filled(draft: Draft, plan: Plan) -> None:
    """Refuse columns of which no unit could ever show a row; asked once all else is sound."""
    units = [unit for unit in plan.units.values() if unit.closed is None]
    for entry in draft.of(StartPage):
        own = [unit.code for unit in units if unit.cls in entry.value.classes]
        for n, column in enumerate(entry.value.columns):
            for k, code in enumerate(column.kinds):
                kind, place = plan.kinds[code], entry.at("columns", n, "kinds", k)
                if not is_listed(kind):
                    draft.report.fault(place, f"The kind {code} is not for the public; leave it out of start pages.")
                elif own and not any(publishes(plan, kind, unit, below=column.below) for unit in own):
                    classes = ", ".join(entry.value.classes)
                    below = "" if column.below else ", or take in the units below with `below: true`"
                    sentence = f"No unit of class {classes} publishes the kind {code}; name one that they publish"
                    draft.report.fault(place, f"{sentence}{below}.")


def _titles(entry: Entry[StartPage]) -> list[tuple[Place, str]]:
    return [(entry.at("columns", n, "title"), column.title.zh) for n, column in enumerate(entry.value.columns)]


def _check_title(draft: Draft, entry: Entry[StartPage], n: int, column: StartColumn) -> None:
    if len(column.title.zh) > LONGEST_TITLE:
        sentence = f"The title {short(column.title.zh)} is longer than {LONGEST_TITLE} characters; shorten it."
        draft.report.fault(entry.at("columns", n, "title"), sentence)


def _check_choice(draft: Draft, entry: Entry[StartPage], n: int, column: StartColumn) -> None:
    """Check that a column is narrowed by a field of its only kind by which lists are filtered, to a term of it."""
    if column.field is None and column.value is None:
        return
    place = entry.at("columns", n, "field" if column.field else "value")
    if column.field is None or column.value is None:
        draft.report.fault(place, "A column is narrowed by `field` and `value` together; add the other or remove it.")
        return
    if len(column.kinds) > 1:
        draft.report.fault(place, "Only a column of one kind can be narrowed; name one kind or remove `field`.")
        return
    kind = next((one.value for one in draft.of(Kind) if one.value.code == column.kinds[0]), None)
    if kind is None or not expect_name(draft, place, column.field, list(kind.by_name), f"field of {kind.code}"):
        return
    declared = kind.by_name[column.field]
    if declared.type != "choice" or not declared.filter or declared.show == "internal":
        sentence = f"The field {column.field} is no public choice by which lists are filtered; add `filter: true` to it"
        draft.report.fault(place, f"{sentence} or narrow by another.")
    elif expect(draft, place, declared.choices, "vocabularies"):
        terms = [t.code for v in draft.of(Vocabulary) if v.value.code == declared.choices for t in v.value.terms]
        expect_name(draft, entry.at("columns", n, "value"), column.value, terms, f"term in {declared.choices}")
