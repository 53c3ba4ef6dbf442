"""Other marks by which a person is found: passports, e-mail, plates, the address of a household."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sunlit.guard.detectors.base import Lists, Match, Scene, TextDetector
from sunlit.text.numbers import plain

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PASSPORT = re.compile(r"(?<![0-9A-Za-z-])(?:[EGDSPegdsp][0-9]{8}|[Ee][A-HJ-NP-Z][0-9]{7})(?![0-9A-Za-z-])")
_PLATE = re.compile(
    rf"[{_PROVINCES}][A-HJ-NP-Z][ .]?(?=[A-HJ-NP-Z0-9]{{0,5}}[0-9])"
    r"[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警](?![0-9A-Za-z-])"
)
_EMAIL = re.compile(r"[\w.%+-]{1,64}[@＠](?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}", re.ASCII)
_OFFICE = re.compile(r"(?:\.|@|＠)gov\.cn$", re.IGNORECASE)

_PASSPORT_AWAKE = re.compile("[EGDSPegdsp][A-Z]?[0-9]{7}")
_PLATE_AWAKE = re.compile(rf"[{_PROVINCES}][A-Z]")

# From the house to the room, or the house of a group of a village: a household, not a street or an office building.
_HOUSE = re.compile(
    r"(?<![0-9])[0-9一二三四五六七八九十]{1,5}(?:号|弄|栋|幢|座|号楼|楼)[^，。；、：\s]{0,16}?[0-9]{1,4}"
    r"(?:单元[^，。；、：\s]{0,6}?[0-9]{1,5}[室号户房]|[室户房](?!间|内|以|至))"
    r"|村[^，。；、：\s]{0,10}?[0-9一二三四五六七八九十]{1,3}(?:组|社|队)[0-9]{1,4}号(?!文|令|公告|通知)"
)
_REACH = 40
_ON_THE_WAY = re.compile("[一-鿿A-Za-z0-9（）()·#-]+$")
_FIRST = re.compile("[一-鿿]{2}")


def _awake(text: str, _lists: Lists) -> bool:
    return _shapes(text)


def _shapes(text: str) -> bool:
    return (
        "@" in text
        or "＠" in text
        or _may_be_address(text)
        or (not text.isascii() and _PLATE_AWAKE.search(text) is not None)
        or _PASSPORT_AWAKE.search(text) is not None
    )


def _may_be_address(text: str) -> bool:
    return (any(word in text for word in ("室", "单元", "户", "房")) and "号" in text) or (
        "组" in text and "号" in text
    )


def _find(text: str, _scene: Scene) -> Iterator[Match]:
    shape = plain(text)
    for found in _PASSPORT.finditer(shape):
        yield Match("passport", found.start(), found.end())
    for found in _PLATE.finditer(shape):
        yield Match("plate", found.start(), found.end())
    if "@" in text or "＠" in text:
        for found in _EMAIL.finditer(text):
            if _OFFICE.search(found[0]) is None:
                yield Match("e-mail", found.start(), found.end())
    if _may_be_address(text):
        yield from _addresses(text)


def _addresses(text: str) -> Iterator[Match]:
    """Yield households with the way to them: from the house back over what reads as road, town and county."""
    last = 0
    for house in _HOUSE.finditer(text):
        way = _ON_THE_WAY.search(text[max(last, house.start() - _REACH) : house.start()])
        begins = _FIRST.search(way[0]) if way else None
        if begins is None and house[0][0] != "村":
            continue
        start = house.start() - (len(way[0]) - begins.start() if way and begins else 0)
        yield Match("address", start, house.end())
        last = house.end()


MARKS = TextDetector(("passport", "plate", "e-mail", "address"), _awake, _find, shapes=_shapes)
