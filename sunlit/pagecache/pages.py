"""What views say about their pages: that they may be kept, by which parameters they differ, and what they show."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar, cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase

from sunlit.pagecache.store import Page
from sunlit.pagecache.tags import ANY

Answer = TypeVar("Answer", bound=HttpResponseBase)
Names = Callable[..., Iterable[str]]
MOST_TAGS = 8
NOTE = "sunlit.pagecache"
"""Where the environment of a request carries its note."""


@dataclass
class Note:
    """What is learnt about a page while it is made; ``find`` looks for it under its reduced question."""

    find: Callable[[str], Page | None]
    query: str | None = None
    found: Page | None = None
    never: bool = False
    tags: set[str] = field(default_factory=set)

    def all_tags(self) -> set[str]:
        """Return the tags of the page; one that names none, or too many, depends on everything."""
        return self.tags if 0 < len(self.tags) <= MOST_TAGS else {ANY}


_note: ContextVar[Note | None] = ContextVar("sunlit_page_note", default=None)


def cached(*names: str, also: Names | None = None) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """Let the pages of a view be kept. They differ by path, language and the parameters ``names`` (and ``also``).

    Any other parameter is taken out of the question before the view sees it, so that nobody can put it on a page that
    others get. ``also`` is called with the arguments of the view and returns further names.
    """

    def decorate(view: Callable[..., Answer]) -> Callable[..., Answer]:
        @wraps(view)
        def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> Answer:
            note: Note | None = request.META.get(NOTE)
            if note is None:
                return view(request, *args, **kwargs)
            known = {*names, *(also(*args, **kwargs) if also else ())}
            note.query = _reduce(request, known)
            note.found = note.find(note.query)
            if note.found is not None:
                return cast(Answer, HttpResponse())  # what was found is sent in its place
            token = _note.set(note)
            try:
                return view(request, *args, **kwargs)
            finally:
                _note.reset(token)

        return kept

    return decorate


def shows(*tags: str) -> None:
    """Say what the page at hand is made from. A page of which nothing is said is made anew after any act."""
    note = _note.get()
    if note is not None:
        note.tags.update(tags)


def never() -> None:
    """Say that the page at hand must not be kept."""
    note = _note.get()
    if note is not None:
        note.never = True


def _reduce(request: HttpRequest, known: set[str]) -> str:
    """Leave only the known parameters that say something, in the order of their names; return them encoded."""
    kept = QueryDict(mutable=True)
    for name in sorted(known & set(request.GET)):
        if values := [value for value in request.GET.getlist(name) if value]:
            kept.setlist(name, values)
    query = kept.urlencode()
    request.META["QUERY_STRING"] = query
    request.GET = QueryDict(query)
    return query
