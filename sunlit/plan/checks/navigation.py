"""Checks of navigation: everything leads somewhere."""

from __future__ import annotations

from sunlit.plan import words
from sunlit.plan.checks.references import expect_all, once
from sunlit.plan.gathering import Draft
from sunlit.plan.language.kinds import Kind
from sunlit.plan.language.navigation import Area, Menu, Question
from sunlit.plan.places import Place
from sunlit.plan.spelling import short, suggestion


def check_navigation(draft: Draft) -> None:
    """Check fields, questions and menus, and list kinds that no field holds."""
    areas = draft.of(Area)
    once(draft, ((entry.at("code"), entry.value.code) for entry in areas), "field")
    for entry in areas:
        expect_all(draft, "kinds", ((entry.at("kinds", n), code) for n, code in enumerate(entry.value.kinds)))
    for question in draft.of(Question):
        _expect_target(draft, question.at("to"), question.value.to)
    for menu in draft.of(Menu):
        if menu.value.to:
            _expect_target(draft, menu.at("to"), menu.value.to)
        elif not menu.value.items:
            draft.report.fault(menu.at(), f"The menu {menu.value.label} leads nowhere; add `to` or `items`.")
        for n, item in enumerate(menu.value.items):
            _expect_target(draft, menu.at("items", n, "to"), item.to)
    held = {code for entry in areas for code in entry.value.kinds}
    for kind in draft.of(Kind) if areas else ():
        if kind.value.code not in held and not kind.value.areas and kind.value.settings.audience in ("public", "group"):
            sentence = f"The kind {kind.value.code} stands under no field of the navigation; readers may not find it."
            draft.report.notice(kind.at("code"), sentence)


def _expect_target(draft: Draft, place: Place, target: str) -> None:
    if target in draft.known("measures") or target in draft.known("kinds") or target in words.PAGES:
        return
    known = draft.known("kinds") | set(words.PAGES)
    sentence = f"{short(target)} is neither a kind, nor a measure, nor a page{suggestion(target, known)}"
    draft.report.fault(place, sentence)
