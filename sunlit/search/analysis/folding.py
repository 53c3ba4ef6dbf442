"""The form in which width, script and case no longer tell two writings apart, character for character.

Unlike ``text.folding.fold`` it keeps every character's place, so that what is found in the folded text can be shown in
the original. NFKC would not: it makes ``m2`` of ㎡ and three points of an ellipsis.
"""

from __future__ import annotations

from sunlit.text.folding import to_simplified

# Full-width ASCII and the ideographic space; everything else keeps its width.
_WIDTH = {0xFF01 + place: 0x21 + place for place in range(94)} | {0x3000: 0x20}
# Converters written in C end a text at NUL, and none takes half of a surrogate pair.
_UNSAFE = {0: 0x20, **dict.fromkeys(range(0xD800, 0xE000), 0x20)}
_TABLE = _WIDTH | _UNSAFE


def fold(text: str) -> str:
    """Return the text in ASCII width, Simplified characters and small letters; its length is the same."""
    wide = text.translate(_TABLE)
    simple = wide if wide.isascii() else to_simplified(wide)
    if len(simple) != len(wide):
        simple = "".join(_single(character, to_simplified(character)) for character in wide)
    small = simple.lower()
    if len(small) != len(simple):
        small = "".join(_single(character, character.lower()) for character in simple)
    return small


def _single(before: str, after: str) -> str:
    return after if len(after) == 1 else before
