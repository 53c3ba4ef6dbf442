"""What a reader's query is answered with: everything a page of results needs, and nothing that only a page knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from sunlit.search.registering import Target
from sunlit.search.snippets import Snippet

Sort = Literal["relevance", "date"]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a reader narrows a search to; ``units`` are codes, ``areas`` and ``kinds`` those of the plan."""

    types: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    validities: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Tell whether nothing is narrowed."""
        return not (self.types or self.areas or self.kinds or self.units or self.years or self.validities)


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found, as its reader may see it now.

    ``inside`` is the name of an attachment in which it was found, ``likes`` how many more of the same title by the same
    unit are folded into it, ``state`` and ``validity`` what a reader must know before they rely on it.
    """

    type: str
    title: Snippet
    text: Snippet
    target: Target
    kind: str
    unit: str
    day: date | None
    validity: str
    state: str
    inside: str
    likes: int
    score: float


@dataclass(frozen=True, slots=True)
class Value:
    """A value by which what was found can be narrowed, and how much of it there is."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Way:
    """A way out of an empty result: ``query`` finds ``count`` things, without the filters if ``everywhere``."""

    query: str
    count: int
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """How a part of a query was understood: as what (unit, number, date, excluded, ...), and as whom."""

    what: str
    text: str
    as_: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """The answer to a query. ``rung`` says how literally it was taken: exact, close, words or any.

    ``trouble`` is a sentence for the operator where search cannot answer at all; the page then says so and offers the
    catalogue.
    """

    text: str
    hits: Sequence[Hit] = ()
    total: int = 0
    page: int = 1
    pages: int = 1
    sort: Sort = "relevance"
    rung: str = "exact"
    chosen: Chosen = field(default_factory=Chosen)
    facets: dict[str, list[Value]] = field(default_factory=dict)
    meant: Sequence[Way] = ()
    ways: Sequence[Way] = ()
    notes: Sequence[Note] = ()
    trouble: str = ""
