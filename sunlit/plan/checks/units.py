"""Checks of units, classes, functions and successions."""

from __future__ import annotations

from sunlit.plan.checks.references import cycles, expect, expect_all, once
from sunlit.plan.gathering import Draft, Entry
from sunlit.plan.language.head import Head
from sunlit.plan.language.units import Function, Succession, Unit, UnitClass
from sunlit.plan.spelling import short
from sunlit.text.identifiers import is_organisation_code


def check_classes(draft: Draft) -> None:
    """Check classes and functions: named once, parents known."""
    classes = draft.of(UnitClass)
    once(draft, ((entry.at("code"), entry.value.code) for entry in classes), "class")
    once(draft, ((entry.at("code"), entry.value.code) for entry in draft.of(Function)), "function")
    for entry in classes:
        expect_all(draft, "classes", ((entry.at("parents", n), code) for n, code in enumerate(entry.value.parents)))


def check_units(draft: Draft) -> None:
    """Check each unit by itself and the register as a whole."""
    units = draft.of(Unit)
    once(draft, ((entry.at("code"), entry.value.code) for entry in units), "unit")
    once(
        draft, ((entry.at("org9"), entry.value.org9 or "") for entry in units if entry.value.org9), "organisation code"
    )
    for entry in units:
        _check_unit(draft, entry)
    _check_root(draft, units)
    _check_tree(draft, {entry.value.code: entry for entry in units})


def _check_unit(draft: Draft, entry: Entry[Unit]) -> None:
    unit = entry.value
    expect(draft, entry.at("class"), unit.cls, "classes")
    expect(draft, entry.at("parent"), unit.parent, "units")
    expect_all(draft, "functions", ((entry.at("functions"), code) for code in unit.functions))
    if unit.org9 and not is_organisation_code(unit.org9):
        # Only a notice: codes of real organs exist that fail the check, and an index number once printed stays.
        sentence = f"The organisation code {unit.org9} has a wrong check character (GB 11714); compare it."
        draft.report.notice(entry.at("org9"), sentence)
    if unit.opened and unit.closed and unit.closed < unit.opened:
        draft.report.fault(
            entry.at("closed"), f"The unit {unit.code} closes before it opens; correct one of the dates."
        )


def _check_root(draft: Draft, units: list[Entry[Unit]]) -> None:
    heads = draft.of(Head)
    root = heads[0].value.root if heads else None
    if heads and root is not None:
        expect(draft, heads[0].at("root"), root, "units")
    for entry in units:
        if entry.value.parent is None and root is not None and entry.value.code != root:
            sentence = f"The unit {entry.value.code} has no parent, and only the root {root} may have none; name one."
            draft.report.fault(entry.at("parent"), sentence)
        elif entry.value.parent is not None and entry.value.code == root:
            draft.report.fault(
                entry.at("parent"), f"{root} is the root of the plan and cannot have a parent; remove it."
            )


def _check_tree(draft: Draft, by_code: dict[str, Entry[Unit]]) -> None:
    parents = {code: (entry.value.parent,) if entry.value.parent else () for code, entry in by_code.items()}
    for cycle in cycles(dict(parents)):
        way = " → ".join([*cycle, cycle[0]])
        draft.report.fault(by_code[cycle[0]].at("parent"), f"These units are above themselves: {way}; change a parent.")
    allowed = {entry.value.code: entry.value.parents for entry in draft.of(UnitClass)}
    for entry in by_code.values():
        above = by_code.get(entry.value.parent or "")
        if above is not None and entry.value.cls in allowed and above.value.cls not in allowed[entry.value.cls]:
            sentence = (
                f"A {entry.value.cls} cannot stand below {above.value.code}, which is a {above.value.cls}; "
                f"change the parent or add {short(above.value.cls)} to the parents of the class."
            )
            draft.report.fault(entry.at("parent"), sentence)


def check_succession(draft: Draft) -> None:
    """Check that functions and units of each succession exist and that who gives a function up had it."""
    holding = {entry.value.code: set(entry.value.functions) for entry in draft.of(Unit)}
    steps = sorted(draft.of(Succession), key=lambda entry: entry.value.on)
    for entry in steps:
        step = entry.value
        known = expect(draft, entry.at("function"), step.function, "functions")
        known &= expect(draft, entry.at("from"), step.source_unit, "units")
        known &= expect(draft, entry.at("to"), step.target_unit, "units")
        if not known:
            continue
        if step.source_unit == step.target_unit:
            draft.report.fault(entry.at("to"), f"{step.target_unit} cannot succeed itself; correct one of the two.")
        elif step.function not in holding.get(step.source_unit, set()):
            sentence = (
                f"{step.source_unit} does not hold the function {short(step.function)} on {step.on}; "
                "add it to the unit's functions or correct the succession."
            )
            draft.report.fault(entry.at("from"), sentence)
        else:
            holding[step.source_unit].discard(step.function)
            holding.setdefault(step.target_unit, set()).add(step.function)
        if step.checked is None:
            draft.report.notice(entry.at(), f"Nobody has checked the succession of {step.function} against its source.")
