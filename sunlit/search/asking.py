"""Asking: a viewer, a text, and what it is narrowed to; the answer holds nothing that the viewer may not see.

Each audience has an index of its own, and in those of the few only what is behind a viewer's own doors is counted.
Every hit is looked up once more through ``sight.visible``, so that a takedown is gone before any index knows of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from sunlit import sight
from sunlit.plan import selectors as plans
from sunlit.plan.language import Plan
from sunlit.records.states import Validity
from sunlit.search import reading, registering
from sunlit.search.analysis import fold
from sunlit.search.answers import Answer, Chosen, Hit, Note, Sort, Value, Way
from sunlit.search.documents import doors_for, parts_of
from sunlit.search.reading import Library
from sunlit.search.registering import SearchType, Shown
from sunlit.search.requests import All, EngineUnavailable, Facet, Found, Node, SearchRequest
from sunlit.search.requests import Hit as Match
from sunlit.search.snippets import Snippet, marked, snippet
from sunlit.search.understanding import ladder, spelling
from sunlit.search.understanding.ladder import Rung, Understood
from sunlit.search.understanding.parsing import Parsed, parse
from sunlit.units import selectors as units
from sunlit.units.models import Unit

PER_PAGE = 10
LAST_PAGE = 50
_SPARE = 30
_FACETS: tuple[Facet, ...] = ("sort", "kind", "place", "year", "validity")
_MOST_VALUES = 30
_MOST_UNITS = 20
NOBODY = 0

T = TypeVar("T")
Places = Mapping[str, tuple[str, ...] | None]


@dataclass(frozen=True)
class _Asking:
    """One query on its way: who asks, in which library, with which filters."""

    library: Library
    doors: Places
    base: SearchRequest
    types: Mapping[int, SearchType]

    def found(self, node: Node) -> Found:
        """Ask every shelf that the viewer may look at and join what is found."""
        request = replace(self.base, query=node)
        answers = [
            self.library.shelves[shelf].search(replace(request, doors=doors)) for shelf, doors in self._shelves()
        ]
        if len(answers) == 1:
            return answers[0]
        hits = sorted((hit for one in answers for hit in one.hits), key=lambda hit: -hit.score)
        return Found(tuple(hits[: request.limit]), sum(one.total for one in answers))

    def facets(self, node: Node) -> dict[str, Counter[str]]:
        """Count how everything that was found is spread."""
        spread: dict[str, Counter[str]] = defaultdict(Counter)
        for shelf, doors in self._shelves():
            request = replace(self.base, query=node, doors=doors)
            for name, counts in self.library.shelves[shelf].facets(request, _FACETS).items():
                spread[name].update(counts)
        return spread

    def count(self, text: str, *, everywhere: bool = False) -> int:
        """Return how much another text would find."""
        parsed = parse(text)
        if not parsed.pieces:
            return 0
        understood = ladder.understand(parsed, self.library.lexicon)
        asking = replace(self, base=replace(_open(self.base), limit=1)) if everywhere else self
        return asking.found(ladder.exactly(understood)).total

    def _shelves(self) -> Iterable[tuple[str, tuple[str, ...] | None]]:
        return self.doors.items()


def ask(
    viewer: sight.Viewer, text: str, *, filters: Chosen | None = None, sort: Sort = "relevance", page: int = 1
) -> Answer:
    """Answer a query; whatever is typed, there is an answer. Where search itself is in trouble, it says so."""
    chosen = filters or Chosen()
    page = min(max(page, 1), LAST_PAGE)
    empty = Answer(text, page=page, sort=sort, chosen=chosen)
    try:
        return _answer(viewer, parse(text), chosen, empty)
    except EngineUnavailable as error:
        return replace(empty, trouble=str(error))


def _answer(viewer: sight.Viewer, parsed: Parsed, chosen: Chosen, empty: Answer) -> Answer:
    if parsed.is_empty and chosen.is_open:
        return empty
    library = reading.library()
    plan = plans.current()
    limit = empty.page * PER_PAGE + _SPARE
    base = _request(plan, library, parsed, chosen, newest_first=empty.sort == "date", limit=limit)
    asking = _Asking(library, _doors(viewer), base, registering.by_code())
    understood = ladder.understand(parsed, library.lexicon)
    # With filters alone everything behind them is found.
    rung = _all(asking) if not parsed.pieces else ladder.climb(understood, library.lexicon, asking.found)
    hits, hidden = _hits(viewer, asking, understood, rung, empty.page)
    total = max(rung.found.total - hidden, len(hits))
    return replace(
        empty,
        text=parsed.text,
        hits=hits,
        total=total,
        pages=min(max(-(-total // PER_PAGE), 1), LAST_PAGE),
        rung=rung.name,
        facets=_facets(plan, asking, rung.query) if total else {},
        meant=_meant(asking, parsed) if rung.name != "exact" or not total else (),
        ways=_ways(asking, parsed, chosen) if not total else (),
        notes=_notes(understood),
    )


def _all(asking: _Asking) -> Rung:
    node = All(())
    return Rung("exact", node, asking.found(node))


def _request(
    plan: Plan, library: Library, parsed: Parsed, chosen: Chosen, *, newest_first: bool, limit: int
) -> SearchRequest:
    kinds = [code for area in chosen.areas for code in plan.kinds_of_area.get(area, ())]
    places = [unit.path for unit in Unit.objects.filter(code__in=chosen.units)]
    for name in parsed.units:
        places += places_named(library, name)
    kinds += [code for name in parsed.kinds for code in kinds_named(library, name)]
    sorts = [one.code for one in registering.types() if one.name in chosen.types]
    return SearchRequest(
        All(()),
        ladder.excluded(parsed),
        sorts=_narrowed(sorts, chosen.types, NOBODY),
        kinds=_narrowed([*kinds, *chosen.kinds], (*chosen.areas, *chosen.kinds, *parsed.kinds), "-"),
        places=_narrowed(places, (*chosen.units, *parsed.units), "-"),
        years=(*chosen.years, *parsed.years),
        validities=chosen.validities,
        numbers=parsed.numbers,
        newest_first=newest_first,
        limit=limit,
    )


def _narrowed(found: list[T], asked: tuple[object, ...], nothing: T) -> tuple[T, ...]:
    """Return the values of a filter; one that was asked for and means nothing lets nothing through."""
    return tuple(dict.fromkeys(found)) or ((nothing,) if asked else ())


def _open(request: SearchRequest) -> SearchRequest:
    return SearchRequest(request.query, request.without, limit=request.limit)


def places_named(library: Library, name: str) -> list[str]:
    """Return the paths of the units that a name means: that very name, else every name that holds it."""
    folded = "".join(fold(name).split())
    named = library.lexicon.places
    if folded in named:
        return list(named[folded])
    if len(folded) < 2:
        return []
    holding = [name for name in named if folded in name]
    return [place for name in sorted(holding, key=len)[:_MOST_UNITS] for place in named[name]]


def kinds_named(library: Library, name: str) -> list[str]:
    """Return the kinds that a label means: that very label or code, else every label that holds it."""
    folded = fold(name)
    labels = {code: fold(label) for code, label in (library.lexicon.kinds or {}).items()}
    exact = [code for code, label in labels.items() if folded in (code, label)]
    return exact or [code for code, label in labels.items() if folded in label]


def _doors(viewer: sight.Viewer) -> Places:
    """Return the shelves that a viewer may look at, and for those of the few the viewer's own doors in them."""
    doors: dict[str, tuple[str, ...] | None] = {"public": None}
    groups, below = sorted(viewer.groups), viewer.works_below
    for shelf, own in (
        ("group", doors_for(groups, below, ())),
        ("staff", doors_for((), below, viewer.employed_at)),
        ("sealed", doors_for(groups, (), ())),
    ):
        if own:
            doors[shelf] = own
    return doors


