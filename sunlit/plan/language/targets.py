"""Figures that the plan wants reached, each a ratio computed from evidence."""

from __future__ import annotations

from typing import Literal

from sunlit.plan.language.scalars import Code, Count, Figure, Label, Strict, Text, Word


class Target(Strict):
    """A share ``of`` something ``over`` something, with its bound in percent or its trend."""

    code: Code
    measure: Count
    label: Label
    of: Text
    over: Text
    word: Word
    at_least: Figure | None = None
    at_most: Figure | None = None
    exactly: Figure | None = None
    trend: Literal["rising", "falling"] | None = None
