"""Procedures: states and the moves between them; carried out by the cases engine."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sunlit.plan.language.scalars import Code, Count, Flag, Label, LimitId, StateName, Strict, Word


class State(Strict):
    """A state of a case; nothing moves out of a final one."""

    code: StateName
    label: Label
    final: Flag = False


class Move(Strict):
    """A step from some states to another, who may take it, under which guards and with what effects."""

    name: StateName
    label: Label
    sources: Annotated[tuple[StateName, ...], Field(min_length=1)] = Field(alias="from")
    target: StateName = Field(alias="to")
    roles: Annotated[tuple[Word, ...], Field(min_length=1)]
    guards: tuple[Word, ...] = ()
    effects: tuple[Word, ...] = ()
    letter: Word | None = None
    limit: LimitId | None = None


class Procedure(Strict):
    """A type of case; its first state is where a case begins."""

    code: Code
    measure: Count
    label: Label
    handled_by: Code
    states: Annotated[tuple[State, ...], Field(min_length=2)]
    moves: Annotated[tuple[Move, ...], Field(min_length=1)]
    publishes: Code | None = None
