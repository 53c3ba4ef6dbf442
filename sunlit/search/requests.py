"""What an engine is asked and what it answers: the one interface behind which engines can be exchanged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from sunlit.search.documents import Fields

TextField = Literal["title_words", "title_pairs", "body_words", "body_pairs"]
Facet = Literal["sort", "kind", "place", "year", "validity"]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens that stand one behind the other in a field; a single token is a term."""

    field: TextField
    tokens: tuple[str, ...]
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Single:
    """One Chinese character, anywhere in a field of pairs."""

    field: TextField
    character: str
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Number:
    """The normal form of a number by which a thing is known."""

    number: str
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Within:
    """Things that belong to a unit or to one below it."""

    place: str
    boost: float = 0.0


@dataclass(frozen=True, slots=True)
class Dated:
    """Things of a year, a month or a day, written 2025, 202503 or 20250314."""

    digits: str
    boost: float = 0.0

    @property
    def bounds(self) -> tuple[int, int]:
        """Return the first and the last day that begin so; no calendar has more than 31 days or twelve months."""
        return int(self.digits.ljust(8, "0")), int(self.digits.ljust(8, "9"))


@dataclass(frozen=True, slots=True)
class All:
    """Everything named must hold, so that no part at all is found everywhere; ``preferred`` only adds to the score."""

    parts: tuple[Node, ...]
    preferred: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of the parts must hold; each that does adds to the score."""

    parts: tuple[Node, ...]


Node = Phrase | Single | Number | Within | Dated | All | Some


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """Ask for what matches ``query`` and none of ``without``, within the filters; empty filters are open.

    ``doors`` None stands for the shelf of everyone; else only what is behind one of the doors is looked at.
    """

    query: Node
    without: tuple[Node, ...] = ()
    sorts: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    validities: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    doors: tuple[str, ...] | None = None
    newest_first: bool = False
    limit: int = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its key, its score (or its day, where sorted by it), and what it shares with its likes."""

    key: int
    score: float
    same: int


@dataclass(frozen=True, slots=True)
class Found:
    """What an engine answers: the best hits, and how many there are."""

    hits: tuple[Hit, ...] = ()
    total: int = 0


@dataclass(frozen=True, slots=True)
class Health:
    """How an index is: how many documents it holds, in a sentence what is wrong, or nothing."""

    documents: int
    trouble: str = ""


Facets = Mapping[str, Mapping[str, int]]


class EngineUnavailable(Exception):
    """Say that the index cannot be asked or written to just now, and what to do."""


class SearchBackend(Protocol):
    """One index of one engine. What was written is found after ``commit``; readers notice by themselves."""

    def upsert(self, documents: Iterable[Fields]) -> None:
        """Put documents in the place of those with the same keys."""

    def delete(self, keys: Sequence[int]) -> None:
        """Take documents out; a key that is not there is no mistake."""

    def commit(self) -> None:
        """Keep what was written, durably."""

    def search(self, request: SearchRequest) -> Found:
        """Answer a request; raise EngineUnavailable."""

    def facets(self, request: SearchRequest, names: Sequence[Facet]) -> Facets:
        """Return how everything that matches is spread over the values of some columns; raise EngineUnavailable."""

    def suggest(self, prefix: str, limit: int) -> list[int]:
        """Return keys of things whose title may begin with a folded text; only its first characters are looked at."""

    def health(self) -> Health:
        """Say how the index is."""

    def close(self) -> None:
        """Let go of files and locks."""


class Engine(Protocol):
    """Opens and drops the indexes of one kind of engine; ``name`` is the word of ``SUNLIT_SEARCH``."""

    name: str

    def writer(self, directory: Path, shelf: str) -> SearchBackend:
        """Open an index for writing, new if it is not there; raise EngineUnavailable where someone else writes."""

    def reader(self, directory: Path, shelf: str) -> SearchBackend:
        """Open an index for reading; raise EngineUnavailable where there is none."""

    def swapped(self, directory: Path) -> None:
        """Learn that the indexes of a directory are those that are served from now on."""

    def drop(self, directory: Path) -> None:
        """Remove everything that belongs to a directory of indexes outside of it."""
