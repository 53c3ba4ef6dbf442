"""Checks a plan directory: reads it, compares everything with everything, reports all faults at once."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sunlit.plan import words
from sunlit.plan.checks.examples import check_examples
from sunlit.plan.checks.guard import check_guard
from sunlit.plan.checks.kinds import check_kinds
from sunlit.plan.checks.measures import check_head, check_measures
from sunlit.plan.checks.navigation import check_navigation
from sunlit.plan.checks.procedures import check_procedures
from sunlit.plan.checks.processes import check_processes, check_standards
from sunlit.plan.checks.rules import check_duties, check_limits, check_synonyms, check_targets, check_vocabularies
from sunlit.plan.checks.selectors import check_groups, check_selectors
from sunlit.plan.checks.startpages import check_columns_can_be_filled, check_start_pages
from sunlit.plan.checks.units import check_classes, check_succession, check_units
from sunlit.plan.gathering import Draft, gather, sorted_faults
from sunlit.plan.language import Document, Plan
from sunlit.plan.language.examples import Example
from sunlit.plan.places import Fault
from sunlit.plan.sections import LISTS, OPTIONAL, SINGLES

CHECKS: tuple[Callable[[Draft], None], ...] = (
    check_head,
    check_measures,
    check_classes,
    check_units,
    check_succession,
    check_selectors,
    check_groups,
    check_vocabularies,
    check_synonyms,
    check_limits,
    check_kinds,
    check_duties,
    check_procedures,
    check_targets,
    check_processes,
    check_standards,
    check_navigation,
    check_start_pages,
    check_guard,
)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: the plan if there is no fault, and what an administrator should know (notices)."""

    plan: Plan | None
    faults: list[Fault]
    notices: list[Fault]
    examples: tuple[Example, ...] = ()


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep Python from looking for cycles among hundreds of thousands of nodes that hold none: half of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_without_collector()
def check_directory(directory: Path | str) -> Checked:
    """Read and check a plan directory; whatever its files hold, the answer is a list of faults."""
    draft = gather(Path(directory))
    for check in CHECKS if draft.opened else ():
        check(draft)
    sound = not draft.report.faults
    plan = _plan(draft)
    if plan is not None and sound:
        _notice_idle(draft, plan)
        check_columns_can_be_filled(draft, plan)
    check_examples(draft, plan)
    faults = sorted_faults(draft.report.faults)
    examples = tuple(entry.value for entry in draft.of(Example))
    return Checked(None if faults else plan, faults, sorted_faults(draft.report.notices), examples)


def _plan(draft: Draft) -> Plan | None:
    given = {name: draft.of(section.model)[0].value for name, section in SINGLES.items() if draft.of(section.model)}
    if any(name not in given for name in SINGLES if name not in OPTIONAL) or not draft.preamble:
        return None
    content: dict[str, Any] = dict(given)
    for name, section in LISTS.items():
        if name in Document.model_fields:
            content[name] = tuple(entry.value for entry in draft.of(section.model))
    return Plan(Document(preamble=draft.preamble, **content))


def _notice_idle(draft: Draft, plan: Plan) -> None:
    for section, sentence in words.WITHOUT_ENGINE.items():
        count = len(getattr(plan.document, section))
        if count:
            draft.report.notice(draft.place_of(section), f"{count} {section} are declared; {sentence}.")
    for code in plan.selectors:
        if not plan.select(code):
            place = next(e.at("code") for e in draft.entries[LISTS["selectors"].model] if e.value.code == code)
            draft.report.notice(place, f"The selector {code} names no unit that is open.")
