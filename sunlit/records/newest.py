"""The newest rows of a long table that somebody may see, looked for among the newest of all before anywhere else.

Whoever works on much finds a page full among the last few hundred rows, whoever works on little has few rows in all;
which of the two holds no database can tell from the condition on the path of a unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)
STAGES = (500, 5_000)
"""How many of the newest rows are looked through before all are."""


def first(rows: QuerySet[Row], among: QuerySet[Row], order: Sequence[str], size: int) -> list[Row]:
    """Return the first of ``rows`` in an order; ``among`` are rows of which these are some, quickly read in it."""
    for most in STAGES:
        recent = list(among.order_by(*order).values_list("pk", flat=True)[:most])
        found = list(rows.filter(pk__in=recent).order_by(*order)[:size])
        if len(found) == size or len(recent) < most:
            return found
    return list(rows.order_by(*order)[:size])
