"""OpenSearch, for cities that have outgrown one machine: the same tokens, made by us, in a server's indexes.

It splits at blanks and ranks by BM25 as the others do. What is served is decided by our own folder, as with the others,
so that an index is swapped in the same way; a folder's name is part of the names of its indexes.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sunlit.ledger.outgoing import Answer, NoAnswer, Outgoing
from sunlit.search.documents import HEAD, SHELVES, Fields
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
TIMEOUT = 20.0
LARGEST = 32 * 1024 * 1024
_BUCKETS = 200
_BULK = 500
_WORDS = {"type": "text", "analyzer": "whitespace", "index_options": "freqs"}
_PAIRS = {"type": "text", "analyzer": "whitespace", "index_options": "positions"}
_KEYWORDS = ("numbers", "heads", "tree", "doors", "kind", "place", "validity")
_NUMBERS = ("key", "sort", "day", "year", "same")
MAPPING: dict[str, Any] = {
    "settings": {"index": {"number_of_shards": 1}},
    "mappings": {
        "dynamic": "strict",
        "properties": {
            **dict.fromkeys(("title_words", "body_words"), _WORDS),
            **dict.fromkeys(("title_pairs", "body_pairs"), _PAIRS),
            **{name: {"type": "keyword"} for name in _KEYWORDS},
            **{name: {"type": "long"} for name in _NUMBERS},
            "weight": {"type": "float"},
        },
    },
}


class OpenSearch:
    """Opens indexes of a server; ``login`` is ``user:password`` where it asks for one."""

    name = "opensearch"
    schema = SCHEMA

    def __init__(self, url: str, login: str = "") -> None:
        headers = {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"} if login else {}
        host = urlsplit(url).hostname or ""
        self._line = Outgoing(frozenset({host}), timeout=TIMEOUT, limit=LARGEST, headers=headers)
        self._url = url.rstrip("/")

    def writer(self, directory: Path, shelf: str) -> OpenSearchIndex:
        """Open an index for writing, new if it is not there."""
        directory.mkdir(parents=True, exist_ok=True)
        index = self._index(directory, shelf)
        if index.ask("GET", "", allowed=(404,)).status == 404:
            index.ask("PUT", "", MAPPING)
        return index

    def reader(self, directory: Path, shelf: str) -> OpenSearchIndex:
        """Open an index for reading; whether it is there shows when it is asked."""
        return self._index(directory, shelf)

    def swapped(self, directory: Path) -> None:
        """Do nothing: the indexes of a directory are served by its name."""

    def drop(self, directory: Path) -> None:
        """Remove the indexes of a directory from the server."""
        for shelf in SHELVES:
            self._index(directory, shelf).ask("DELETE", "", allowed=(404,))

    def _index(self, directory: Path, shelf: str) -> OpenSearchIndex:
        return OpenSearchIndex(self._line, f"{self._url}/sunlit-{directory.name.lower()}-{shelf}")


class OpenSearchIndex:
    """One index of a server."""

    def __init__(self, line: Outgoing, url: str) -> None:
        self._line, self._url = line, url

    def upsert(self, documents: Iterable[Fields]) -> None:
        """Put documents in the place of those with the same keys, some hundred at a time."""
        lines: list[object] = []
        for document in documents:
            lines += [{"index": {"_id": str(document.key)}}, asdict(document)]
            if len(lines) >= 2 * _BULK:
                self._bulk(lines)
                lines = []
        self._bulk(lines)

    def delete(self, keys: Sequence[int]) -> None:
        """Take documents out."""
        self._bulk([{"delete": {"_id": str(key)}} for key in keys])

    def commit(self) -> None:
        """Let what was written be found; the server keeps it durably by itself."""
        self.ask("POST", "/_refresh")

    def search(self, request: SearchRequest) -> Found:
        """Answer a request."""
        body: dict[str, Any] = {
            "query": _filtered(request),
            "size": max(request.limit, 1),
            "track_total_hits": True,
            "_source": False,
            "docvalue_fields": ["same"],
        }
        if request.newest_first:
            body["sort"] = [{"day": "desc"}]
        found = self._asked(body)["hits"]
        hits = tuple(
            Hit(int(one["_id"]), float(one["sort"][0] if request.newest_first else one["_score"]), _same(one))
            for one in found["hits"]
        )
        return Found(hits[: request.limit], int(found["total"]["value"]))

    def facets(self, request: SearchRequest, names: Sequence[Facet]) -> Facets:
        """Return how everything that matches is spread."""
        asked = {name: {"terms": {"field": name, "size": _BUCKETS}} for name in names}
        answer = self._asked({"query": _filtered(request), "size": 0, "aggs": asked})["aggregations"]
        return {
            name: {str(one["key"]): int(one["doc_count"]) for one in answer[name]["buckets"] if one["key"] != ""}
            for name in names
        }

    def suggest(self, prefix: str, limit: int) -> list[int]:
        """Return keys of things whose title begins with a text."""
        body = {"query": _constant({"term": {"heads": prefix[:HEAD]}}, 1.0), "size": limit, "_source": False}
        return [int(one["_id"]) for one in self._asked(body)["hits"]["hits"]]

    def health(self) -> Health:
        """Say how many documents there are."""
        return Health(int(self._read(self.ask("GET", "/_count"))["count"]))

    def close(self) -> None:
        """Do nothing: no connection is kept."""

    def ask(
        self, method: str, path: str, body: object = None, *, allowed: Sequence[int] = (), lines: str = ""
    ) -> Answer:
        """Return the server's answer; raise EngineUnavailable for none, or for one that says no."""
        content = lines.encode() if lines else b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        kind = "application/x-ndjson" if lines else "application/json"
        try:
            answer = self._line.ask(method, f"{self._url}{path}", content or None, kind if content else "")
        except NoAnswer as error:
            raise EngineUnavailable(f"the search server gave no answer ({error}); see SEARCH_URL") from error
        if answer.status >= 300 and answer.status not in allowed:
            said = answer.body[:300].decode("utf-8", "replace")
            raise EngineUnavailable(f"the search server answered {answer.status} to {method} {path or '/'}: {said}")
        return answer

    def _bulk(self, lines: Sequence[object]) -> None:
        if not lines:
            return
        text = "".join(f"{json.dumps(one, ensure_ascii=False, default=list)}\n" for one in lines)
        answer = self._read(self.ask("POST", "/_bulk", lines=text))
        wrong = [each for one in answer["items"] for each in one.values() if each.get("status", 200) >= 300]
        # To take out what is not there is no mistake.
        refused = [each for each in wrong if each.get("status") != 404]
        if refused:
            raise EngineUnavailable(f"the search server refused {len(refused)} documents: {str(refused[0])[:300]}")

    def _asked(self, body: object) -> dict[str, Any]:
        return self._read(self.ask("POST", "/_search", body))

    def _read(self, answer: Answer) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads(answer.body)
        except ValueError as error:
            raise EngineUnavailable("the search server answered what is no JSON; see SEARCH_URL") from error
        return found


