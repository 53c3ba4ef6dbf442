"""Checks of what is released together: the other kind exists and has a field that can name this one."""

from __future__ import annotations

from sunlit.plan.checks.fields import check_condition
from sunlit.plan.checks.references import expect, expect_name
from sunlit.plan.gathering import Draft, Entry
from sunlit.plan.language.kinds import Kind

_PATH = ("settings", "released_with")


def check_companion(draft: Draft, entry: Entry[Kind]) -> None:
    """Check with what records of a kind are released together."""
    kind, rule = entry.value, entry.value.settings.released_with
    if rule is None:
        return
    if not rule.when.always and rule.when.field is None:
        sentence = "`when` is true, or names a field of this kind and the terms in `is`; correct it or leave it out."
        draft.report.fault(entry.at(*_PATH, "when"), sentence)
    check_condition(draft, entry, rule.when, (*_PATH, "when"))
    if not expect(draft, entry.at(*_PATH, "kind"), rule.kind, "kinds"):
        return
    other = next((one.value for one in draft.of(Kind) if one.value.code == rule.kind), None)
    place = entry.at(*_PATH, "field")
    if other is None or not expect_name(draft, place, rule.field, other.by_name, "field"):
        return
    field = other.by_name[rule.field]
    if field.type != "record":
        sentence = f"{rule.field} of {rule.kind} is a {field.type}; name a field of type record."
        draft.report.fault(place, sentence)
    elif field.kinds and kind.code not in field.kinds:
        sentence = f"{rule.field} of {rule.kind} cannot name a {kind.code}; add {kind.code} to its `kinds`."
        draft.report.fault(place, sentence)
