"""What a reader probably meant by something that is nowhere: a word of the same sound, or with one slip."""

from __future__ import annotations

from collections.abc import Iterator

from sunlit.search.analysis import fold
from sunlit.search.lexicon import Lexicon, Term, vague

_LONGEST = 10
_READ = 40
MOST = 3


def suggestions(text: str, lexicon: Lexicon) -> list[str]:
    """Return texts in which what nearly is a known word is put right, the likeliest first."""
    folded = fold(text)
    found: dict[str, None] = {}
    for begin, end, better in _corrections(folded[:_READ], lexicon):
        corrected = folded[:begin] + better + folded[end:]
        if fold(corrected) != folded:
            found[corrected] = None
        if len(found) >= MOST:
            break
    return list(found)


def _corrections(text: str, lexicon: Lexicon) -> Iterator[tuple[int, int, str]]:
    sound = lexicon.sound_of(text)
    for width in range(min(_LONGEST, len(text)), 1, -1):
        for begin in range(len(text) - width + 1):
            end = begin + width
            part = text[begin:end]
            if part in lexicon.folded or " " in part:
                continue
            for term in _alike(part, sound[begin:end], lexicon):
                yield begin, end, term


def _alike(part: str, sound: tuple[str, ...], lexicon: Lexicon) -> Iterator[str]:
    if len(part) == len(sound) and not part.isascii():
        # Two characters of the same sound are often two real words: only what is no word is taken for a slip.
        known = len(part) == 2 and lexicon.words.knows(part)
        yield from (term.text for term in lexicon.by_sound.get(vague(sound), ()) if not known)
    if len(part) >= 3:
        yield from _slips(part, lexicon)


def _slips(part: str, lexicon: Lexicon) -> list[str]:
    """Return terms that differ by one character: another one, one too many, one too few, or two that changed places."""
    near: dict[str, None] = dict.fromkeys(lexicon.gaps.get(part, ()))
    for place in range(len(part)):
        gap = part[:place] + part[place + 1 :]
        if gap in lexicon.folded and len(gap) >= 3:
            near[gap] = None
        near.update(dict.fromkeys(text for text in lexicon.gaps.get(gap, ()) if _one_apart(part, text)))
    terms: list[Term] = [lexicon.folded[text] for text in near]
    return [term.text for term in sorted(terms, key=lambda term: (-term.rank, term.text))]


def _one_apart(one: str, other: str) -> bool:
    if len(one) != len(other):
        return False
    places = [place for place, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]]
    if len(places) == 2:
        first, second = places
        return second == first + 1 and one[first] == other[second] and one[second] == other[first]
    return len(places) == 1
