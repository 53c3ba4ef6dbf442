"""From text to tokens: pure functions, the same for what is indexed and for what is asked; no Django, no engine."""

from sunlit.search.analysis.folding import fold
from sunlit.search.analysis.pairs import asked_pairs, pairs
from sunlit.search.analysis.words import Words

VERSION = 1
"""Raised whenever the same text gives other tokens: every index is then built anew."""

__all__ = ["VERSION", "Words", "asked_pairs", "fold", "pairs"]
