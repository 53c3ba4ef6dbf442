"""Checks of the guard: rules and masks are words of the tables, each rule is named once, lists do not contradict."""

from __future__ import annotations

from collections.abc import Iterator

from sunlit.plan.checks.references import expect_name, expect_word, once
from sunlit.plan.gathering import Draft, Entry
from sunlit.plan.language.guard import BY_HAND, Guard
from sunlit.plan.language.kinds import Kind
from sunlit.plan.places import Place
from sunlit.plan.spelling import short

RULES = "rule of the guard"


def check_guard(draft: Draft) -> None:
    """Check the section ``guard`` and what kinds say of its rules."""
    for entry in draft.of(Guard):
        _check_rules(draft, entry)
        _check_masks(draft, entry)
        _check_lists(draft, entry)
    for kind in draft.of(Kind):
        _check_exceptions(draft, kind)


def _check_rules(draft: Draft, entry: Entry[Guard]) -> None:
    named = list(_named(entry))
    for place, rule in named:
        expect_word(draft, place, rule, RULES)
    once(draft, named, "severity of the rule")


def _named(entry: Entry[Guard]) -> Iterator[tuple[Place, str]]:
    for key in ("block", "warn"):
        for n, rule in enumerate(getattr(entry.value, key)):
            yield entry.at(key, n), rule
    for n, one in enumerate(entry.value.off):
        yield entry.at("off", n, "rule"), one.rule


def _check_masks(draft: Draft, entry: Entry[Guard]) -> None:
    masks = list(enumerate(entry.value.masks))
    once(draft, ((entry.at("masks", n, "rule"), one.rule) for n, one in masks), "mask of the rule")
    for n, one in masks:
        place = entry.at("masks", n, "rule")
        if expect_word(draft, place, one.rule, RULES) and one.rule in BY_HAND:
            draft.report.fault(place, f"What {one.rule} finds is mended by hand; it takes no mask, remove this.")
        expect_word(draft, entry.at("masks", n, "mask"), one.mask, "mask")
        if one.mask == "none":
            sentence = f"The mask none would leave what {one.rule} finds as it is; name another, or put the rule off."
            draft.report.fault(entry.at("masks", n, "mask"), sentence)


def _check_lists(draft: Draft, entry: Entry[Guard]) -> None:
    guard = entry.value
    forbidden = [
        (("forbidden", n, "words", w), word)
        for n, one in enumerate(guard.forbidden)
        for w, word in enumerate(one.words)
    ]
    once(draft, ((entry.at(*path), word) for path, word in forbidden), "forbidden word")
    pairs = [
        (("mistaken", n, "words", w), pair) for n, one in enumerate(guard.mistaken) for w, pair in enumerate(one.words)
    ]
    once(draft, ((entry.at(*path, "wrong"), pair.wrong) for path, pair in pairs), "mistaken form")
    wrong = {pair.wrong for _, pair in pairs}
    for path, pair in pairs:
        inside = next((one for one in sorted(wrong) if one in pair.right), None)
        if inside is not None:
            sentence = (
                f"The right form {short(pair.right)} holds {short(inside)}, which is listed as mistaken; correct one."
            )
            draft.report.fault(entry.at(*path, "right"), sentence)
    people = [
        (("leaders", n, "people", p), one) for n, many in enumerate(guard.leaders) for p, one in enumerate(many.people)
    ]
    once(draft, ((entry.at(*path, "name"), one.name) for path, one in people), "leader")


def _check_exceptions(draft: Draft, entry: Entry[Kind]) -> None:
    by_name = entry.value.by_name
    for n, one in enumerate(entry.value.settings.guard):
        path = ("settings", "guard", n)
        expect_word(draft, entry.at(*path, "rule"), one.rule, RULES)
        for position, name in enumerate(one.fields):
            place = entry.at(*path, "fields", position)
            field, dot, column = name.partition(".")
            if expect_name(draft, place, field, by_name, "field") and dot:
                columns = [known.name for known in by_name[field].columns]
                expect_name(draft, place, column, columns, f"column in {field}")
