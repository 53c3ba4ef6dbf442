"""tantivy, embedded: all tokens are made by us, so its analysers only split at blanks.

Queries are built through its interface, never parsed from text: what a reader types is no syntax here.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Occur, Query

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

logger = logging.getLogger(__name__)
SCHEMA = 2
"""Raised with every change of the fields: an index of another schema cannot be opened."""

HEAP = 120_000_000
RELOAD_SECONDS = 0.25
_BUCKETS = 200
# The engine multiplies a score by log2(2 + weight), and takes a weight below 0 for 0: so a whole one is a large one.
_SCALE = 34.0
_TEXTS = {"title_words": "freq", "title_pairs": "position", "body_words": "freq", "body_pairs": "position"}


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    # Not unsigned: deletion by an unsigned term deletes nothing and says nothing.
    builder.add_integer_field("key", indexed=True, fast=True)
    for name, option in _TEXTS.items():
        builder.add_text_field(name, tokenizer_name="blanks", index_option=option)
    for name in ("numbers", "heads", "tree", "doors"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("kind", "place", "validity"):
        builder.add_text_field(name, tokenizer_name="raw", fast=True, index_option="basic")
    for name in ("sort", "year", "day"):
        builder.add_unsigned_field(name, indexed=True, fast=True)
    builder.add_integer_field("same", fast=True)
    builder.add_float_field("weight", fast=True)
    return builder.build()


_SCHEMA = _schema()


class Tantivy:
    """Opens indexes in folders."""

    name = "tantivy"
    schema = SCHEMA

    def writer(self, directory: Path, shelf: str) -> TantivyIndex:
        """Open an index for writing; raise EngineUnavailable where someone else writes to it."""
        folder = directory / shelf
        folder.mkdir(parents=True, exist_ok=True)
        index = _opened(folder) if tantivy.Index.exists(str(folder)) else tantivy.Index(_SCHEMA, path=str(folder))
        try:
            return TantivyIndex(index, folder, index.writer(HEAP, 1))
        except ValueError as error:
            raise EngineUnavailable(f"another process writes to {folder}: end it, or wait for it") from error

    def reader(self, directory: Path, shelf: str) -> TantivyIndex:
        """Open an index for reading."""
        folder = directory / shelf
        if not folder.is_dir() or not tantivy.Index.exists(str(folder)):
            raise EngineUnavailable(f"there is no index in {folder}; `sunlit rebuild search` makes one")
        return TantivyIndex(_opened(folder), folder, None)

    def swapped(self, directory: Path) -> None:
        """Do nothing: the indexes of a directory are served by its name."""

    def drop(self, directory: Path) -> None:
        """Do nothing: everything lies in the directory itself."""


def _opened(folder: Path) -> Any:
    try:
        return tantivy.Index.open(str(folder))
    except ValueError as error:
        raise EngineUnavailable(f"{folder} cannot be read ({error}); `sunlit rebuild search` makes it anew") from error


class TantivyIndex:
    """One index, open for reading, or for writing as well."""

    def __init__(self, index: Any, folder: Path, writer: Any) -> None:
        blanks = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        index.register_tokenizer("blanks", blanks)
        index.config_reader("manual")
        index.reload()
        self._index, self._writer, self._meta = index, writer, folder / "meta.json"
        self._looked, self._seen = time.monotonic(), self._stamp()

    def upsert(self, documents: Iterable[Fields]) -> None:
        """Put documents in the place of those with the same keys."""
        for document in documents:
            self._writer.delete_documents_by_term("key", document.key)
            self._writer.add_document(_written(document))

    def add(self, documents: Iterable[Fields]) -> None:
        """Add documents that are known not to be there."""
        for document in documents:
            self._writer.add_document(_written(document))

    def delete(self, keys: Sequence[int]) -> None:
        """Take documents out."""
        for key in keys:
            self._writer.delete_documents_by_term("key", key)

    def commit(self) -> None:
        """Keep what was written."""
        self._writer.commit()
        self._index.reload()

    def search(self, request: SearchRequest) -> Found:
        """Answer a request."""
        searcher = self._searcher()
        query = _filtered(request)
        order = {"order_by_field": "day"} if request.newest_first else {"weight_by_field": "weight"}
        result = searcher.search(query, max(request.limit, 1), True, **order)
        addresses = [address for _, address in result.hits]
        keys = searcher.fast_field_values("key", addresses)
        same = searcher.fast_field_values("same", addresses)
        scores = [score if request.newest_first else score / _SCALE for score, _ in result.hits]
        hits = tuple(Hit(*one) for one in zip(keys, scores, same, strict=True))
        return Found(hits[: request.limit], result.count)

    def facets(self, request: SearchRequest, names: Sequence[Facet]) -> Facets:
        """Return how everything that matches is spread."""
        asked = {name: {"terms": {"field": name, "size": _BUCKETS}} for name in names}
        answer = self._searcher().aggregate(_filtered(request), asked)
        return {
            name: {str(bucket["key"]): int(bucket["doc_count"]) for bucket in answer[name]["buckets"]} for name in names
        }

    def suggest(self, prefix: str, limit: int) -> list[int]:
        """Return keys of things whose title begins with a text."""
        searcher = self._searcher()
        found = searcher.search(Query.term_query(_SCHEMA, "heads", prefix[:HEAD], "basic"), limit, False)
        return list(searcher.fast_field_values("key", [address for _, address in found.hits]))

    def health(self) -> Health:
        """Say how many documents there are."""
        return Health(self._searcher().num_docs)

    def close(self) -> None:
        """Let go of the writer's lock; merges under way are finished first."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.wait_merging_threads()

    def _searcher(self) -> Any:
        """Return what sees the newest commit, looked for a few times a second."""
        now = time.monotonic()
        if now - self._looked >= RELOAD_SECONDS:
            self._looked = now
            stamp = self._stamp()
            if stamp != self._seen:
                self._index.reload()
                self._seen = stamp
        return self._index.searcher()

    def _stamp(self) -> tuple[int, int]:
        try:
            status = self._meta.stat()
        except OSError as error:
            raise EngineUnavailable(f"{self._meta} is gone; `sunlit rebuild search` makes the index anew") from error
        return status.st_mtime_ns, status.st_ino


