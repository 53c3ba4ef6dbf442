"""The page of results: what was understood, what was found, and the ways on from there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from sunlit import sight
from sunlit.asked import counting, promotions
from sunlit.plan import selectors as plans
from sunlit.plan.language import Plan
from sunlit.portal import links
from sunlit.portal.pages import find_asking, find_words, pieces
from sunlit.portal.pages.find_asking import Question
from sunlit.portal.pages.find_names import Named, named
from sunlit.portal.pages.home import questions
from sunlit.portal.pages.pieces import Segment
from sunlit.records.states import Validity
from sunlit.screens.components import Link
from sunlit.screens.words import say
from sunlit.search import asking
from sunlit.search.answers import Answer, Hit
from sunlit.search.registering import Target
from sunlit.search.snippets import Snippet

_NOT_IN_FORCE = frozenset({Validity.LAPSED, Validity.REPEALED})
_ADDRESSES: Mapping[str, Callable[[str], str]] = {
    "record": links.record,
    "unit": links.unit,
    "kind": links.kind,
    "measure": lambda number: links.measure(int(number)),
}
"""How the page that a hit leads to is addressed, by the word with which its type names it."""


@dataclass(frozen=True)
class Excerpt:
    """A part of a text, cut where it is marked; what was left out before and after is said with dots."""

    segments: list[Segment]
    is_cut_before: bool = False
    is_cut_after: bool = False


@dataclass(frozen=True)
class HitRow:
    """One thing that was found; ``warning`` says why not to rely on it, ``inside`` names the file that holds it."""

    type: str
    type_label: str
    title: Excerpt
    text: Excerpt
    url: str
    kind: str
    unit: str
    day: date | None
    validity: str
    warning: str
    inside: str
    likes: int


@dataclass(frozen=True)
class Facet:
    """One way of narrowing down; ``note`` of each link is how much is left."""

    name: str
    label: str
    values: list[Link]


@dataclass(frozen=True)
class FindPage:
    """What was found for some words, and everything that helps to find what was meant.

    ``exact`` bears the very number that was asked for. ``loosely`` says how freely the words were taken. ``named`` is
    filled only while search cannot answer, as ``trouble`` says.
    """

    crumbs: list[Link]
    words: str
    trouble: bool
    understood: list[str] = field(default_factory=list)
    meant: list[Link] = field(default_factory=list)
    exact: list[HitRow] = field(default_factory=list)
    hits: list[HitRow] = field(default_factory=list)
    total: int = 0
    page: int = 1
    pages: int = 1
    previous: str = ""
    next: str = ""
    loosely: str = ""
    sorts: list[Link] = field(default_factory=list)
    chosen: list[Link] = field(default_factory=list)
    unfiltered: str = ""
    facets: list[Facet] = field(default_factory=list)
    ways: list[Link] = field(default_factory=list)
    named: Named | None = None
    promoted: list[Link] = field(default_factory=list)
    hot: list[Link] = field(default_factory=list)
    rung: str = ""
    questions: list[Link] = field(default_factory=list)

    @property
    def is_asked(self) -> bool:
        """Tell whether anything was looked for."""
        return bool(self.words or self.chosen)

    @property
    def is_countable(self) -> bool:
        """Tell whether it shows what was found for words alone, so that it says something about the words."""
        return bool(self.words) and not (self.trouble or self.chosen) and self.page == 1

    @property
    def is_found(self) -> bool:
        """Tell whether something was found for the words as they stand."""
        return self.total > 0 and self.rung != "any"

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was found."""
        return not (self.hits or self.exact or self.promoted) and (self.named is None or self.named.is_empty)


def find(viewer: sight.Viewer, asked: QueryDict, *, today: date) -> FindPage:
    """Answer what a reader asks; while search has no index yet, by names."""
    plan = plans.current()
    question = find_asking.read(asked)
    crumbs = pieces.crumbs(here=_("Search"))
    if question.is_empty:
        hot = [Link(query, links.find(query)) for query in counting.hot(today)]
        return FindPage(crumbs, "", trouble=False, hot=hot, questions=questions(plan))
    answer = asking.ask(viewer, question.words, filters=question.chosen, sort=question.sort, page=question.page)
    if answer.trouble:
        found = named(viewer, plan, question.words)
        asks = questions(plan) if found.is_empty else []
        return FindPage(crumbs, question.words, trouble=True, named=found, questions=asks)
    page = _page(viewer, plan, question, answer, crumbs)
    above = promotions.promoted(viewer, question.words, today=today) if answer.page == 1 else []
    return replace(page, promoted=[Link(one.title, one.address) for one in above])


