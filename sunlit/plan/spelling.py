"""Guesses the word that was meant."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

_FEW = 12


def suggestion(word: str, known: Collection[str]) -> str:
    """Return the end of a sentence that proposes known words: the nearest one, or all if they are few, or nothing."""
    near = nearest(word, known)
    if near is not None:
        return f'; did you mean "{near}"?'
    if 0 < len(known) <= _FEW:
        return "; use one of: " + ", ".join(sorted(known))
    return "; remove it or correct it"


def nearest(word: str, known: Collection[str]) -> str | None:
    """Return the known word that is most like a word, or None if none is."""
    near = get_close_matches(word, known, n=1, cutoff=0.6) if len(word) <= 80 else []
    return near[0] if near else None


def short(value: object) -> str:
    """Return a value in quotes, cut to a length that fits a sentence."""
    text = str(value)
    return f'"{text[:60]}…"' if len(text) > 60 else f'"{text}"'
