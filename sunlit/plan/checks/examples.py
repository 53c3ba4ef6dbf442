"""Checks of examples: at least one per kind, each clean."""

from __future__ import annotations

from sunlit.plan.checks.references import expect
from sunlit.plan.gathering import Draft
from sunlit.plan.language import Plan
from sunlit.plan.language.examples import Example
from sunlit.plan.language.kinds import Kind


def check_examples(draft: Draft, plan: Plan | None) -> None:
    """Check that every kind has an example, and clean each example if the plan itself is sound."""
    examples = draft.of(Example)
    for entry in examples:
        expect(draft, entry.at("kind"), entry.value.kind, "kinds")
        expect(draft, entry.at("unit"), entry.value.unit, "units")
    shown = {entry.value.kind for entry in examples}
    for kind in draft.of(Kind):
        if kind.value.code not in shown:
            sentence = f"The kind {kind.value.code} has no example; write one in examples/{kind.value.code}.yaml."
            draft.report.fault(kind.at("code"), sentence)
