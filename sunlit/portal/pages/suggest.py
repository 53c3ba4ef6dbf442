"""What is offered while somebody types."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language

from sunlit import sight
from sunlit.portal import links
from sunlit.portal.pages import find, find_words
from sunlit.search import suggesting
from sunlit.search.suggesting import Suggestion
from sunlit.text.folding import to_traditional

LONGEST = 40
_TRADITIONAL = "zh-hant"


@dataclass(frozen=True)
class Offer:
    """A text that may be meant and where it leads: to a thing, which ``what`` names, or to its search."""

    text: str
    what: str
    url: str


@dataclass(frozen=True)
class SuggestPage:
    """Offers for what was typed so far."""

    words: str
    offers: list[Offer]


def suggest(viewer: sight.Viewer, typed: str) -> SuggestPage:
    """Return what could be meant by the beginning of a query."""
    words = " ".join(typed.replace("\x00", " ").split())[:LONGEST]
    return SuggestPage(words, [_offer(one) for one in suggesting.suggest(viewer, words)])


def _offer(one: Suggestion) -> Offer:
    text = to_traditional(one.text) if get_language() == _TRADITIONAL else one.text
    if one.target is None:
        return Offer(text, "", links.find(text))
    return Offer(text, find_words.type_label(one.what), find.address(one.target))
