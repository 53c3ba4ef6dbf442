"""The form in which every text enters the system."""

from __future__ import annotations

import re
import unicodedata

_REFUSED = re.compile("[\x00\ud800-\udfff]")
# What a paste from a word processor brings along: line breaks of other systems, and characters that nobody sees
# but that XML (workbooks, feeds, sitemaps) forbids or that make equal texts unequal.
_BREAKS = re.compile("\r\n?|[\v\f\u0085\u2028\u2029]")
_INVISIBLE = re.compile("[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")


class UnsafeText(ValueError):
    """Tells that a text holds a character that must not be stored at all."""


def is_safe(value: str) -> bool:
    """Tell whether a text is free of NUL and of lone surrogates, which no database or encoding takes."""
    return _REFUSED.search(value) is None


def clean_text(value: str) -> str:
    r"""Return the text in canonical form C with ``\n`` for line breaks, without invisible characters and outer space.

    Raises UnsafeText on NUL and on lone surrogates. Cleaning a clean text changes nothing.
    """
    # Printable text (in Python's sense) holds none of the characters below; nearly all input takes this way.
    if not value.isprintable():
        if not is_safe(value):
            raise UnsafeText("the text holds a NUL character or half of a surrogate pair")
        value = _INVISIBLE.sub("", _BREAKS.sub("\n", value))
    return unicodedata.normalize("NFC", value).strip()
