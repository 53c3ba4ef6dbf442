"""The ladder: from what was typed, word for word, down to anything that is like it, until something is found.

1. Each piece stands in title or text as it is, or one of its other names does; words only add to the score.
2. Fewer than three such: all pairs of characters of each piece are there.
3. None as typed, and still few: all words are there, in any order; not for sentences, of which one is always missing.
4. Nothing, or a question was asked: any of the words, best first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sunlit.search.analysis import asked_pairs, fold
from sunlit.search.analysis.pairs import single_of
from sunlit.search.lexicon import Lexicon
from sunlit.search.requests import All, Dated, Found, Node, Number, Phrase, Single, Some
from sunlit.search.understanding import stopwords
from sunlit.search.understanding.parsing import Parsed, Piece

FEW = 3
LONG = 12
_MOST_WORDS = 40
_MOST_OTHERS = 6
TITLE = 2.0
PAIR = 0.5
SURE = 30.0

Ask = Callable[[Node], Found]


@dataclass(frozen=True, slots=True)
class Understood:
    """A query with what the city's words add: what else each piece may be called, and whether a question is asked."""

    parsed: Parsed
    others: tuple[tuple[str, ...], ...]
    words: tuple[str, ...]
    question: bool

    @property
    def needles(self) -> tuple[str, ...]:
        """Return what is marked in a text that was found, the longest first."""
        texts = [piece.text for piece in self.parsed.pieces]
        texts += [other for others in self.others for other in others]
        texts += [word for word in self.words if len(word) > 1 and word not in stopwords.IDLE]
        return tuple(sorted(dict.fromkeys(fold(text) for text in texts), key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Rung:
    """Where on the ladder something was found: ``exact``, ``close``, ``words`` or ``any``."""

    name: str
    query: Node
    found: Found


def understand(parsed: Parsed, lexicon: Lexicon) -> Understood:
    """Return a query with what the lexicon adds to it."""
    words = tuple(dict.fromkeys(word for piece in parsed.pieces for word in lexicon.words.plain(piece.text)))
    question = any(not piece.quoted for piece in parsed.pieces) and stopwords.is_question(parsed.text, list(words))
    others = tuple(() if piece.quoted else others_of(fold(piece.text), lexicon) for piece in parsed.pieces)
    return Understood(parsed, others, words[:_MOST_WORDS], question)


def others_of(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Return what else a folded piece may be called: names of a unit, synonyms, and what letters sound like."""
    found: dict[str, None] = {}
    found.update(dict.fromkeys(lexicon.names.get(text, ())))
    found.update(dict.fromkeys(lexicon.alike.get(text, ())))
    if text.isascii() and text.isalpha() and len(text) > 1:
        found.update(dict.fromkeys(term.text for term in lexicon.by_letters.get(text, ())[:_MOST_OTHERS]))
    return tuple(other for other in found if fold(other) != text)[: 2 * _MOST_OTHERS]


def climb(understood: Understood, lexicon: Lexicon, ask: Ask) -> Rung:
    """Go down the ladder until something is found; the last rung counts whatever it finds."""
    pieces = understood.parsed.pieces
    if understood.question:
        query = loosely(understood)
        return Rung("any", query, ask(query))
    query = exactly(understood)
    exact = Rung("exact", query, ask(query))
    if exact.found.total >= FEW or all(piece.quoted or piece.number for piece in pieces):
        return exact
    best = exact
    if max(len(piece.text) for piece in pieces) <= LONG:
        query = closely(understood)
        best = _more(best, Rung("close", query, ask(query)))
        if best.found.total < FEW and not exact.found.total:
            query = wordily(understood, lexicon)
            best = _more(best, Rung("words", query, ask(query)))
    if best.found.total:
        return best
    query = loosely(understood)
    return Rung("any", query, ask(query))


def _more(one: Rung, other: Rung) -> Rung:
    return other if other.found.total > one.found.total else one


def exactly(understood: Understood) -> Node:
    """Ask for every piece as it stands, or under another name."""
    parts = tuple(
        _piece(piece, others) for piece, others in zip(understood.parsed.pieces, understood.others, strict=True)
    )
    return All(parts, tuple(_word(word) for word in understood.words))


def closely(understood: Understood) -> Node:
    """Ask for all pairs of every piece, which need not stand together."""
    parts: list[Node] = []
    for piece, others in zip(understood.parsed.pieces, understood.others, strict=True):
        tokens = dict.fromkeys(asked_pairs(piece.text))
        if piece.quoted or piece.number or len(tokens) < 2:
            parts.append(_piece(piece, others))
            continue
        together = All(tuple(_either(token) for token in tokens))
        parts.append(Some((together, _piece(piece, others))))
    return All(tuple(parts), tuple(_word(word) for word in understood.words))


def wordily(understood: Understood, lexicon: Lexicon) -> Node:
    """Ask for all words, each as it stands or under another name, in any order."""
    wanted = [word for word in understood.words if len(word) > 1 and word not in stopwords.IDLE]
    parts = [_literal(word, others_of(word, lexicon)) for word in wanted or understood.words]
    return All(tuple(parts), tuple(_word(word) for word in understood.words)) if parts else Some(())


def loosely(understood: Understood) -> Node:
    """Ask for anything that holds one of the words or pairs; what holds more and rarer ones comes first."""
    wanted = [word for word in understood.words if word not in stopwords.IDLE] or list(understood.words)
    text = " ".join(piece.text for piece in understood.parsed.pieces)
    tokens = list(dict.fromkeys(asked_pairs(text)))[:_MOST_WORDS]
    parts: list[Node] = [Phrase(field, (word,)) for word in wanted for field in ("title_words", "body_words")]
    parts += [Phrase(field, (token,), PAIR) for token in tokens for field in ("title_pairs", "body_pairs")]
    parts += [Number(piece.number, SURE) for piece in understood.parsed.pieces if piece.number]
    parts += [_literal(other, ()) for others in understood.others for other in others]
    return Some(tuple(parts))


def excluded(parsed: Parsed) -> tuple[Node, ...]:
    """Return what must not be there."""
    return tuple(_literal(word, ()) for word in parsed.excluded if any(one.isalnum() for one in word))


def _piece(piece: Piece, others: Iterable[str]) -> Node:
    parts: tuple[Node, ...] = (_literal(piece.text, others),)
    if piece.number:
        parts += (Number(piece.number, SURE),)
    if piece.digits:
        parts += (Dated(piece.digits),)
    return parts[0] if len(parts) == 1 else Some(parts)


def _literal(text: str, others: Iterable[str]) -> Node:
    parts: list[Node] = []
    for one in (text, *others):
        if character := single_of(fold(one)):
            parts += [Single("title_pairs", character, TITLE), Single("body_pairs", character)]
        elif tokens := tuple(asked_pairs(one)):
            parts += [Phrase("title_pairs", tokens, TITLE), Phrase("body_pairs", tokens)]
    return Some(tuple(parts))


def _either(token: str) -> Node:
    return Some((Phrase("title_pairs", (token,), TITLE), Phrase("body_pairs", (token,))))


def _word(word: str) -> Node:
    return Some((Phrase("title_words", (word,), TITLE), Phrase("body_words", (word,))))
