"""The clauses of the plan, in the ten parts or however many the city's plan has."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sunlit.plan.language.scalars import Code, Count, Label, Strict, Text


class Part(Strict):
    """A part of the plan with its heading."""

    number: Count
    title: Label
    short: Label | None = None


class Measure(Strict):
    """One clause: what shall be done, who leads, who is responsible.

    ``lead_text`` and ``responsible_text`` are the clause's own words for the units that the selectors name.
    """

    number: Count
    part: Count
    title: Label
    text: Text
    short: Label | None = None
    highlights: tuple[Text, ...] = ()
    lead: Annotated[tuple[Code, ...], Field(min_length=1)]
    responsible: Annotated[tuple[Code, ...], Field(min_length=1)]
    lead_text: Text | None = None
    responsible_text: Text | None = None


class Expected(Strict):
    """How many parts and measures the plan has, so that a lost one is a fault."""

    parts: Count
    measures: Count
