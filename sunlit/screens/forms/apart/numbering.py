"""Writes out the numbers that Word counts by itself: “第一条”, “（二）” and “1.1” are part of what a text says.

HTML can only count 1, 2, 3 from the beginning. A list that does just that stays a list; every other number becomes
text before its paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VAL = f"{WORD}val"
_PLAIN = ("%1.", "%1", "%1、", "%1．")
_DIGITS = "〇一二三四五六七八九"
_LEGAL = dict(zip("〇一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟", strict=True))
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True)
class Level:
    """How one level of a list counts."""

    format: str
    text: str
    start: int


@dataclass
class Numbered:
    """A paragraph with its number."""

    paragraph: Element
    parent: int
    position: int
    list: str
    depth: int
    count: int
    level: Level
    label: str

    @property
    def is_plain(self) -> bool:
        """Tell whether HTML counts the same way."""
        return self.level.format == "bullet" or (
            self.depth == 0 and self.level.format == "decimal" and self.level.text in _PLAIN
        )


def number_paragraphs(document: Element, definitions: Element, styles: Element) -> None:
    """Write numbers into the paragraphs of a document, and make its definitions number nothing by style."""
    for run in _runs(_numbered(document, _levels(definitions), _of_styles(styles, definitions))):
        is_list = all(one.is_plain for one in run) and (run[0].level.format == "bullet" or run[0].count == 1)
        for one in run:
            if is_list or one.level.format == "bullet":
                _point_to(one.paragraph, one.list, one.depth)
            else:
                _write(one)
    for level in definitions.iter(f"{WORD}lvl"):
        for link in level.findall(f"{WORD}pStyle"):
            level.remove(link)


def _value(parent: Element | None, path: str, default: str = "") -> str:
    found = parent.find("/".join(f"{WORD}{step}" for step in path.split("/"))) if parent is not None else None
    return found.get(_VAL, default) if found is not None else default


def _whole(text: str, default: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else default


def _levels(definitions: Element) -> dict[str, tuple[str, dict[int, Level]]]:
    """Return for each list which definition it counts along with, and its levels."""
    abstract = {
        one.get(f"{WORD}abstractNumId", ""): {
            _whole(level.get(f"{WORD}ilvl", ""), 0): Level(
                _value(level, "numFmt", "decimal"), _value(level, "lvlText"), _whole(_value(level, "start"), 1)
            )
            for level in one.findall(f"{WORD}lvl")
        }
        for one in definitions.findall(f"{WORD}abstractNum")
    }
    found = {}
    for one in definitions.findall(f"{WORD}num"):
        number, definition = one.get(f"{WORD}numId", ""), _value(one, "abstractNumId")
        levels = dict(abstract.get(definition, {}))
        own = definition
        for override in one.findall(f"{WORD}lvlOverride"):
            depth = _whole(override.get(f"{WORD}ilvl", ""), 0)
            start = _value(override, "startOverride")
            if start and depth in levels:
                levels[depth] = Level(levels[depth].format, levels[depth].text, _whole(start, 1))
                own = f"{definition}/{number}"
        found[number] = (own, levels)
    return found


def _of_styles(styles: Element, definitions: Element) -> dict[str, tuple[str, int]]:
    """Return list and depth of the styles of paragraphs that number; a style has what it is based on."""
    own: dict[str, tuple[str, int]] = {}
    based: dict[str, str] = {}
    for style in styles.findall(f"{WORD}style"):
        name = style.get(f"{WORD}styleId", "")
        based[name] = _value(style, "basedOn")
        if number := _value(style, "pPr/numPr/numId"):
            own[name] = (number, _whole(_value(style, "pPr/numPr/ilvl"), 0))
    links = {
        link.get(_VAL, ""): _whole(level.get(f"{WORD}ilvl", ""), 0)
        for level in definitions.iter(f"{WORD}lvl")
        for link in level.findall(f"{WORD}pStyle")
    }
    found = {}
    for name in based:
        at, seen = name, set()
        while at and at not in own and at not in seen:
            seen.add(at)
            at = based.get(at, "")
        if at in own:
            number, depth = own[at]
            found[name] = (number, links.get(name, depth))
    return found


def _numbered(
    document: Element, lists: dict[str, tuple[str, dict[int, Level]]], styles: dict[str, tuple[str, int]]
) -> Iterator[Numbered]:
    counters: dict[str, dict[int, int]] = {}
    for parent in document.iter():
        for position, paragraph in enumerate(parent):
            if paragraph.tag != f"{WORD}p":
                continue
            number, depth = _list_of(paragraph, styles)
            key, levels = lists.get(number, ("", {}))
            level = levels.get(depth)
            if level is None:
                continue
            counts = counters.setdefault(key, {})
            counts[depth] = counts.get(depth, level.start - 1) + 1
            for deeper in [one for one in counts if one > depth]:
                del counts[deeper]
            label = _label(level, levels, counts)
            yield Numbered(paragraph, id(parent), position, number, depth, counts[depth], level, label)


def _list_of(paragraph: Element, styles: dict[str, tuple[str, int]]) -> tuple[str, int]:
    properties = paragraph.find(f"{WORD}pPr")
    number, depth = styles.get(_value(properties, "pStyle"), ("", 0))
    if properties is not None and properties.find(f"{WORD}numPr") is not None:
        number = _value(properties, "numPr/numId", number)
        depth = _whole(_value(properties, "numPr/ilvl"), depth)
    return number, depth


def _runs(numbered: Iterator[Numbered]) -> Iterator[list[Numbered]]:
    """Yield paragraphs that follow each other in one list."""
    run: list[Numbered] = []
    for one in numbered:
        if run and (run[-1].parent, run[-1].position + 1, run[-1].list) != (one.parent, one.position, one.list):
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def _label(level: Level, levels: dict[int, Level], counts: dict[int, int]) -> str:
    def part(found: re.Match[str]) -> str:
        depth = int(found[1]) - 1
        of = levels.get(depth, level)
        return _FORMATS.get(of.format, str)(counts.get(depth, of.start))

    return re.sub(r"%([1-9])", part, level.text) if level.format != "none" else ""


def _point_to(paragraph: Element, number: str, depth: int) -> None:
    """Name a paragraph's list in the paragraph itself."""
    properties = paragraph.find(f"{WORD}pPr")
    if properties is None:
        properties = Element(f"{WORD}pPr")
        paragraph.insert(0, properties)
    for old in properties.findall(f"{WORD}numPr"):
        properties.remove(old)
    own = SubElement(properties, f"{WORD}numPr")
    SubElement(own, f"{WORD}ilvl").set(_VAL, str(depth))
    SubElement(own, f"{WORD}numId").set(_VAL, number)