def _hits(
    viewer: sight.Viewer, asking: _Asking, understood: Understood, rung: Rung, page: int
) -> tuple[list[Hit], int]:
    """Return the hits of a page, likes folded, and how many of those looked at the viewer may not see any more."""
    folded: dict[int, list[Match]] = {}
    for match in rung.found.hits:
        folded.setdefault(match.same, []).append(match)
    heads = list(folded.values())[(page - 1) * PER_PAGE : page * PER_PAGE]
    wanted: dict[int, list[int]] = defaultdict(list)
    for likes in heads:
        for match in likes:
            sort, number = parts_of(match.key)
            wanted[sort].append(number)
    seen = {sort: asking.types[sort].shown(viewer, numbers) for sort, numbers in wanted.items() if sort in asking.types}
    hits, hidden = [], 0
    for likes in heads:
        visible = [match for match in likes if parts_of(match.key)[1] in seen.get(parts_of(match.key)[0], {})]
        hidden += len(likes) - len(visible)
        if visible:
            sort, number = parts_of(visible[0].key)
            shown = seen[sort][number]
            hits.append(_hit(asking.types[sort], shown, understood, visible[0].score, len(visible) - 1))
    return hits, hidden


def _hit(one: SearchType, shown: Shown, understood: Understood, score: float, likes: int) -> Hit:
    needles = understood.needles
    title, text = marked(shown.title, needles), snippet(shown.text, needles)
    inside = ""
    if not title.ranges and not text.ranges:
        text, inside = _within(shown, needles, text)
    return Hit(
        one.name,
        title,
        text,
        shown.target,
        shown.kind,
        shown.unit,
        shown.day,
        shown.validity,
        shown.state,
        inside,
        likes,
        score,
    )