def _written(document: Fields) -> Any:
    row = tantivy.Document()
    row.add_integer("key", document.key)
    for name in _TEXTS:
        row.add_text(name, getattr(document, name))
    for name in ("numbers", "heads", "tree", "doors"):
        for value in getattr(document, name):
            row.add_text(name, value)
    for name in ("kind", "place", "validity"):
        if value := getattr(document, name):
            row.add_text(name, value)
    row.add_unsigned("sort", document.sort)
    row.add_unsigned("year", document.year)
    row.add_unsigned("day", document.day)
    row.add_integer("same", document.same)
    row.add_float("weight", math.pow(2, _SCALE * document.weight) - 2)
    return row


def _filtered(request: SearchRequest) -> Any:
    parts = [(Occur.Must, _query(request.query))]
    parts += [(Occur.MustNot, _query(node)) for node in request.without]
    chosen: list[tuple[str, Sequence[Any]]] = [
        ("sort", request.sorts),
        ("kind", request.kinds),
        ("tree", request.places),
        ("year", request.years),
        ("validity", request.validities),
        ("numbers", request.numbers),
    ]
    if request.doors is not None:
        chosen.append(("doors", request.doors or ("nobody",)))
    for name, values in chosen:
        if values:
            terms = [(Occur.Should, Query.term_query(_SCHEMA, name, value, "basic")) for value in values]
            parts.append((Occur.Must, Query.const_score_query(Query.boolean_query(terms), 0.0)))
    return Query.boolean_query(parts) if len(parts) > 1 else parts[0][1]


def _query(node: Node) -> Any:
    match node:
        case Phrase(field, tokens, boost):
            found = _phrase(field, tokens)
        case Single(field, character, boost):
            # Only one Chinese character comes here, so there is nothing to escape.
            found = Query.regex_query(_SCHEMA, field, f"{character}.?|.{character}")
        case Number(number, boost):
            return _constant(Query.term_query(_SCHEMA, "numbers", number, "basic"), boost)
        case Within(place, boost):
            return _constant(Query.term_query(_SCHEMA, "tree", place, "basic"), boost)
        case Dated(boost=boost):
            first, last = node.bounds
            kind = tantivy.FieldType.Unsigned
            return _constant(Query.range_query(_SCHEMA, "day", kind, first, last), boost)
        case All(parts, preferred):
            must = [(Occur.Must, _query(part)) for part in parts] or [(Occur.Must, _constant(Query.all_query(), 0.0))]
            return Query.boolean_query(must + [(Occur.Should, _query(part)) for part in preferred])
        case Some(parts):
            return Query.boolean_query([(Occur.Should, _query(part)) for part in parts])
    return found if boost == 1.0 else Query.boost_query(found, boost)


def _phrase(field: str, tokens: tuple[str, ...]) -> Any:
    if not tokens:
        return Query.empty_query()
    if len(tokens) == 1:
        return Query.term_query(_SCHEMA, field, tokens[0], "freq")
    return Query.phrase_query(_SCHEMA, field, list(tokens))


def _constant(query: Any, score: float) -> Any:
    return Query.const_score_query(query, score)
