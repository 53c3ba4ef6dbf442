"""Checks of parts and measures: none lost, none twice, each with units and its own words."""

from __future__ import annotations

from sunlit.plan.checks.references import expect, expect_all, once
from sunlit.plan.gathering import Draft, Entry
from sunlit.plan.language.head import Head, Reasons
from sunlit.plan.language.measures import Expected, Measure, Part
from sunlit.plan.spelling import short
from sunlit.text.folding import to_simplified


def check_head(draft: Draft) -> None:
    """Check that the sections which every plan needs are there."""
    for section, file in (
        ("plan", "plan.yaml"),
        ("preamble", "measures.yaml"),
        ("expected", "measures.yaml"),
        ("parts", "measures.yaml"),
        ("measures", "measures.yaml"),
        ("classes", "units/classes.yaml"),
        ("units", "units/*.csv"),
        ("selectors", "selectors.yaml"),
    ):
        if section not in draft.opened:
            draft.report.fault(draft.place_of("plan"), f"The section `{section}` is missing; write it in {file}.")
    if "preamble" in draft.opened and not draft.preamble:
        draft.report.fault(draft.opened["preamble"], "The preamble is empty; write the plan's opening words.")
    for entry in draft.of(Head):
        reasons = entry.value.reasons
        for act in Reasons.model_fields:
            expect(draft, entry.at("reasons", act), getattr(reasons, act), "vocabularies")


def check_measures(draft: Draft) -> None:
    """Check numbers, references and highlights of all measures."""
    parts, measures = draft.of(Part), draft.of(Measure)
    once(draft, ((entry.at("number"), str(entry.value.number)) for entry in parts), "part")
    once(draft, ((entry.at("number"), str(entry.value.number)) for entry in measures), "measure")
    for entry in draft.of(Expected):
        _count(draft, entry, "parts", entry.value.parts)
        _count(draft, entry, "measures", entry.value.measures)
    for measure in measures:
        _check_measure(draft, measure)


def _count(draft: Draft, expected: Entry[Expected], section: str, count: int) -> None:
    known = {int(code) for code in draft.known(section) if code.isdecimal()}
    missing = [number for number in range(1, count + 1) if number not in known]
    noun = section.removesuffix("s")
    for number in missing:
        sentence = f"{noun.capitalize()} {number} of {count} is missing; add it to `{section}`."
        draft.report.fault(draft.opened.get(section, expected.at(section)), sentence)
    for number in sorted(known - set(range(1, count + 1))):
        sentence = f"There is a {noun} {number}, but only {count} are expected; correct one of the two."
        draft.report.fault(expected.at(section), sentence)


def _check_measure(draft: Draft, entry: Entry[Measure]) -> None:
    measure = entry.value
    expect(draft, entry.at("part"), measure.part, "parts")
    expect_all(draft, "selectors", ((entry.at("lead", n), code) for n, code in enumerate(measure.lead)))
    expect_all(draft, "selectors", ((entry.at("responsible", n), code) for n, code in enumerate(measure.responsible)))
    for position, phrase in enumerate(measure.highlights):
        if phrase not in measure.text:
            sentence = f"The highlight {short(phrase)} does not occur in the text of measure {measure.number}; copy it."
            draft.report.fault(entry.at("highlights", position), sentence)
    traditional = "".join(a for a, b in zip(measure.text, to_simplified(measure.text), strict=False) if a != b)
    if traditional:
        sentence = f"Measure {measure.number} holds characters that look Traditional: {traditional[:20]}; proofread it."
        draft.report.notice(entry.at("text"), sentence)
