"""The form in which two ways of typing one query are the same."""

from __future__ import annotations

from sunlit.search.analysis import fold

LONGEST = 40


def key(query: str) -> str:
    """Return a query in one script, width and case, its words parted by single blanks."""
    return " ".join(fold(query).split())
