"""Two people changed one draft: what both keep, and what only a person can decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that both changed, and not in the same way; None where it was empty."""

    field: str
    base: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Merged:
    """What comes of two changes of one text; a field in conflict holds what the other one saved."""

    payload: dict[str, Any]
    taken: tuple[str, ...] = ()
    conflicts: list[Conflict] = field(default_factory=list)


def merge(base: Payload, mine: Payload, theirs: Payload) -> Merged:
    """Join two changes of one text, field by field and in tables row by row.

    ``base`` is what both began with. A field that only one changed is taken from that one; ``taken`` names those that
    come from the other. Equal changes are no conflict.
    """
    payload: dict[str, Any] = {}
    taken: list[str] = []
    conflicts: list[Conflict] = []
    for name in dict.fromkeys((*theirs, *mine, *base)):
        was, own, other = base.get(name), mine.get(name), theirs.get(name)
        value = other
        if own == other or other == was:
            value = own
        elif own == was:
            taken.append(name)
        else:
            rows = _merged_rows(was, own, other)
            if rows is None:
                conflicts.append(Conflict(name, was, own, other))
            else:
                value = rows
        if value is not None:
            payload[name] = value
    return Merged(payload, tuple(taken), conflicts)


def _merged_rows(base: Any, mine: Any, theirs: Any) -> list[Any] | None:
    """Return the rows of a table that both changed, if they changed different ones of the same; else None."""
    if not (isinstance(base, list) and isinstance(mine, list) and isinstance(theirs, list)):
        return None
    if not (len(base) == len(mine) == len(theirs)) or not all(isinstance(row, dict) for row in base):
        return None
    rows = []
    for was, own, other in zip(base, mine, theirs, strict=True):
        if own != was and other not in (was, own):
            return None
        rows.append(own if own != was else other)
    return rows
