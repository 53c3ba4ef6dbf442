"""Words of a text, by rjieba without its guesses at unknown words, and with a dictionary of the city's own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from sunlit.search.analysis.folding import fold
from sunlit.search.analysis.pairs import pairs_of_folded

_SHORTEST, _LONGEST = 2, 16


class Words:
    """Cuts texts into overlapping words; ``dictionary`` are further words that it knows."""

    def __init__(self, dictionary: Iterable[str] = ()) -> None:
        folded = {fold(word).strip() for word in dictionary}
        self.dictionary = tuple(sorted(word for word in folded if _SHORTEST <= len(word) <= _LONGEST))
        self._jieba: Any = None

    @property
    def hash(self) -> str:
        """Name the dictionary: an index cut with another one has other words."""
        return hashlib.sha256("\n".join(self.dictionary).encode()).hexdigest()[:12]

    def cut(self, text: str) -> list[str]:
        """Return the words of a text, short ones within long ones as well."""
        return self.cut_folded(fold(text))

    def cut_folded(self, folded: str) -> list[str]:
        """Return the words of a text that has been folded already."""
        if self._jieba is None:
            self._jieba = self._load()
        if self._jieba is False:
            return pairs_of_folded(folded)
        found: list[str] = self._jieba.cut_for_search(folded, False)
        # A blank or a comma is no word; `isalnum` knows the letters and figures of every script.
        return list(filter(str.isalnum, found))

    def plain(self, text: str) -> list[str]:
        """Return the words of a text without the short ones within long ones."""
        if self._jieba is None:
            self._jieba = self._load()
        folded = fold(text)
        if self._jieba is False:
            return pairs_of_folded(folded)
        return [word for word in self._jieba.cut(folded, False) if word.isalnum()]

    def knows(self, word: str) -> bool:
        """Tell whether a folded text is a word of the dictionaries."""
        if self._jieba is None:
            self._jieba = self._load()
        return bool(self._jieba and self._jieba.has_word(word))

    def _load(self) -> Any:
        try:
            import rjieba
        except ImportError:
            # On a machine for which it was not built, pairs take the place of words: a little less well ranked.
            return False
        jieba = rjieba.Jieba()
        for word in self.dictionary:
            jieba.add_word(word, None, None)
        return jieba