def _write(one: Numbered) -> None:
    properties = one.paragraph.find(f"{WORD}pPr")
    if properties is not None:
        for old in properties.findall(f"{WORD}numPr"):
            properties.remove(old)
    if not one.label:
        return
    run = Element(f"{WORD}r")
    text = SubElement(run, f"{WORD}t")
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    text.text = one.label + _gap(one.label)
    one.paragraph.insert(0 if properties is None else list(one.paragraph).index(properties) + 1, run)


def _gap(label: str) -> str:
    if label[-1] in "条章节编款项":
        return "\u3000"
    return "" if label[-1] in "、）．，：" else " "


def chinese(number: int) -> str:
    """Return a number below 10,000 in Chinese."""
    if not 0 < number < 10_000:
        return str(number)
    digits = [int(one) for one in str(number)]
    found, is_gap = "", False
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if not digit:
            is_gap = True
            continue
        if is_gap and found:
            found += "零"
        is_gap = False
        found += _DIGITS[digit] + ("", "十", "百", "千")[place]
    return found.removeprefix("一") if found.startswith("一十") else found


def _roman(number: int) -> str:
    found = ""
    for value, letters in _ROMAN:
        while number >= value and len(found) < 12:
            found, number = found + letters, number - value
    return found


def _letter(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number > 0 else str(number)


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if 1 <= number <= 20 else str(number)


_FORMATS: dict[str, Callable[[int], str]] = {
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "japaneseCounting": chinese,
    "taiwaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "ideographDigital": lambda number: "".join(_DIGITS[int(one)] for one in str(number)),
    "chineseLegalSimplified": lambda number: "".join(_LEGAL.get(one, one) for one in chinese(number)),
    "ideographLegalTraditional": lambda number: "".join(_LEGAL.get(one, one) for one in chinese(number)),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalZero": lambda number: f"{number:02}",
    "upperLetter": lambda number: _letter(number).upper(),
    "lowerLetter": _letter,
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerRoman": _roman,
}
