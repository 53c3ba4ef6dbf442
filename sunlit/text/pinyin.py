"""A stored key that puts Chinese names in the order of their sound."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from sunlit.text.folding import to_simplified

# Longest runs first: digits, letters, one Chinese run; everything else only separates.
_RUNS = re.compile("[0-9]+|[a-z]+|[㐀-鿿\U00020000-\U000323af]+")
_WIDTH_OF_NUMBERS = 12


@lru_cache(maxsize=8192)
def sort_key(text: str) -> str:
    """Return an ASCII key: syllables with their tone, split by spaces, numbers padded so that 2 comes before 10."""
    # Only here, for its dictionary takes fifty megabytes, and most processes sort by keys that are stored already.
    from pypinyin import Style, lazy_pinyin

    plain = unicodedata.normalize("NFKD", to_simplified(text)).casefold()
    parts: list[str] = []
    for run in _RUNS.findall(plain):
        if run[0].isdigit():
            parts.append(run.rjust(_WIDTH_OF_NUMBERS, "0"))
        elif run.isascii():
            parts.append(run)
        else:
            # A character without a reading comes after all that have one, by its code point.
            parts += lazy_pinyin(run, style=Style.TONE3, neutral_tone_with_five=True, errors=_by_code_point)
    return " ".join(parts)


def _by_code_point(characters: str) -> str:
    return " ".join(f"~{ord(character):05x}" for character in characters)
