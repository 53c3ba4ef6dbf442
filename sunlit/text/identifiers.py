"""Identifiers that carry their own proof: identity numbers, credit codes, card numbers, document numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from operator import mul

_ID_NUMBER = re.compile(r"[1-9][0-9]{5}((?:18|19|20)[0-9]{2})([0-9]{2})([0-9]{2})[0-9]{3}[0-9Xx]")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC = re.compile(f"[{_USCC_ALPHABET}]{{2}}[0-9]{{6}}[{_USCC_ALPHABET}]{{10}}")
_USCC_VALUES = {character: value for value, character in enumerate(_USCC_ALPHABET)}
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))

_ORGANISATION_CODE = re.compile("[0-9A-Z]{8}-?[0-9X]")
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

_DIGITS = re.compile("[0-9]+")
_MOBILE = re.compile("1[3-9][0-9]{9}")

_DOCUMENT_NUMBER = re.compile(
    r"(?P<prefix>\S[^\n]{0,60}?)\s*[〔\[(（【［﹝{<《〈]\s*(?P<year>(?:19|20)[0-9]{2})\s*[〕\])）】］﹞}>》〉]"
    r"\s*第?\s*(?P<number>[0-9]{1,8}(?:-[0-9]{1,6})*)\s*号"
)
_FULL_WIDTH_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


def id_check_character(first: str) -> str:
    """Return the last character of an identity number from its first 17 digits (GB 11643)."""
    total = sum(int(digit) * weight for digit, weight in zip(first, _ID_WEIGHTS, strict=True))
    return _ID_CHECKS[total % 11]


def is_id_number(text: str) -> bool:
    """Tell whether a text is an identity number of 18 with a real date and a right check character (GB 11643)."""
    found = _ID_NUMBER.fullmatch(text)
    if found is None:
        return False
    try:
        date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return False
    return id_check_character(text[:17]) == text[17].upper()


def uscc_check_character(first: str) -> str:
    """Return the last character of a unified social credit code from its first 17 (GB 32100)."""
    if len(first) != len(_USCC_WEIGHTS):
        raise ValueError("a check character follows 17 others")
    total = sum(map(mul, map(_USCC_VALUES.__getitem__, first), _USCC_WEIGHTS))
    return _USCC_ALPHABET[-total % 31]


def is_uscc(text: str) -> bool:
    """Tell whether a text is a unified social credit code, in capitals, with a right check character (GB 32100)."""
    return _USCC.fullmatch(text) is not None and uscc_check_character(text[:17]) == text[17]


def organisation_check_character(first: str) -> str:
    """Return the last character of an organisation code from its first eight (GB 11714)."""
    total = sum(int(character, 36) * weight for character, weight in zip(first, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def is_organisation_code(text: str) -> bool:
    """Tell whether a text is an organisation code, hyphen or not, with a right check character (GB 11714)."""
    return _ORGANISATION_CODE.fullmatch(text) is not None and organisation_check_character(text[:8]) == text[-1]


def luhn_check_digit(first: str) -> str:
    """Return the digit that makes a row of digits pass Luhn's test (ISO/IEC 7812-1)."""
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in first[::-2])
    single = sum(int(digit) for digit in first[-2::-2])
    return str(-(doubled + single) % 10)


def passes_luhn(text: str) -> bool:
    """Tell whether a row of at least two digits passes Luhn's test, as bank card numbers do (ISO/IEC 7812-1)."""
    return len(text) > 1 and _DIGITS.fullmatch(text) is not None and luhn_check_digit(text[:-1]) == text[-1]


def is_mobile(text: str) -> bool:
    """Tell whether a text is a mainland mobile number of eleven digits without separators."""
    return _MOBILE.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """The parts of a document number 发文字号, as 遂府发, 2025 and 12 in 遂府发〔2025〕12号."""

    prefix: str
    year: int
    number: str

    def __str__(self) -> str:
        return f"{self.prefix}〔{self.year}〕{self.number}号"


def parse_document_number(text: str) -> DocumentNumber | None:
    """Return the parts of a document number in any kind of bracket, or None if the text is none (GB/T 9704 7.2.5)."""
    found = _DOCUMENT_NUMBER.fullmatch(text.strip().translate(_FULL_WIDTH_DIGITS))
    if found is None:
        return None
    return DocumentNumber(found["prefix"], int(found["year"]), found["number"])


def is_document_number(text: str) -> bool:
    """Tell whether a text is a document number 发文字号, in any kind of bracket."""
    return parse_document_number(text) is not None
