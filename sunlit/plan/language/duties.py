"""Who owes what, by when; carried out by the duties engine."""

from __future__ import annotations

from typing import Literal

from sunlit.plan.language.scalars import Code, Count, Day, FieldName, Label, LimitId, Strict, Word

Every = Literal["event", "day", "month", "quarter", "half-year", "year"]


class Duty(Strict):
    """An obligation of the units of a selector; ``evidence`` is the word for what fulfils it."""

    code: Code
    measure: Count
    label: Label
    owes: Code
    every: Every
    evidence: Word
    kinds: tuple[Code, ...] = ()
    procedure: Code | None = None
    limit: LimitId | None = None
    counts_from: FieldName | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
