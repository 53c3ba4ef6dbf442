"""What remains of a personal datum when shown: de-identification (Personal Information Protection Law art. 73)."""

from __future__ import annotations

import re
from typing import Literal

HIDDEN = "***"

NameMask = Literal["full", "surname", "none"]

_COMPOUND = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠公孙慕容仲孙钟离长孙宇文司徒鲜于"
    "司空闾丘子车亓官司寇巫马公西颛孙壤驷公良漆雕乐正宰父谷梁拓跋轩辕令狐段干百里呼延东郭南门羊舌微生梁丘左丘东门西门第五纳兰"
)
COMPOUND_SURNAMES = frozenset(_COMPOUND[place : place + 2] for place in range(0, len(_COMPOUND), 2))
_NOT_DIGITS = re.compile("[^0-9]")

# Province, city, county and town, each at most once and in this order; what follows (village, road, door) is dropped.
# 小区, 社区, 园区 and the like are housing or grounds, not districts; no name of a place runs over a road or a door.
_NAME = "(?:(?![路街巷弄号栋幢楼])[一-鿿]){1,10}?"
_ADDRESS = re.compile(
    rf"(?:{_NAME}(?:自治区|省))?"
    rf"(?:{_NAME}(?:(?<!超)市|自治州|盟|地区))?"
    rf"(?:{_NAME}(?:自治县|县|(?<![小社园景校厂矿])区|市|旗))?"
    rf"(?:{_NAME}(?:镇|乡|街道))?"
)


def mask_name(name: str, how: NameMask) -> str:
    """Return a person's name under a mask: ``full`` hides all, ``surname`` leaves 张某, ``none`` leaves it as it is.

    Raises ValueError for any other word, so that a slip in a plan never shows a name.
    """
    if how == "none":
        return name
    if how == "full" or not name:
        return HIDDEN if name else ""
    if how != "surname":
        raise ValueError(f"no such mask for a name: {how!r}")
    surname = name[:2] if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else name[0]
    return surname + ("某" if surname >= "一" else HIDDEN)


def mask_id_number(text: str) -> str:
    """Return an identity number with only its province and its last two characters left."""
    return _covered(text, 3, 2) if len(text) in (15, 18) else HIDDEN


def mask_phone(text: str) -> str:
    """Return a phone number as 138****1234; of a landline only its last two digits are left."""
    digits = _NOT_DIGITS.sub("", text)
    if len(digits) == 11 and digits.startswith("1"):
        return _covered(digits, 3, 4)
    return HIDDEN + digits[-2:] if len(digits) >= 7 else HIDDEN


def mask_bank_card(text: str) -> str:
    """Return the number of a bank card with only its last four digits left."""
    digits = _NOT_DIGITS.sub("", text)
    return _covered(digits, 0, 4) if len(digits) >= 12 else HIDDEN


def mask_address(text: str) -> str:
    """Return an address down to the county and the town; village, road and door are dropped."""
    found = _ADDRESS.match(text.strip())
    return found[0] if found and found[0] else (HIDDEN if text.strip() else "")


def _covered(text: str, head: int, tail: int) -> str:
    return text[:head] + "*" * (len(text) - head - tail) + text[len(text) - tail :]


def masked(text: str, how: str) -> str:
    """Return a text under a mask of the plan's closed table; raises ValueError for any other word."""
    match how:
        case "full" | "surname" | "none":
            return mask_name(text, how)
        case "id_number":
            return mask_id_number(text)
        case "phone":
            return mask_phone(text)
        case "bank_card":
            return mask_bank_card(text)
        case "address":
            return mask_address(text)
    raise ValueError(f"no such mask: {how!r}")
