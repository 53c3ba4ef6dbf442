"""Takes what is personal out of text that nobody has read, such as a log (Personal Information Protection Law art. 51).

Numbers are found even if they are spaced, hyphenated or written in full width. When in doubt a number is taken for
personal: a log that says too little can be asked again, one that says too much cannot be unsaid.
"""

from __future__ import annotations

import re

from sunlit.text.identifiers import is_mobile, passes_luhn
from sunlit.text.masking import HIDDEN

_EMAIL = re.compile(r"[\w.%+-]{1,64}[@＠][\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_RUN = re.compile("[0-9０-９]+(?:[ \u00a0\u3000-]{1,2}[0-9０-９]+)*[Xx]?")
_TOKEN = re.compile("[0-9０-９]+[Xx]?")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
_SHORTEST, _LONGEST = 10, 19
_IDENTITY = re.compile(r"[1-9][0-9]{5}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]")
_OLD_IDENTITY = re.compile(r"[1-9][0-9]{5}[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}")
_LANDLINE = re.compile(r"0(?:10|2[0-9]|[3-9][0-9]{2})[2-8][0-9]{6,7}")
_COUNTRY = re.compile(r"(?:00)?86")


def scrub(text: str) -> str:
    """Return a text without identity numbers, phone numbers, bank cards and e-mail addresses."""
    return _RUN.sub(lambda found: _scrub_run(found[0]), _EMAIL.sub(f"{HIDDEN}@{HIDDEN}", text))


def _scrub_run(run: str) -> str:
    """Hide the numbers in a row of digits with separators: each may be one token of it, or several in a row."""
    if len(run) < _SHORTEST:
        return run
    tokens = list(_TOKEN.finditer(run))
    parts, kept, first = [], 0, 0
    while first < len(tokens):
        last = _end_of_number(tokens, first)
        if last is None:
            first += 1
            continue
        parts += [run[kept : tokens[first].start()], HIDDEN]
        kept, first = tokens[last].end(), last + 1
    return "".join([*parts, run[kept:]])


def _end_of_number(tokens: list[re.Match[str]], first: int) -> int | None:
    """Return the last token of the longest personal number that begins at ``first``, or None."""
    digits, found = "", None
    for last in range(first, len(tokens)):
        digits += tokens[last][0].translate(_FULL_WIDTH)
        if len(digits) > _LONGEST + 4:
            break
        if _is_personal(digits):
            found = last
    return found


def _is_personal(number: str) -> bool:
    # An X belongs to an identity number only; behind any other it is a letter that stands there by chance.
    digits = number.rstrip("Xx")
    country = _COUNTRY.match(digits)
    if country and is_mobile(digits[country.end() :]):
        return True
    return bool(
        is_mobile(digits)
        or _IDENTITY.fullmatch(number)
        or _OLD_IDENTITY.fullmatch(digits)
        or _LANDLINE.fullmatch(digits)
        or (16 <= len(digits) <= _LONGEST and passes_luhn(digits))
    )
