"""How a model tells the door where its audience stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class SightFields:
    """The look-ups by which a model, or the model it belongs to, says who may see a row.

    A model names them in a class attribute ``SIGHT``. ``prefix`` leads to the row that has them, as ``record__``.
    ``shown`` maps a state's look-up, from the model itself, to the states in which a row may be seen at all: the
    published ones and the tombstones; a row in any other state is seen by nobody through this door. ``hidden_batches``
    returns the ids of the imports that are not released. ``stub`` names the columns that everyone may see of a row of
    a group.
    """

    audience: str = "audience"
    scope: str = "scope"
    unit_path: str = "unit_path"
    batch_id: str = "batch_id"
    prefix: str = ""
    shown: Mapping[str, Sequence[str]] = field(default_factory=dict)
    hidden_batches: Callable[[], QuerySet[Any, Any]] | None = None
    stub: tuple[str, ...] = ()

    def lookup(self, name: str, suffix: str = "") -> str:
        """Return the look-up of one of the fields from the model, as ``record__unit_path__gte``."""
        return f"{self.prefix}{getattr(self, name)}{suffix}"