def _page(viewer: sight.Viewer, plan: Plan, question: Question, answer: Answer, crumbs: list[Link]) -> FindPage:
    exact = _exactly(viewer, answer) if answer.page == 1 else []
    found = {one.target for one in exact}
    rows = [_row(plan, one) for one in answer.hits if one.target not in found]
    is_empty = not (rows or exact)
    return FindPage(
        crumbs,
        question.words,
        trouble=False,
        understood=find_words.understood(plan, answer),
        meant=[Link(way.query, links.find(way.query)) for way in answer.meant],
        exact=[_row(plan, one) for one in exact],
        hits=rows,
        total=answer.total,
        page=answer.page,
        pages=answer.pages,
        previous=question.address(page=answer.page - 1) if answer.page > 1 else "",
        next=question.address(page=answer.page + 1) if answer.page < answer.pages else "",
        loosely=find_words.loosely(answer) if rows else "",
        sorts=_sorts(question),
        chosen=_chosen(plan, question),
        unfiltered=question.address(without_filters=True) if not question.chosen.is_open else "",
        facets=list(_facets(plan, question, answer)),
        rung=answer.rung,
        ways=[_way(question, way.query, way.count, everywhere=way.everywhere) for way in answer.ways],
        questions=questions(plan) if is_empty else [],
    )


def _exactly(viewer: sight.Viewer, answer: Answer) -> list[Hit]:
    """Return what bears the very number that was asked for, where one was."""
    number = next((note.text for note in answer.notes if note.what == "number" and note.as_), "")
    if not number:
        return []
    return list(asking.ask(viewer, f'no:"{number}"', filters=answer.chosen).hits)


def _row(plan: Plan, hit: Hit) -> HitRow:
    kind = plan.kinds.get(hit.kind)
    return HitRow(
        type=hit.type,
        type_label=find_words.type_label(hit.type),
        title=_excerpt(hit.title),
        text=_excerpt(hit.text),
        url=address(hit.target),
        kind=say(kind.label) if kind and hit.type == "records" else "",
        unit=hit.unit if hit.type == "records" else "",
        day=hit.day,
        validity=hit.validity,
        warning=find_words.warning(hit),
        inside=hit.inside,
        likes=hit.likes,
    )


def address(target: Target) -> str:
    """Return the address of what a hit leads to."""
    return _ADDRESSES[target.page](target.code)


def _excerpt(snippet: Snippet) -> Excerpt:
    segments, position = [], 0
    for begin, end in snippet.ranges:
        segments += [Segment(snippet.text[position:begin]), Segment(snippet.text[begin:end], True)]
        position = end
    segments.append(Segment(snippet.text[position:]))
    return Excerpt([one for one in segments if one.text], snippet.cut_before, snippet.cut_after)


def _sorts(question: Question) -> list[Link]:
    labels = {"relevance": _("Best first"), "date": _("Newest first")}
    return [Link(label, "" if name == question.sort else question.address(sort=name)) for name, label in labels.items()]


def _chosen(plan: Plan, question: Question) -> list[Link]:
    """Return what was chosen, each with the address at which it is chosen no longer."""
    return [
        Link(find_words.value(plan, name, value), question.address(without=(name, value)), find_words.facet(name))
        for name, values in question.filters.items()
        for value in values
    ]


def _facets(plan: Plan, question: Question, answer: Answer) -> Iterator[Facet]:
    """Yield the ways of narrowing down what was found further; one that would leave all of it is none."""
    for name in ("type", "kind", "unit", "year", "validity"):
        if question.filters.get(name):
            continue
        values = [one for one in answer.facets.get(name, ()) if one.value]
        if len(values) > 1 or (values and values[0].count < answer.total):
            shown = [
                Link(
                    find_words.value(plan, name, one.value, one.label),
                    question.address(choose=(name, one.value)),
                    f"{one.count:,}",
                )
                for one in values[: find_asking.VALUES]
            ]
            yield Facet(name, find_words.facet(name), shown)


def _way(question: Question, query: str, count: int, *, everywhere: bool) -> Link:
    address = links.find(query) if everywhere else question.address(words=query)
    return Link(query or _("Everything"), address or reverse("portal:find"), f"{count:,}")
