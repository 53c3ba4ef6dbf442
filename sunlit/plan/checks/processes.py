"""Checks of processes and of the standard catalogue: every stage and every row leads to what carries it out."""

from __future__ import annotations

from sunlit.plan.checks.references import expect, expect_all, expect_name, expect_word, once
from sunlit.plan.gathering import Draft, Entry
from sunlit.plan.language.kinds import Kind
from sunlit.plan.language.processes import Comparison, Process, Unless
from sunlit.plan.language.standards import Standard

COMPARED = ("not-above", "not-before")


def check_processes(draft: Draft) -> None:
    """Check every process, and list kinds that name one and are no stage of any."""
    processes = draft.of(Process)
    kinds = {entry.value.code: entry.value for entry in draft.of(Kind)}
    once(draft, ((entry.at("code"), entry.value.code) for entry in processes), "process")
    staged = ((e.at("stages", n, "kind"), stage.kind) for e in processes for n, stage in enumerate(e.value.stages))
    once(draft, staged, "stage")
    for entry in processes:
        _check_process(draft, entry, kinds)
    placed = {stage.kind for entry in processes for stage in entry.value.stages}
    for kind in draft.of(Kind):
        if kind.value.settings.process and kind.value.code not in placed:
            sentence = f"The kind {kind.value.code} belongs to a process and is a stage of none; add it to one."
            draft.report.notice(kind.at("settings", "process"), sentence)


def _check_process(draft: Draft, entry: Entry[Process], kinds: dict[str, Kind]) -> None:
    process = entry.value
    expect_all(draft, "measures", ((entry.at("measures", n), str(m)) for n, m in enumerate(process.measures)))
    for n, stage in enumerate(process.stages):
        place = entry.at("stages", n, "kind")
        known = expect(draft, place, stage.kind, "kinds")
        expect(draft, entry.at("stages", n, "limit"), stage.limit, "limits")
        if known and stage.kind in kinds:
            _check_number(draft, entry, n, kinds[stage.kind])
        if stage.unless:
            _check_unless(draft, entry, n, stage.unless, kinds)
    if process.title and not any(
        kinds[stage.kind].field(process.title) for stage in process.stages if stage.kind in kinds
    ):
        sentence = f"No stage of {process.code} has a field {process.title} that could name the whole; name another."
        draft.report.fault(entry.at("title"), sentence)
    for n, comparison in enumerate(process.compare):
        _check_comparison(draft, entry, n, comparison, kinds)


def _check_number(draft: Draft, entry: Entry[Process], n: int, kind: Kind) -> None:
    field = kind.field(kind.settings.process or "")
    if field is None or field.type != "text" or not field.filter:
        sentence = f"{kind.code} must name, in `settings.process`, a text field with `filter: true` for the number."
        draft.report.fault(entry.at("stages", n, "kind"), sentence)


def _check_unless(draft: Draft, entry: Entry[Process], n: int, unless: Unless, kinds: dict[str, Kind]) -> None:
    place = entry.at("stages", n, "unless")
    if entry.value.stage(unless.kind) is None:
        draft.report.fault(place, f"{unless.kind} is no stage of {entry.value.code}; name one that is.")
    elif unless.kind in kinds:
        expect_name(draft, place, unless.field, kinds[unless.kind].by_name, "field")


def _check_comparison(
    draft: Draft, entry: Entry[Process], n: int, comparison: Comparison, kinds: dict[str, Kind]
) -> None:
    if comparison.word not in COMPARED:
        sentence = f"Stages are compared by {' or '.join(COMPARED)}, not by {comparison.word}; choose one."
        draft.report.fault(entry.at("compare", n, "word"), sentence)
    for side in ("left", "right"):
        code, _dot, name = getattr(comparison, side).partition(".")
        place = entry.at("compare", n, side)
        if entry.value.stage(code) is None:
            draft.report.fault(place, f'"{code}" is no stage of {entry.value.code}; write `kind.field`.')
        elif code in kinds:
            expect_name(draft, place, name, kinds[code].by_name, "field")


def check_standards(draft: Draft) -> None:
    """Check every row of the standard catalogue."""
    standards = draft.of(Standard)
    once(draft, ((entry.at("code"), entry.value.code) for entry in standards), "standard")
    for entry in standards:
        row = entry.value
        expect_word(draft, entry.at("field"), row.field, "field of the 26")
        expect_word(draft, entry.at("cycle"), row.cycle, "cycle")
        for n, channel in enumerate(row.channels):
            expect_word(draft, entry.at("channels", n), channel, "channel")
        expect(draft, entry.at("holders"), row.holders, "selectors")
        expect(draft, entry.at("limit"), row.limit, "limits")
        expect_all(draft, "kinds", ((entry.at("kinds", n), code) for n, code in enumerate(row.kinds)))
        if bool(row.limit) == bool(row.soon):
            sentence = f"The standard {row.code} needs either `limit` or `soon`, exactly one of them."
            draft.report.fault(entry.at(), sentence)
