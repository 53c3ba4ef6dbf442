"""Statutory limits as data, each with its source, its validity and who checked it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from sunlit.plan.language.scalars import Count, Day, Label, LimitId, Strict, Text
from sunlit.plan.language.units import Checked

LimitUnit = Literal["workday", "calendar_day", "week", "hour", "month", "year"]


class Limit(Strict):
    """A period of law. A ``deadline`` rolls forward over days off, a ``display`` period is never shortened."""

    id: LimitId
    label: Label
    amount: Count
    unit: LimitUnit
    rule: Literal["deadline", "display"] = "deadline"
    trigger: Text
    source: Text
    checked: Checked | None = None
    valid_from: Day | None = Field(default=None, alias="from")
    valid_to: Day | None = Field(default=None, alias="to")

    def holds(self, on: date) -> bool:
        """Tell whether the limit is in force on a day; both ends of the interval belong to it."""
        return (self.valid_from or date.min) <= on <= (self.valid_to or date.max)
