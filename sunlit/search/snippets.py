"""Where in an original text something was found, and the part of it that shows most of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from sunlit.search.analysis import fold

WIDTH = 120
_LEAD = 24
_MOST = 200
_LONGEST = 200_000
_STOPS = "。！？；\n"

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Snippet:
    """A part of a text with the places to be marked in it; ``cut_before`` and ``cut_after`` say what was left out."""

    text: str
    ranges: tuple[Range, ...] = ()
    cut_before: bool = False
    cut_after: bool = False


def ranges_of(text: str, needles: Sequence[str]) -> list[Range]:
    """Return where folded needles stand in a text, in order, none within another; longer needles first."""
    folded = fold(text[:_LONGEST])
    taken: list[Range] = []
    for needle in needles:
        begin = folded.find(needle) if needle.strip() else -1
        count = 0
        while begin >= 0 and count < _MOST:
            end = begin + len(needle)
            if not _overlaps(taken, begin, end):
                taken.insert(bisect_left(taken, (begin, end)), (begin, end))
            begin = folded.find(needle, end)
            count += 1
    return taken


def marked(text: str, needles: Sequence[str]) -> Snippet:
    """Return a whole text with its marks, as for a title."""
    return Snippet(text, tuple(ranges_of(text, needles)))


def snippet(text: str, needles: Sequence[str], width: int = WIDTH) -> Snippet:
    """Return about ``width`` characters around the place where most of the needles stand close together."""
    found = ranges_of(text, needles)
    begin = _start(text, _densest(found, width) if found else 0)
    end = min(len(text), begin + width)
    inside = tuple(
        (left - begin, min(right, end) - begin) for left, right in found if begin <= left < end and right > left
    )
    return Snippet(text[begin:end].replace("\n", " "), inside, begin > 0, end < len(text))


def _densest(found: list[Range], width: int) -> int:
    """Return the beginning of the first mark of the part that marks cover most."""
    best, place, last, covered = -1, 0, 0, 0
    for first, (begin, _end) in enumerate(found):
        while last < len(found) and found[last][1] <= begin + width - _LEAD:
            covered += found[last][1] - found[last][0]
            last += 1
        if covered > best:
            best, place = covered, begin
        if last > first:
            covered -= found[first][1] - found[first][0]
        else:
            last = first + 1
    return place


def _start(text: str, place: int) -> int:
    """Return where to begin so that a mark has something before it: at the beginning of its sentence, if it is near."""
    earliest = max(0, place - _LEAD)
    if earliest == 0:
        return 0
    stops = [text.rfind(stop, earliest, place) for stop in _STOPS]
    return max(stops) + 1 if max(stops) >= 0 else earliest


def _overlaps(taken: list[Range], begin: int, end: int) -> bool:
    after = bisect_left(taken, (begin, begin))
    if after < len(taken) and taken[after][0] < end:
        return True
    return after > 0 and taken[after - 1][1] > begin