def _same(hit: dict[str, Any]) -> int:
    return int(hit.get("fields", {}).get("same", [0])[0])


def _filtered(request: SearchRequest) -> dict[str, Any]:
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
    query = {
        "bool": {
            "must": [_query(request.query)],
            "must_not": [_query(node) for node in request.without],
            "filter": [{"terms": {name: list(values)}} for name, values in chosen if values],
        }
    }
    if request.newest_first:
        return query
    fading = {"field_value_factor": {"field": "weight", "missing": 1.0}}
    return {"function_score": {"query": query, **fading, "boost_mode": "multiply"}}


def _query(node: Node) -> dict[str, Any]:
    match node:
        case Phrase(field, tokens, boost):
            if not tokens:
                return {"match_none": {}}
            if len(tokens) == 1:
                return {"term": {field: {"value": tokens[0], "boost": boost}}}
            return {"match_phrase": {field: {"query": " ".join(tokens), "boost": boost}}}
        case Single(field, character, boost):
            return {"regexp": {field: {"value": f"{character}.?|.{character}", "boost": boost}}}
        case Number(number, boost):
            return _constant({"term": {"numbers": number}}, boost)
        case Within(place, boost):
            return _constant({"term": {"tree": place}}, boost)
        case Dated(boost=boost):
            first, last = node.bounds
            return _constant({"range": {"day": {"gte": first, "lte": last}}}, boost)
        case All(parts, preferred):
            must = [_query(part) for part in parts] or [_constant({"match_all": {}}, 0.0)]
            return {"bool": {"must": must, "should": [_query(part) for part in preferred]}}
        case Some(parts):
            if not parts:
                return {"match_none": {}}
            return {"bool": {"should": [_query(part) for part in parts], "minimum_should_match": 1}}


def _constant(query: dict[str, Any], boost: float) -> dict[str, Any]:
    return {"constant_score": {"filter": query, "boost": boost}}
