"""What stands in a query: quoted phrases, exclusions, filters, numbers, dates, and plain pieces; never an error.

教育经费 "三公" -决算 unit:市教育局 year:2024 遂府发〔2025〕12号
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sunlit.search.analysis import fold
from sunlit.search.analysis.numbers import normal, numbers_in
from sunlit.text.clean import is_safe

LONGEST = 200
_MOST_PIECES = 12
_QUOTED = re.compile(
    r'(?P<minus>(?:(?<=\s)|^)[-－−])?(?:"(?P<a>[^"]*)"|“(?P<b>[^”]*)”|「(?P<c>[^」]*)」|『(?P<d>[^』]*)』)'
)
_KEYS = {
    **dict.fromkeys(("unit", "单位", "部门", "机构"), "unit"),
    **dict.fromkeys(("kind", "type", "类型", "类别", "栏目"), "kind"),
    **dict.fromkeys(("year", "年份", "年度"), "year"),
    **dict.fromkeys(("no", "number", "文号", "发文字号", "索引号"), "number"),
}
_FILTER = re.compile(
    rf"(?:(?<=\s)|^)(?P<key>{'|'.join(sorted(_KEYS, key=len, reverse=True))})[:：]\s?"
    r"(?:\"(?P<quoted>[^\"]*)\"|(?P<plain>[^\s\"]+))",
    re.IGNORECASE,
)
_EXCLUDED = re.compile(r"(?:(?<=\s)|^)[-－−](?P<word>[^\s\-－−]\S*)")
_BREAK = re.compile(r"[\s，。；！？,;!?、：]+")
_YEAR = re.compile(r"((?:19|20)[0-9]{2})(?:年度?|年)?")
_MONTH = re.compile(r"((?:19|20)[0-9]{2})(?:年|[-./])(0?[1-9]|1[0-2])月?")
_DAY = re.compile(r"((?:19|20)[0-9]{2})(?:年|[-./])(0?[1-9]|1[0-2])(?:月|[-./])(0?[1-9]|[12][0-9]|3[01])[日号]?")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a query that must be found: ``number`` and ``digits`` say what it may be besides a text."""

    text: str
    quoted: bool = False
    number: str = ""
    digits: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query taken apart; ``text`` is what of it was read."""

    text: str
    pieces: tuple[Piece, ...] = ()
    excluded: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    numbers: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is looked for."""
        return not (self.pieces or self.units or self.kinds or self.years or self.numbers)


def parse(text: str) -> Parsed:
    """Take a query apart; what goes beyond 200 characters is not read."""
    text = text if is_safe(text) else re.sub("[\x00\ud800-\udfff]", " ", text)
    text = " ".join(text[:LONGEST].split())
    rest, filters = _take_filters(text)
    rest, quoted, refused = _take_quoted(rest)
    excluded = [*refused, *(found["word"] for found in _EXCLUDED.finditer(rest))]
    pieces = [*quoted, *_pieces(_EXCLUDED.sub(" ", rest))]
    return Parsed(
        text,
        tuple(pieces[:_MOST_PIECES]),
        tuple(excluded[:_MOST_PIECES]),
        tuple(filters["unit"]),
        tuple(filters["kind"]),
        tuple(int(year) for value in filters["year"] for year in re.findall("(?:19|20)[0-9]{2}", fold(value))),
        tuple(normal(value) for value in filters["number"]),
    )


def digits_of(text: str) -> str:
    """Return the year, month or day that a folded text names, as 2025, 202503 or 20250314, or ''."""
    for pattern in (_DAY, _MONTH, _YEAR):
        if found := pattern.fullmatch(text):
            return "".join(part.rjust(2, "0") for part in found.groups())
    return ""


def _take_filters(text: str) -> tuple[str, dict[str, list[str]]]:
    filters: dict[str, list[str]] = {"unit": [], "kind": [], "year": [], "number": []}
    for found in _FILTER.finditer(text):
        value = (found["quoted"] or found["plain"] or "").strip()
        if value and len(filters[_KEYS[found["key"].lower()]]) < _MOST_PIECES:
            filters[_KEYS[found["key"].lower()]].append(value)
    return _FILTER.sub(" ", text), filters


def _take_quoted(text: str) -> tuple[str, list[Piece], list[str]]:
    wanted, refused = [], []
    for found in _QUOTED.finditer(text):
        inside = next((found[name] for name in "abcd" if found[name]), "").strip()
        if inside and found["minus"]:
            refused.append(inside)
        elif inside:
            wanted.append(Piece(inside, quoted=True))
    return _QUOTED.sub(" ", text), wanted, refused


def _pieces(text: str) -> list[Piece]:
    """Split what is left: numbers first, since they hold blanks and marks that would else separate."""
    found: list[Piece] = []
    end = 0
    for begin, stop, number in numbers_in(text):
        found += _plain(text[end:begin])
        found.append(Piece(text[begin:stop], number=number))
        end = stop
    return found + _plain(text[end:])


def _plain(text: str) -> list[Piece]:
    parts = (part for part in _BREAK.split(text) if part)
    return [Piece(part, digits=digits_of(fold(part))) for part in parts if any(one.isalnum() for one in part)]
