"""Suggestions while somebody types: terms, units and titles that begin so, or sound as the letters say."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from sunlit import sight
from sunlit.search import reading, registering
from sunlit.search.analysis import fold
from sunlit.search.documents import HEAD, begins, parts_of
from sunlit.search.lexicon import Lexicon, Term
from sunlit.search.registering import Target
from sunlit.search.requests import EngineUnavailable

MOST = 8
_LONGEST = 40
_LOOKED_AT = 200
_COMPARED = 40


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text that could be meant; one that is the title of a thing leads right to it."""

    text: str
    what: str
    target: Target | None = None


def suggest(viewer: sight.Viewer, prefix: str) -> list[Suggestion]:
    """Return at most eight suggestions, words before titles; none where search cannot answer."""
    folded = fold(prefix[:_LONGEST]).strip()
    if not folded:
        return []
    try:
        library = reading.library()
        words = [Suggestion(term.text, "word") for term in terms_for(folded, library.lexicon)]
        keys = (
            library.shelves["public"].suggest(folded, MOST if len(folded) <= HEAD else _COMPARED)
            if len(folded) > 1
            else []
        )
    except EngineUnavailable:
        return []
    titles = [one for one in _titles(viewer, keys) if begins(one.text, folded)][:MOST]
    kept = words[: max(MOST - len(titles), MOST // 2)]
    found = {one.text: one for one in (*kept, *titles)}
    return list(found.values())[:MOST]


def terms_for(folded: str, lexicon: Lexicon) -> list[Term]:
    """Return the terms that a folded text begins, by letters also those that it begins to spell, the best first."""
    table = _table(lexicon)
    place = bisect_left(table, (folded,))
    found: dict[str, Term] = {}
    for key, _order, term in table[place : place + _LOOKED_AT]:
        if not key.startswith(folded):
            break
        found.setdefault(term.text, term)
    return sorted(found.values(), key=lambda term: (-term.rank, len(term.text), term.text))[:MOST]


@lru_cache(maxsize=2)
def _table_of(lexicon_id: int, terms: tuple[Term, ...]) -> list[tuple[str, int, Term]]:
    table = []
    for order, term in enumerate(terms):
        keys = {fold(term.text), "".join(term.sound), term.initials}
        table += [(key, order, term) for key in keys if key]
    return sorted(table, key=lambda row: row[:2])


def _table(lexicon: Lexicon) -> list[tuple[str, int, Term]]:
    return _table_of(id(lexicon), lexicon.terms)


def _titles(viewer: sight.Viewer, keys: list[int]) -> list[Suggestion]:
    """Return the titles of things that the viewer may see now."""
    wanted: dict[int, list[int]] = defaultdict(list)
    for key in keys:
        sort, number = parts_of(key)
        wanted[sort].append(number)
    types = registering.by_code()
    found = []
    for sort, numbers in wanted.items():
        if sort in types:
            shown = types[sort].shown(viewer, numbers)
            found += [Suggestion(one.title, types[sort].name, one.target) for one in shown.values()]
    return found
