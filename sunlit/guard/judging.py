"""Judges what is about to become public: passages in, findings out.

Most texts hold nothing. So passages are taken many at a time and each detector first looks at all of them as one text;
only those that wake up look at single passages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from sunlit import calendars
from sunlit.guard.detectors.base import Cell, Match, Scene, TextDetector
from sunlit.guard.detectors.hiding import hidden_in
from sunlit.guard.detectors.people import ROWS, bare_head, is_head
from sunlit.guard.findings import Finding, Passage
from sunlit.guard.remedies import remedy
from sunlit.guard.rules import Rules
from sunlit.guard.words import TEXT_DETECTORS
from sunlit.text.masking import HIDDEN, masked

# A character that no detector takes for a part of anything it looks for.
BETWEEN = "\x1f"
_MANY_PASSAGES, _MANY_CHARACTERS = 1_000, 100_000
_AROUND = 12
_SHEET_CELL = re.compile(r"(?P<sheet>.*)!(?P<column>[A-Z]{1,3})(?P<row>[0-9]{1,7})")


def judge(passages: Iterable[Passage], rules: Rules, *, today: date | None = None) -> Iterator[Finding]:
    """Yield what rules find in passages, in their order; ``today`` is for ages, the real one if left out."""
    scene = Scene(today or calendars.today(), rules.lists, rules.naming)
    heads = _Heads()
    for chunk in _chunks(passages):
        awake = awake_over(BETWEEN.join([passage.text for passage in chunk]), rules)
        for row in _rows(chunk):
            yield from _judge_row([heads.under(passage) for passage in row], rules, scene, awake)


def awake_over(text: str, rules: Rules) -> tuple[TextDetector, ...]:
    """Return the detectors that could find something in a text."""
    return tuple(detector for detector in TEXT_DETECTORS if detector.awake(text, rules.lists))


def quiet(texts: Iterable[str], rules: Rules) -> bool:
    """Tell quickly whether no detector could find anything in any of many texts, such as the cells of many rows.

    What a row tells as a whole, such as a name under its head, is not asked here. Texts that repeat, as those of a
    table do, are looked at once.
    """
    joined = BETWEEN.join(dict.fromkeys(texts))
    if any(detector.shapes(joined) for detector in TEXT_DETECTORS):
        return False
    return rules.glance.search(joined) is None


def _chunks(passages: Iterable[Passage]) -> Iterator[list[Passage]]:
    """Yield passages many at a time; a row is never divided."""
    chunk: list[Passage] = []
    size = 0
    for passage in passages:
        full = len(chunk) >= _MANY_PASSAGES or size >= _MANY_CHARACTERS
        if chunk and full and _row_of(passage) != _row_of(chunk[-1]):
            yield chunk
            chunk, size = [], 0
        chunk.append(passage)
        size += len(passage.text)
    if chunk:
        yield chunk


def _row_of(passage: Passage) -> tuple[object, ...] | None:
    """Return what names the row that a passage is a cell of, or None if it is none."""
    place = passage.place
    if place.row is not None:
        return (place.file, place.field, place.part, place.row)
    cell = _SHEET_CELL.fullmatch(place.part) if place.file else None
    return (place.file, cell["sheet"], int(cell["row"])) if cell else None


def _rows(passages: Sequence[Passage]) -> Iterator[list[Passage]]:
    row: list[Passage] = []
    last: tuple[object, ...] | None = None
    for passage in passages:
        key = _row_of(passage)
        if row and (key is None or key != last):
            yield row
            row = []
        row.append(passage)
        last = key
    if row:
        yield row


class _Heads:
    """Remembers, for sheets of files, which column is headed by a word about people."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str, str], str] = {}

    def under(self, passage: Passage) -> tuple[Passage, Cell]:
        """Return a passage with its cell."""
        place = passage.place
        head = passage.head
        cell = _SHEET_CELL.fullmatch(place.part) if place.file and not head else None
        if cell:
            key = (place.file, cell["sheet"], cell["column"])
            if is_head(passage.text):
                self.known[key] = bare_head(passage.text)
                return passage, Cell("", passage.text)
            head = self.known.get(key, "")
        return passage, Cell(bare_head(head), passage.text)


def _judge_row(
    row: list[tuple[Passage, Cell]], rules: Rules, scene: Scene, awake: Sequence[TextDetector]
) -> Iterator[Finding]:
    matches: list[list[Match]] = [list(hidden_in(passage)) for passage, _ in row]
    for (passage, _), found in zip(row, matches, strict=True):
        for detector in awake:
            if detector.awake(passage.text, scene.lists):
                found += detector.find(passage.text, scene)
    if len(row) > 1 or row[0][1].head:
        for position, match in ROWS.find([cell for _, cell in row], scene):
            matches[position].append(match)
    for (passage, _), found in zip(row, matches, strict=True):
        if found:
            yield from _findings(passage, found, rules)


def _findings(passage: Passage, matches: list[Match], rules: Rules) -> Iterator[Finding]:
    """Yield findings for what rules do not let pass, each with an excerpt in which all of it is masked."""
    judged = [
        (match, severity)
        for match in _once(matches)
        if (severity := rules.severity(match.rule, passage.place)) is not None
    ]
    covers = [(match, _instead(match, passage.text, rules)) for match, _ in judged if not match.shown]
    for match, severity in judged:
        yield Finding(
            rule=match.rule,
            severity=severity,
            place=passage.place,
            start=match.start,
            end=match.end,
            excerpt=_excerpt(passage.text, match, covers),
            remedy=remedy(match.rule, match.words),
            masked=_instead(match, passage.text, rules),
        )


def _once(matches: list[Match]) -> list[Match]:
    kept: dict[tuple[str, int, int], Match] = {}
    for match in sorted(matches, key=lambda one: (one.start, -one.end)):
        kept.setdefault((match.rule, match.start, match.end), match)
    return list(kept.values())


def _instead(match: Match, text: str, rules: Rules) -> str | None:
    """Return what a click puts in the place of a match; None where masking is for a person to do."""
    if match.masked is not None:
        return match.masked
    how = rules.masks.get(match.rule)
    return masked(match.value or text[match.start : match.end], how) if how else None


def _excerpt(text: str, match: Match, covers: Sequence[tuple[Match, str | None]]) -> str:
    """Return the surroundings of a match with everything personal in them masked."""
    first, last = max(0, match.start - _AROUND), min(len(text), min(match.end, match.start + 40) + _AROUND)
    parts: list[str] = []
    place = first
    for cover, instead in covers:
        if cover.end <= first or cover.start >= last or cover.end <= place:
            continue
        if cover.start > place:
            parts.append(text[place : cover.start])
        parts.append(instead if instead is not None and cover.start >= place else HIDDEN)
        place = cover.end
    if place < last:
        parts.append(text[place:last])
    shown = " ".join("".join(parts).split())
    return f"{'…' if first else ''}{shown}{'…' if max(last, place) < len(text) else ''}"
