"""Finds numbers that belong to one person or one account in running text, however they are written.

Digits may be of full width or of any other script, spaced, hyphenated, broken over lines, or split by characters that
nobody sees. A number is only ever found whole: never as a piece of a longer row of digits. Credit codes, organisation
codes and index numbers are recognised first and never reported.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sunlit.text.identifiers import is_id_number, is_organisation_code, is_uscc, passes_luhn
from sunlit.text.strange import is_strange

NumberKind = Literal["id", "old id", "bank card", "mobile", "landline"]

_SPACES = "\t\v\f\r\n\u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
_HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc\ufe58\ufe63\uff0d~\uff5e\u301c_\uff3f"
_DOTS = "\u00b7\u2022\u2027\u30fb\uff0e\uff65"
_UNSEEN = (
    "\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u00ad\ufe0f\ufeff"
)
_CROSSES = "xＸｘ×✕✖ХхΧχⅩⅹ"
UNSEEN = "\u200b"


def _plain_table() -> dict[int, str]:
    # Digits of every script of the basic plane, and the mathematical ones that look like ours.
    codes = (*range(0x80, 0x10000), *range(0x1D7CE, 0x1D800))
    digits = {code: str(unicodedata.decimal(chr(code))) for code in codes if unicodedata.category(chr(code)) == "Nd"}
    others = {
        **dict.fromkeys(map(ord, _SPACES), " "),
        **dict.fromkeys(map(ord, _HYPHENS), "-"),
        **dict.fromkeys(map(ord, _DOTS), "."),
        **dict.fromkeys(map(ord, _UNSEEN), UNSEEN),
        **dict.fromkeys(map(ord, _CROSSES), "X"),
        ord("／"): "/",
        ord("（"): "(",
        ord("）"): ")",
        ord("＋"): "+",
    }
    return digits | others


_PLAIN = _plain_table()
_ODD = re.compile("[" + re.escape("".join(map(chr, _PLAIN))) + "]")

_SEPARATOR = f"[ .\\-/{UNSEEN}]"
_RUN = re.compile(rf"[0-9](?:{_SEPARATOR}{{0,4}}[0-9])*")
_TOKEN = re.compile("[0-9]+")
_CROSS = re.compile(rf"{_SEPARATOR}{{0,3}}X(?![0-9])|X")

_INDEX_NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9A-Z]{8}[0-9X][/-](?:19[89]|20[0-4])[0-9]-[0-9]{3,}(?![0-9])")
_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-Y]{18}(?![0-9A-Za-z])")
_CODE_BEGINS = re.compile("(?:1[1239]|[2346][19]|5[1239]|7[129]|8[19]|9[123]|A[19]|N[1239]|Y1)")
_PROVINCE = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9")

_LABEL_REACH = 16
_CODE_LABEL = re.compile("信用代码|纳税人识别号|税号|机构代码|社会信用")
_ID_LABEL = re.compile("身份证|公民身份|证件号|身份号")
_CARD_LABEL = re.compile("卡号|账号|帐号|账户|帐户|银行卡|存折|储蓄卡|信用卡|开户|打卡")
_OTHER_LABEL = re.compile(
    "(?:编号|编码|代码|许可证号?|注册号|案号|文号|备案号?|流水号|订单号|合同号|批准文号|产权证?|不动产权?|登记号|证书号|序列号|"
    "条形码|批号|条码|序号|发票号?码?|[Nn][Oo][.．]?|（证号|决定书)[^0-9]{0,6}$"
)

# Issuers by their first digits and how long their numbers are (ISO/IEC 7812; UnionPay and older domestic cards).
_ISSUER = re.compile(
    "(?:62[0-9]{14,17}|4[0-9]{15}(?:[0-9]{3})?|5[1-5][0-9]{14}|222[1-9][0-9]{12}|22[3-9][0-9]{13}|2[3-6][0-9]{14}"
    "|27[01][0-9]{13}|2720[0-9]{12}|35(?:2[89]|[3-8][0-9])[0-9]{12,15}|3[0689][0-9]{14,17}|3[47][0-9]{14,17}"
    "|6[045][0-9]{14,17}|5[06-9][0-9]{14,17}|8[18][0-9]{14,17}|9[0-9]{15,18})"
)
_CARD = re.compile(
    r"(?<![0-9])[0-9]{16,19}(?![0-9])|(?<![0-9])(?<![0-9][ -])[0-9]{4}([ -])(?:[0-9]{4}\1){2,3}[0-9]{1,4}(?![0-9])"
)
_LABELLED_CARD = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){15,18}(?![0-9])")
_OLD_ID = re.compile(r"(?<![0-9])[1-8][0-9]{5}([0-9]{2})([0-9]{2})([0-9]{2})[0-9]{3}(?![0-9])")
_MOBILE = re.compile(
    r"(?<![0-9])(?:(?:\+|00)?86[ -]{0,2})?1[3-9][0-9](?:[0-9]{8}|([ -])[0-9]{4}\1[0-9]{4}|([ -])[0-9]{3}\2[0-9]{5})"
    r"(?![0-9])"
)
_LANDLINE = re.compile(
    r"(?<![0-9])(?:[(（]0(?:10|2[0-9]|[3-9][0-9]{2})[)）][ -]{0,2}|0(?:10|2[0-9]|[3-9][0-9]{2})[ -]{0,3})"
    r"[2-8](?:[0-9]{6,7}|[0-9]{2,3}[ -][0-9]{4})(?![0-9])"
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number found in a text, from ``start`` to ``end``; ``value`` is its bare form, without separators."""

    kind: NumberKind
    start: int
    end: int
    value: str


