"""Guesses the word that was meant."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

_FEW = 12


def suggestion(word: str, known: Collection[str]) -> str:
    """Return the end of a sentence that proposes known words: the nearest one, or all if they are few, or nothing."""
    near = get_close_matches(word, known, n=1, cutoff=0.6) if len(word) <= 80 else []
    if near:
        return f'; did you mean "{near[0]}"?'
    if 0 < len(known) <= _FEW:
        return "; use one of: " + ", ".join(sorted(known))
    return "; remove it or correct it"


def short(value: object) -> str:
    """Return a value in quotes, cut to a length that fits a sentence."""
    text = str(value)
    return f'"{text[:60]}…"' if len(text) > 60 else f'"{text}"'
