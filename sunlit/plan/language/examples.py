"""Example records: contract tests, demo data and documentation at once; no part of the plan's hash."""

from __future__ import annotations

from typing import Any

from sunlit.plan.language.kinds import Audience
from sunlit.plan.language.scalars import Code, Strict, Text, UnitCode


class Example(Strict):
    """A record as a clerk would type it; files are named from ``examples/files``."""

    kind: Code
    unit: UnitCode
    data: dict[str, Any]
    audience: Audience | None = None
    scope: Text | None = None
    note: Text | None = None