def plain(text: str) -> str:
    """Return the text, character for character, with all digits, spaces, hyphens and crosses in their plain form."""
    return text if text.isascii() or _ODD.search(text) is None else text.translate(_PLAIN)


def numbers_in(text: str) -> Iterator[Number]:
    """Yield the personal numbers in a text; none lies within another."""
    shape = plain(text.replace("\n", " ").replace("\t", " ").replace("x", "X").replace("_", "-").replace("~", "-"))
    taken = bytearray(len(shape))
    shape = _without_codes(shape)
    for number in (*_identities(shape), *_accounts_and_phones(shape, taken)):
        if number.kind == "id":
            taken[number.start : number.end] = b"\1" * (number.end - number.start)
        elif any(taken[number.start : number.end]):
            continue
        else:
            taken[number.start : number.end] = b"\1" * (number.end - number.start)
        yield number


def _without_codes(shape: str) -> str:
    """Blank index numbers and credit codes, which belong to documents and organisations."""
    if "-" in shape:
        shape = _INDEX_NUMBER.sub(lambda found: "#" * len(found[0]), shape)
    return _CODE.sub(lambda found: "#" * 18 if _is_code(found, shape) else found[0], shape)


def _is_code(found: re.Match[str], shape: str) -> bool:
    """Tell whether 18 characters are a credit code; if they could be an identity number as well, labels decide."""
    code = found[0]
    if not is_uscc(code):
        return False
    if not is_id_number(code):
        # Digits alone, or behind one letter, may be many things: then the code must be one in all its parts.
        return not code[1:].isdigit() or _is_whole_code(code)
    before = shape[max(0, found.start() - _LABEL_REACH) : found.start()]
    if _ID_LABEL.search(before):
        return False
    return bool(_CODE_LABEL.search(before)) or (_is_whole_code(code) and not _is_plausible(code))


def _is_whole_code(code: str) -> bool:
    return (
        _CODE_BEGINS.match(code) is not None
        and _PROVINCE.match(code, 2) is not None
        and is_organisation_code(code[8:17])
    )


def _is_plausible(number: str) -> bool:
    """Tell whether an identity number begins with a province and names a birth since 1900."""
    return _PROVINCE.match(number) is not None and "1900" <= number[6:10] <= "2049"


def _identities(shape: str) -> Iterator[Number]:
    for run in _RUN.finditer(shape):
        if run.end() - run.start() < 17:
            continue
        tokens = list(_TOKEN.finditer(shape, run.start(), run.end()))
        first = 0
        while first < len(tokens):
            found = _identity_from(shape, tokens, first)
            if found is None:
                first += 1
                continue
            number, last = found
            yield number
            first = last + 1


def _identity_from(shape: str, tokens: list[re.Match[str]], first: int) -> tuple[Number, int] | None:
    """Return the identity number that begins with a token, and its last token."""
    value = ""
    for last in range(first, len(tokens)):
        value += tokens[last][0]
        if len(value) > 18:
            return None
        cross = _CROSS.match(shape, tokens[last].end()) if len(value) == 17 else None
        number = value + "X" if cross else value
        if len(number) != 18 or not is_id_number(number):
            continue
        end = cross.end() if cross else tokens[last].end()
        if first == last or _belong_together(shape, tokens, first, last, number):
            return Number("id", tokens[first].start(), end, number), last
    return None


