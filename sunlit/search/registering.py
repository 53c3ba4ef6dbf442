"""Types of things that can be found: whoever has some registers them, and search knows nothing else of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from sunlit.ledger.models import Entry
from sunlit.search.documents import Document
from sunlit.sight import Viewer


@dataclass(frozen=True, slots=True)
class Target:
    """Where a hit leads: what sort of page and which one; the face that shows it makes the address."""

    page: str
    code: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A thing as one viewer may see it now: what its hit says, and the text in which the hit is shown.

    ``inside`` are the attachments by name and text; ``state`` is the word of a state that a reader must know of.
    """

    title: str
    text: str
    target: Target
    kind: str = ""
    unit: str = ""
    day: date | None = None
    validity: str = ""
    state: str = ""
    inside: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class SearchType:
    """A type of things. ``code`` is part of every key: once given, it is never given to another type.

    ``all`` yields every document behind an id, in the order of ids; ``some`` returns those of some ids as they are now,
    and leaves out what is gone; ``touched`` returns the ids that entries of the ledger concern, or None for all of
    them; ``shown`` returns what a viewer may see of some, which is asked anew for every hit.
    """

    code: int
    name: str
    label: str | Promise
    all: Callable[[int], Iterator[Document]]
    some: Callable[[Collection[int]], Mapping[int, Document]]
    touched: Callable[[Sequence[Entry]], Collection[int] | None]
    shown: Callable[[Viewer, Collection[int]], Mapping[int, Shown]]


def types() -> tuple[SearchType, ...]:
    """Return every type that the house has registered; raise ValueError where two have one code."""
    found: tuple[SearchType, ...] = tuple(import_string(settings.SEARCH_TYPES)())
    if len({one.code for one in found}) < len(found):
        raise ValueError("two types of things that can be found have the same code; give the newer one another")
    return found


def by_code() -> dict[int, SearchType]:
    """Return the types by their codes."""
    return {one.code: one for one in types()}
