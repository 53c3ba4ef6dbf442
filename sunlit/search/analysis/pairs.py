"""Pairs of neighbouring characters: any two or more characters of a text are found as a phrase of its pairs.

Letters and digits stay together as one token (64, 2025, 91510900ma6...). A character of a Chinese run that touches one
of them stands alone as well, or the 号 of 64号 would be no token and no document number could be found.
"""

from __future__ import annotations

import re
from operator import add

from sunlit.search.analysis.folding import fold

_WIDE = "々〇぀-ヿ㐀-䶿一-鿿가-힣豈-﫿\U00020000-\U000323af"
_RUN = re.compile(f"(?P<wide>[{_WIDE}]+)|[^\\W_{_WIDE}]+")


def pairs(text: str) -> list[str]:
    """Return the tokens of a text in their order."""
    return pairs_of_folded(fold(text))


def pairs_of_folded(folded: str) -> list[str]:
    """Return the tokens of a text that has been folded already."""
    tokens: list[str] = []
    end, was_wide = -1, False
    for found in _RUN.finditer(folded):
        run, begins = found[0], found.start()
        is_wide = found["wide"] is not None
        touches = begins == end
        if touches and was_wide and not is_wide and len(tokens[-1]) > 1:
            tokens.append(folded[begins - 1])
        if not is_wide or len(run) == 1:
            tokens.append(run)
        else:
            if touches:
                tokens.append(run[0])
            tokens += map(add, run, run[1:])
        end, was_wide = found.end(), is_wide
    return tokens


def asked_pairs(text: str) -> list[str]:
    """Return the tokens by which a text is looked for inside others.

    A single character that punctuation cuts off at either end may be the edge of a longer run there, and is left out.
    """
    folded = fold(text)
    runs = list(_RUN.finditer(folded))
    first, last = 0, len(runs) - 1
    if last > first and _lone(runs[0]) and runs[1].start() > runs[0].end():
        first += 1
    if last > first and _lone(runs[last]) and runs[last].start() > runs[last - 1].end():
        last -= 1
    if first > last:
        return []
    return pairs_of_folded(folded[runs[first].start() : runs[last].end()])


def single_of(text: str) -> str:
    """Return the Chinese character of a folded text that holds nothing else that could be looked for, or ''."""
    runs = list(_RUN.finditer(text))
    return runs[0][0] if len(runs) == 1 and _lone(runs[0]) else ""


def is_wide(text: str) -> bool:
    """Tell whether a folded text holds a Chinese character."""
    return any(found["wide"] for found in _RUN.finditer(text))


def _lone(found: re.Match[str]) -> bool:
    return found["wide"] is not None and len(found[0]) == 1
