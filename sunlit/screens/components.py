"""The pieces that pages are put together from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

CellState = Literal["has", "yet", "out"]


@dataclass(frozen=True)
class Link:
    """Something to go to; without an address it is where the reader already is."""

    label: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """A number with what it counts; its address lists exactly the things counted."""

    label: str
    value: int
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Cell:
    """One measure in the plan strip; ``words`` says its state to those who do not see the colour."""

    number: int
    label: str
    url: str
    state: CellState
    words: str


@dataclass(frozen=True)
class StripPart:
    """One chapter of the plan strip."""

    number: int
    label: str
    url: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Strip:
    """The plan at a glance: every measure a square, by chapter."""

    parts: Sequence[StripPart]
    has: int
    yet: int
    out: int = 0

    @property
    def total(self) -> int:
        """How many measures the plan has."""
        return self.has + self.yet + self.out


@dataclass(frozen=True)
class RecordRow:
    """A record as a list shows it."""

    title: str
    url: str
    kind: str
    kind_url: str
    unit: str
    unit_url: str
    published_at: datetime
    note: str = ""
