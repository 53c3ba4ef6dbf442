"""Simplified and Traditional Chinese, and the form in which two writings of one word are equal."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import opencc


class WrongConverter(RuntimeError):
    """Tells that another package of the name ``opencc`` has displaced the native one."""


@lru_cache(maxsize=4)
def _converter(config: str) -> opencc.OpenCC:
    # OpenCC and opencc-python-reimplemented install the same module name and the last one wins; the second is
    # thirty times slower and knows a fifth fewer characters.
    if not hasattr(opencc, "opencc_clib"):
        raise WrongConverter("the module opencc is not the native OpenCC: uninstall opencc-python-reimplemented")
    return opencc.OpenCC(config)


def to_simplified(text: str) -> str:
    """Return the text in Simplified characters, character for character where possible; length is kept."""
    return str(_converter("t2s").convert(text))


def to_traditional(text: str) -> str:
    """Return the text in Traditional characters as written in Taiwan, words left as they are."""
    return str(_converter("s2tw").convert(text))


def fold(text: str) -> str:
    """Return the form in which width, case and script no longer tell two writings apart; for comparing only."""
    simple = to_simplified(unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFKC", simple)
