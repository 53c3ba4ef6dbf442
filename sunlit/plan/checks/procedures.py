"""Checks of procedures: states reachable, final ones final, words known."""

from __future__ import annotations

from sunlit.plan.checks.references import expect, expect_name, expect_word, once
from sunlit.plan.gathering import Draft, Entry
from sunlit.plan.language.procedures import Procedure


def check_procedures(draft: Draft) -> None:
    """Check every procedure."""
    procedures = draft.of(Procedure)
    once(draft, ((entry.at("code"), entry.value.code) for entry in procedures), "procedure")
    for entry in procedures:
        procedure = entry.value
        expect(draft, entry.at("measure"), procedure.measure, "measures")
        expect(draft, entry.at("handled_by"), procedure.handled_by, "selectors")
        expect(draft, entry.at("publishes"), procedure.publishes, "kinds")
        states = list(enumerate(procedure.states))
        once(draft, ((entry.at("states", n, "code"), state.code) for n, state in states), "state")
        _check_moves(draft, entry)
        _check_graph(draft, entry)


def _check_moves(draft: Draft, entry: Entry[Procedure]) -> None:
    states = {state.code for state in entry.value.states}
    moves = list(enumerate(entry.value.moves))
    once(draft, ((entry.at("moves", n, "name"), move.name) for n, move in moves), "move")
    for n, move in moves:
        for position, source in enumerate(move.sources):
            expect_name(draft, entry.at("moves", n, "from", position), source, states, "state")
        expect_name(draft, entry.at("moves", n, "to"), move.target, states, "state")
        expect(draft, entry.at("moves", n, "limit"), move.limit, "limits")
        expect_word(draft, entry.at("moves", n, "letter"), move.letter, "letter")
        for key, table, names in (
            ("roles", "role", move.roles),
            ("guards", "guard", move.guards),
            ("effects", "effect", move.effects),
        ):
            for position, name in enumerate(names):
                expect_word(draft, entry.at("moves", n, key, position), name, table)
        if "send-letter" in move.effects and move.letter is None:
            sentence = f"The move {move.name} sends a letter but names none; add `letter`."
            draft.report.fault(entry.at("moves", n), sentence)


def _check_graph(draft: Draft, entry: Entry[Procedure]) -> None:
    procedure = entry.value
    reached = {procedure.states[0].code}
    growing = True
    while growing:
        following = {move.target for move in procedure.moves if reached & set(move.sources)}
        growing = not following <= reached
        reached |= following
    leaving = {source for move in procedure.moves for source in move.sources}
    for n, state in enumerate(procedure.states):
        place = entry.at("states", n)
        if state.code not in reached:
            draft.report.fault(place, f"No move leads to the state {state.code}; add one or remove the state.")
        if state.final and state.code in leaving:
            draft.report.fault(place, f"The state {state.code} is final, yet a move leaves it; change one of the two.")
        if not state.final and state.code not in leaving:
            draft.report.fault(place, f"No move leaves the state {state.code}; add one or mark it `final: true`.")
