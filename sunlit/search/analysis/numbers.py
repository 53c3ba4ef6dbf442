"""Numbers by which things are known: document numbers with any bracket, index numbers, credit codes."""

from __future__ import annotations

import re

from sunlit.search.analysis.folding import fold
from sunlit.text import identifiers

_DROPPED = re.compile(r"[\W_]+")
_BRACKETS = "〔\\[(（【［﹝{<《〈"
_CLOSING = "〕\\])）】］﹞}>》〉"
# As in ``identifiers``, but within a text, and also without what people leave out: 川府发[2024]3, 遂府发(2025)第12号.
_DOCUMENT = re.compile(
    rf"(?P<prefix>[一-鿿a-z]{{1,20}})\s*[{_BRACKETS}]\s*(?P<year>(?:19|20)[0-9]{{2}})\s*[{_CLOSING}]"
    r"\s*第?\s*(?P<number>[0-9]{1,8}(?:-[0-9]{1,6})*)\s*号?"
)
_INDEX = re.compile(r"[0-9a-z]{8,9}[/-](?:19|20)[0-9]{2}-[0-9]{4,}")
_CODE = re.compile(r"(?<![0-9a-z])(?:[0-9a-z]{18}|[0-9a-z]{8}-?[0-9x])(?![0-9a-z])")


def normal(number: str) -> str:
    """Return the form in which all writings of one number are the same: no brackets, blanks, 第 or 号."""
    folded = fold(number)
    found = _DOCUMENT.fullmatch(folded.strip())
    if found is not None:
        return f"{found['prefix']}{found['year']}.{found['number'].replace('-', '.')}"
    return _DROPPED.sub("", folded)


def numbers_in(text: str) -> list[tuple[int, int, str]]:
    """Return every number within a text: where it begins and ends, and its normal form; none overlaps another."""
    folded = fold(text)
    taken: list[tuple[int, int, str]] = []
    for pattern in (_DOCUMENT, _INDEX, _CODE):
        for found in pattern.finditer(folded):
            begin, end = found.span()
            if pattern is _CODE and not _is_code(found[0]):
                continue
            if all(end <= other[0] or begin >= other[1] for other in taken):
                taken.append((begin, end, normal(found[0])))
    return sorted(taken)


def _is_code(folded: str) -> bool:
    code = folded.upper()
    return identifiers.is_uscc(code) or identifiers.is_organisation_code(code)