def _belong_together(shape: str, tokens: list[re.Match[str]], first: int, last: int, number: str) -> bool:
    """Tell whether several tokens read as one number: alone in their run, or of one pattern and plausible."""
    if last - first + 1 == len(tokens):
        return True
    between = {shape[tokens[n].end() : tokens[n + 1].start()].replace(UNSEEN, "") for n in range(first, last)} - {""}
    if len(between) > 1 and any(mark in "".join(between) for mark in "./"):
        return False
    two = last - first == 1 and all(is_organisation_code(token[0]) for token in tokens[first : last + 1])
    return _is_plausible(number) and not two


def _accounts_and_phones(shape: str, taken: bytearray) -> Iterator[Number]:
    """Yield old identity numbers, cards and telephones; characters that nobody sees count as not there."""
    places: list[int] | None = None
    if UNSEEN in shape:
        places = [place for place, character in enumerate(shape) if character != UNSEEN]
        places.append(len(shape))
        shape = shape.replace(UNSEEN, "")
    for number in (*_cards(shape), *_old_identities(shape), *_mobiles(shape), *_landlines(shape)):
        if places is None:
            yield number
        else:
            yield Number(number.kind, places[number.start], places[number.end - 1] + 1, number.value)


def _before(shape: str, start: int) -> str:
    return shape[max(0, start - _LABEL_REACH) : start]


def _digits(text: str) -> str:
    return "".join(_TOKEN.findall(text))


def _cards(shape: str) -> Iterator[Number]:
    for found in _CARD.finditer(shape):
        value = _digits(found[0])
        if 16 <= len(value) <= 19 and passes_luhn(value) and _ISSUER.fullmatch(value):
            before = _before(shape, found.start())
            if _OTHER_LABEL.search(before) is None or _CARD_LABEL.search(before):
                yield Number("bank card", found.start(), found.end(), value)
    if _CARD_LABEL.search(shape) is None:
        return
    for found in _LABELLED_CARD.finditer(shape):
        value = _digits(found[0])
        if passes_luhn(value) and _CARD_LABEL.search(_before(shape, found.start())):
            yield Number("bank card", found.start(), found.end(), value)


def _old_identities(shape: str) -> Iterator[Number]:
    for found in _OLD_ID.finditer(shape):
        year, month, day = 1900 + int(found[1]), int(found[2]), int(found[3])
        is_one = _PROVINCE.match(found[0]) is not None and _exists(year, month, day)
        if is_one and _OTHER_LABEL.search(_before(shape, found.start())) is None:
            yield Number("old id", found.start(), found.end(), found[0])


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _mobiles(shape: str) -> Iterator[Number]:
    for found in _MOBILE.finditer(shape):
        if _OTHER_LABEL.search(_before(shape, found.start())) is None:
            yield Number("mobile", found.start(), found.end(), _digits(found[0])[-11:])


def _landlines(shape: str) -> Iterator[Number]:
    for found in _LANDLINE.finditer(shape):
        yield Number("landline", found.start(), found.end(), _digits(found[0]))


_DIGIT_BYTES = bytes(ord("0") if 48 <= code <= 57 else code for code in range(256))
_SEPARATOR_BYTES = b" \t\r\n\v\f.-/_~()"
_LONG_ENOUGH = b"0" * 10


def may_hold_number(text: str) -> bool:
    """Tell quickly whether a text could hold a personal number; separators are thought away, so dates may say yes."""
    if _is_long(text):
        return True
    if text.isascii() or not (is_strange(text) or _ODD_BY_DIGIT.search(text)):
        return False
    return _is_long(text.translate(_WITHOUT_ODD))


# Where a digit is of another script, or a separator beside a digit is: only then does another look pay.
_ODD_OTHERS = "".join(chr(code) for code, character in _PLAIN.items() if not character.isdigit())
_ODD_BY_DIGIT = re.compile(rf"[0-9][ .\-/_~()]{{0,3}}[{re.escape(_ODD_OTHERS)}]")
_WITHOUT_ODD: dict[int, str | None] = {
    code: character if character.isdigit() else None for code, character in _PLAIN.items()
}


def _is_long(text: str) -> bool:
    return _LONG_ENOUGH in text.encode("utf-8", "surrogatepass").translate(_DIGIT_BYTES, _SEPARATOR_BYTES)
