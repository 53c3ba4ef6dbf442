"""The engines behind the one interface, and which of them an instance uses."""

from __future__ import annotations

import importlib.util
from urllib.parse import urlsplit

from django.conf import settings

from sunlit.search.requests import Engine

NAMES = ("tantivy", "fts5", "opensearch")


def engine(name: str = "") -> Engine:
    """Return the engine of this instance, or the one named; raise ValueError for a word that names none.

    Without a setting it is the server at ``SEARCH_URL`` where there is one, else tantivy, and SQLite's FTS5 on a
    machine for which tantivy was not built.
    """
    name = str(name or settings.SEARCH_ENGINE or ("opensearch" if settings.SEARCH_URL else ""))
    if not name:
        name = "tantivy" if importlib.util.find_spec("tantivy") else "fts5"
    if name == "tantivy":
        from sunlit.search.backends.tantivy_engine import Tantivy

        return Tantivy()
    if name == "fts5":
        from sunlit.search.backends.fts5 import Fts5

        return Fts5()
    if name == "opensearch":
        from sunlit.search.backends.opensearch import OpenSearch

        if not urlsplit(settings.SEARCH_URL).hostname:
            raise ValueError("SUNLIT_SEARCH is opensearch, but SEARCH_URL names no server, as https://host:9200 does")
        return OpenSearch(settings.SEARCH_URL, settings.SEARCH_LOGIN)
    raise ValueError(f"SUNLIT_SEARCH is {name!r}; it may be {', '.join(NAMES)}")
