"""Processes: chains of records of several kinds under one number, whose missing stages are seen."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sunlit.plan.language.scalars import Code, Count, FieldName, Flag, Label, LimitId, Strict, Text, Word


class Unless(Strict):
    """A stage is not owed when a record of the process holds one of some values in a choice field."""

    kind: Code
    field: FieldName
    values: tuple[Text, ...] = Field(alias="is", min_length=1)


class Stage(Strict):
    """A stage: a record of the kind. ``optional`` ones are shown when they are there and never missed."""

    kind: Code
    label: Label | None = None
    optional: Flag = False
    unless: Unless | None = None
    limit: LimitId | None = None


class Comparison(Strict):
    """Two figures or days of a process, each ``kind.field``, that are held against each other."""

    word: Word
    left: Text
    right: Text
    label: Label


class Process(Strict):
    """A chain of kinds; a record belongs to the process whose number its kind's ``process`` field holds.

    ``title`` is the field, in the kinds that have it, that says what the whole is called, such as the project.
    """

    code: Code
    label: Label
    measures: Annotated[tuple[Count, ...], Field(min_length=1)]
    about: Label
    title: FieldName | None = None
    stages: Annotated[tuple[Stage, ...], Field(min_length=2)]
    compare: tuple[Comparison, ...] = ()

    def stage(self, kind: str) -> Stage | None:
        """Return the stage of a kind, or None."""
        return next((stage for stage in self.stages if stage.kind == kind), None)