def _within(shown: Shown, needles: tuple[str, ...], text: Snippet) -> tuple[Snippet, str]:
    """Return where in an attachment something was found, if it was, and the attachment's name."""
    for name, content in shown.inside:
        found = snippet(content, needles) if content else text
        if found.ranges or marked(name, needles).ranges:
            return found, name
    return text, ""


def _facets(plan: Plan, asking: _Asking, node: Node) -> dict[str, list[Value]]:
    spread = asking.facets(node)
    kinds = spread["kind"]
    named = units.by_paths(place for place, _ in spread["place"].most_common(_MOST_VALUES))
    labels: dict[str, Callable[[str], tuple[str, str] | None]] = {
        "type": lambda value: _type(asking, value),
        "kind": lambda value: (value, plan.kinds[value].label.zh) if value in plan.kinds else None,
        "unit": lambda value: (named[value].code, named[value].short or named[value].name) if value in named else None,
        "year": lambda value: (value, value) if value != "0" else None,
        "validity": lambda value: (value, str(Validity(value).label)) if value in Validity.values else None,
    }
    counts = {"type": spread["sort"], "kind": kinds, "unit": spread["place"], "year": spread["year"]}
    counts["validity"] = spread["validity"]
    facets = {
        name: [
            Value(*label, count) for value, count in counts[name].most_common(_MOST_VALUES) if (label := naming(value))
        ]
        for name, naming in labels.items()
    }
    facets["year"].sort(key=lambda one: one.value, reverse=True)
    areas = {area.code: area.label.zh for area in plan.navigation.fields}
    of_area = {code: sum(kinds[kind] for kind in plan.kinds_of_area.get(code, ())) for code in areas}
    facets["area"] = [Value(code, areas[code], count) for code, count in of_area.items() if count]
    return facets


def _type(asking: _Asking, value: str) -> tuple[str, str] | None:
    one = asking.types.get(int(value))
    return (one.name, str(one.label)) if one else None


def _meant(asking: _Asking, parsed: Parsed) -> list[Way]:
    """Return what the reader may have meant, as far as it finds something."""
    texts = spelling.suggestions(parsed.text, asking.library.lexicon)
    return [Way(text, count) for text in texts if (count := asking.count(text))]


def _ways(asking: _Asking, parsed: Parsed, chosen: Chosen) -> list[Way]:
    """Return ways out of an empty result: without the filters, or with one piece less."""
    ways = []
    if not chosen.is_open or parsed.units or parsed.kinds or parsed.years or parsed.numbers:
        text = " ".join(piece.text for piece in parsed.pieces)
        if count := asking.count(text, everywhere=True):
            ways.append(Way(text, count, everywhere=True))
    for left_out in range(len(parsed.pieces) if len(parsed.pieces) > 1 else 0):
        rest = " ".join(piece.text for place, piece in enumerate(parsed.pieces) if place != left_out)
        if count := asking.count(rest):
            ways.append(Way(rest, count))
    return sorted(ways, key=lambda way: -way.count)[:5]


def _notes(understood: Understood) -> list[Note]:
    parsed = understood.parsed
    notes = [
        Note("other names", piece.text, others)
        for piece, others in zip(parsed.pieces, understood.others, strict=True)
        if others
    ]
    notes += [Note("number", piece.text, (piece.number,)) for piece in parsed.pieces if piece.number]
    notes += [Note("date", piece.text, (piece.digits,)) for piece in parsed.pieces if piece.digits]
    notes += [Note("excluded", word) for word in parsed.excluded]
    for what, values in (("unit", parsed.units), ("kind", parsed.kinds), ("number", parsed.numbers)):
        notes += [Note(what, value) for value in values]
    return [*notes, *(Note("year", str(year)) for year in parsed.years)]
