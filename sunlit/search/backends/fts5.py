"""SQLite's FTS5: the fallback where tantivy was not built, for up to some hundred thousand documents.

One file for each shelf. Filters are terms of their own columns, so that the index alone says what matches. One Chinese
character alone is found where another follows it, or as a word of its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sunlit.search.documents import HEAD, Fields
from sunlit.search.requests import (
    All,
    Dated,
    EngineUnavailable,
    Facet,
    Facets,
    Found,
    Health,
    Hit,
    Node,
    Number,
    Phrase,
    SearchRequest,
    Single,
    Some,
    Within,
)

SCHEMA = 2
_TEXTS = ("title_words", "title_pairs", "body_words", "body_pairs")
_MARKS = ("numbers", "tree", "doors", "kind", "validity", "sort", "day")
_WEIGHTS = "2.0, 1.0, 1.0, 0.5, 20.0, 2.0, 0, 0, 0, 0, 0"
# CROSS JOIN: SQLite would else begin with the table of documents and match each of its rows.
_SOURCE = "FROM text CROSS JOIN doc ON doc.key = text.rowid WHERE text MATCH ?"
_COLUMNS = ", ".join((*_TEXTS, *_MARKS))
_TABLES = f"""
CREATE TABLE IF NOT EXISTS doc (
    key INTEGER PRIMARY KEY, sort INTEGER, kind TEXT, place TEXT, day INTEGER, year INTEGER, validity TEXT,
    weight REAL, same INTEGER
);
CREATE TABLE IF NOT EXISTS head (value TEXT, key INTEGER, PRIMARY KEY (value, key)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS head_of_key ON head (key);
CREATE VIRTUAL TABLE IF NOT EXISTS text USING fts5 ({_COLUMNS}, tokenize = "unicode61 remove_diacritics 0");
"""


class Fts5:
    """Opens indexes in files."""

    name = "fts5"
    schema = SCHEMA

    def writer(self, directory: Path, shelf: str) -> Fts5Index:
        """Open an index for writing; raise EngineUnavailable where someone else writes to it."""
        directory.mkdir(parents=True, exist_ok=True)
        base = sqlite3.connect(directory / f"{shelf}.sqlite3", timeout=1, isolation_level=None)
        try:
            base.execute("PRAGMA journal_mode = WAL")
            base.executescript(_TABLES)
            base.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            base.close()
            raise EngineUnavailable(f"another process writes to {directory}: end it, or wait for it") from error
        return Fts5Index(base)

    def reader(self, directory: Path, shelf: str) -> Fts5Index:
        """Open an index for reading."""
        path = directory / f"{shelf}.sqlite3"
        if not path.is_file():
            raise EngineUnavailable(f"there is no index at {path}; `sunlit rebuild search` makes one")
        uri = f"{path.absolute().as_uri()}?mode=ro"
        return Fts5Index(sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False))

    def swapped(self, directory: Path) -> None:
        """Do nothing: the indexes of a directory are served by its name."""

    def drop(self, directory: Path) -> None:
        """Do nothing: everything lies in the directory itself."""


class Fts5Index:
    """One file, open for reading, or for writing as well."""

    def __init__(self, base: sqlite3.Connection) -> None:
        self._base = base

    def upsert(self, documents: Iterable[Fields]) -> None:
        """Put documents in the place of those with the same keys."""
        for document in documents:
            self.delete([document.key])
            self.add([document])

    def add(self, documents: Iterable[Fields]) -> None:
        """Add documents that are known not to be there."""
        for one in documents:
            row = (one.key, one.sort, one.kind, one.place, one.day, one.year, one.validity, one.weight, one.same)
            self._base.execute("INSERT INTO doc VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            self._base.executemany("INSERT INTO head VALUES (?, ?)", [(head, one.key) for head in one.heads])
            values = [one.key, *(getattr(one, name) for name in _TEXTS), *_marks(one)]
            places = ", ".join("?" * len(values))
            self._base.execute(f"INSERT INTO text (rowid, {_COLUMNS}) VALUES ({places})", values)  # noqa: S608

    def delete(self, keys: Sequence[int]) -> None:
        """Take documents out."""
        for key in keys:
            self._base.execute("DELETE FROM text WHERE rowid = ?", [key])
            self._base.execute("DELETE FROM head WHERE key = ?", [key])
            self._base.execute("DELETE FROM doc WHERE key = ?", [key])

    def commit(self) -> None:
        """Keep what was written; the next transaction begins at once, so that nobody else writes in between."""
        self._base.execute("COMMIT")
        self._base.execute("BEGIN IMMEDIATE")

    def search(self, request: SearchRequest) -> Found:
        """Answer a request."""
        match = expression(request)
        score = f"-bm25(text, {_WEIGHTS}) * doc.weight"
        measure = "doc.day" if request.newest_first else score
        rows = self._ask(
            f"SELECT doc.key, {measure} AS measure, doc.same {_SOURCE} ORDER BY measure DESC, doc.key DESC LIMIT ?",
            [match, request.limit],
        )
        total = self._ask("SELECT count(*) FROM text WHERE text MATCH ?", [match])[0][0]
        return Found(tuple(Hit(*row) for row in rows), total)

    def facets(self, request: SearchRequest, names: Sequence[Facet]) -> Facets:
        """Return how everything that matches is spread."""
        match, spread = expression(request), {}
        for name in names:
            counted = f"SELECT doc.{name}, count(*) {_SOURCE} GROUP BY 1 ORDER BY 2 DESC LIMIT 200"
            spread[str(name)] = {str(value): count for value, count in self._ask(counted, [match]) if value != ""}
        return spread

    def _ask(self, statement: str, values: Sequence[str | int]) -> list[tuple[Any, ...]]:
        try:
            return self._base.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            said = f"the index cannot be asked: {error}; `sunlit rebuild search` makes it anew"
            raise EngineUnavailable(said) from error

    def suggest(self, prefix: str, limit: int) -> list[int]:
        """Return keys of things whose title begins with a text."""
        rows = self._ask("SELECT key FROM head WHERE value = ? LIMIT ?", [prefix[:HEAD], limit])
        return [key for (key,) in rows]

    def health(self) -> Health:
        """Say how many documents there are."""
        return Health(self._base.execute("SELECT count(*) FROM doc").fetchone()[0])

    def close(self) -> None:
        """Let go of the file."""
        self._base.close()


def _marks(one: Fields) -> list[str]:
    """Return what a document is filtered by, in the order of the columns, as tokens that FTS5 does not take apart."""
    several = [" ".join(map(_token, values)) for values in (one.numbers, one.tree, one.doors)]
    return [*several, _token(one.kind), _token(one.validity), _token(str(one.sort)), f"d{one.day}"]


def _token(value: str) -> str:
    return f"x{value.encode().hex()}"


def expression(request: SearchRequest) -> str:
    """Return a request in the language of FTS5; every token stands in quotes, so nothing in it is syntax."""
    parts = [_node(request.query)]
    parts += [
        _any(column, values)
        for column, values in (
            ("sort", [str(one) for one in request.sorts]),
            ("kind", request.kinds),
            ("tree", request.places),
            ("validity", request.validities),
            ("numbers", request.numbers),
        )
        if values
    ]
    if request.years:
        parts.append(" OR ".join(f'day : "d{year}" *' for year in request.years))
    if request.doors is not None:
        parts.append(_any("doors", request.doors or ("nobody",)))
    wanted = " AND ".join(f"({part})" for part in parts)
    for node in request.without:
        wanted = f"({wanted}) NOT ({_node(node)})"
    return wanted


def _any(column: str, values: Sequence[str]) -> str:
    return " OR ".join(f'{column} : "{_token(value)}"' for value in values)


def _node(node: Node) -> str:
    match node:
        case Phrase(field, tokens):
            return f'{field} : "{" ".join(tokens)}"' if tokens else 'sort : "none"'
        case Single(field, character):
            return f'({field} : "{character}" *) OR ({field.replace("pairs", "words")} : "{character}")'
        case Number(number):
            return _any("numbers", [number])
        case Within(place):
            return _any("tree", [place])
        case Dated(digits):
            return f'day : "d{digits}" *'
        case All(parts, preferred):
            must = " AND ".join(f"({_node(part)})" for part in parts) or 'sort : "x" *'
            # There is no "if it is there, so much the better": a phrase counts wherever the expression names it.
            return f"({must}) AND (({must}) OR {' OR '.join(map(_node, preferred))})" if preferred else must
        case Some(parts):
            return " OR ".join(f"({_node(part)})" for part in parts) or 'sort : "none"'
