"""Checks of selectors and groups."""

from __future__ import annotations

from sunlit.plan.checks.references import cycles, expect, expect_all, expect_word, once
from sunlit.plan.gathering import Draft, Entry
from sunlit.plan.language.groups import Group
from sunlit.plan.language.selectors import Selector


def check_selectors(draft: Draft) -> None:
    """Check references and cycles of selectors."""
    selectors = draft.of(Selector)
    once(draft, ((entry.at("code"), entry.value.code) for entry in selectors), "selector")
    for entry in selectors:
        _check_selector(draft, entry)
    by_code = {entry.value.code: entry for entry in selectors}
    for cycle in cycles({code: (*entry.value.any, *entry.value.but) for code, entry in by_code.items()}):
        way = " → ".join([*cycle, cycle[0]])
        sentence = f"These selectors are defined by themselves: {way}; take one out of `any` or `except`."
        draft.report.fault(by_code[cycle[0]].at(), sentence)


def _check_selector(draft: Draft, entry: Entry[Selector]) -> None:
    selector = entry.value
    for key, section, codes in (
        ("classes", "classes", selector.classes),
        ("units", "units", selector.units),
        ("functions", "functions", selector.functions),
        ("any", "selectors", selector.any),
        ("except", "selectors", selector.but),
    ):
        expect_all(draft, section, ((entry.at(key, n), code) for n, code in enumerate(codes)))
    expect(draft, entry.at("within"), selector.within, "units")
    if not (selector.classes or selector.units or selector.functions or selector.any or selector.within):
        sentence = f"The selector {selector.code} names nobody; add classes, units, functions, any or within."
        draft.report.fault(entry.at(), sentence)


def check_groups(draft: Draft) -> None:
    """Check groups and the words of their membership rules."""
    groups = draft.of(Group)
    once(draft, ((entry.at("code"), entry.value.code) for entry in groups), "group")
    for entry in groups:
        expect_word(draft, entry.at("membership"), entry.value.membership, "membership")
