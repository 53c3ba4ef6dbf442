"""tantivy and FTS5 give the same answers to the same requests; OpenSearch is asked in its documented words."""

from __future__ import annotations

import json
import os
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from sunlit.search import backends
from sunlit.search.backends.opensearch import OpenSearch
from sunlit.search.documents import Document, fields_of, key_of
from sunlit.search.lexicon import Lexicon
from sunlit.search.requests import All, Dated, EngineUnavailable, Number, Phrase, SearchRequest, Single, Some, Within
from sunlit.search.understanding import ladder
from sunlit.search.understanding.parsing import parse

LEXICON = Lexicon()
ENGINES = ["tantivy", "fts5", *(["opensearch"] if os.environ.get("SEARCH_URL") else [])]
DOCUMENTS = [
    Document(1, 1, "关于城市供水价格的通知", "居民用水每吨二元。遂府发〔2025〕12号", kind="notice", place="00010001",
             day=20250314, numbers=("遂府发2025.12",), validity="valid"),
    Document(1, 2, "关于城市供水价格的通知（旧）", "居民用水每吨一元。", kind="notice", place="00010001",
             day=20150314, validity="repealed", weight=0.35),
    Document(1, 3, "教育经费预算", "学校经费，共64号项目。", kind="budget", place="00010002", day=20240101),
    Document(2, 3, "教育收费公开", "学费与书本费。", place="0001", day=0),
]  # fmt: skip


@pytest.fixture(params=ENGINES)
def index(request, tmp_path):
    engine = backends.engine(request.param)
    writer = engine.writer(tmp_path, "public")
    writer.upsert(fields_of(one, LEXICON.words) for one in DOCUMENTS)
    writer.commit()
    yield writer
    writer.close()
    engine.drop(tmp_path)


def asked(text):
    return ladder.exactly(ladder.understand(parse(text), LEXICON))


def ids(found):
    return [hit.key for hit in found.hits]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        (asked("供水"), {(1, 1), (1, 2)}),
        (asked("供水价格 一元"), {(1, 2)}),
        (asked("64号"), {(1, 3)}),
        (asked("4号"), set()),
        (asked("供價"), set()),
        (asked("用水每"), {(1, 1), (1, 2)}),
        (Number("遂府发2025.12"), {(1, 1)}),
        (Within("0001"), {(1, 1), (1, 2), (1, 3), (2, 3)}),
        (Within("00010002"), {(1, 3)}),
        (Dated("2025"), {(1, 1)}),
        (Dated("202503"), {(1, 1)}),
        (Dated("20240101"), {(1, 3)}),
        (Single("title_pairs", "费"), {(1, 3), (2, 3)}),
        (Some((Phrase("body_words", ("学费",)), Phrase("title_words", ("预算",)))), {(1, 3), (2, 3)}),
        (All(()), {(1, 1), (1, 2), (1, 3), (2, 3)}),
        (Some(()), set()),
    ],
)
def test_a_query_finds_what_it_should(index, query, wanted):
    found = index.search(SearchRequest(query))
    assert set(ids(found)) == {key_of(*one) for one in wanted}
    assert found.total == len(wanted)


def test_what_is_no_longer_in_force_comes_last(index):
    assert ids(index.search(SearchRequest(asked("供水价格")))) == [key_of(1, 1), key_of(1, 2)]


def test_the_newest_comes_first_where_that_is_asked_for(index):
    found = index.search(SearchRequest(All(()), newest_first=True))
    assert ids(found)[:3] == [key_of(1, 1), key_of(1, 3), key_of(1, 2)]


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"sorts": (2,)}, 1),
        ({"kinds": ("notice", "budget")}, 3),
        ({"places": ("00010001",)}, 2),
        ({"years": (2024, 2025)}, 2),
        ({"validities": ("repealed",)}, 1),
        ({"doors": ("svillage:1",)}, 0),
        ({"without": (Phrase("body_pairs", ("一元",)),)}, 3),
    ],
)
def test_filters_narrow(index, filters, count):
    assert index.search(SearchRequest(All(()), **filters)).total == count


def test_what_was_found_is_counted_by_its_values(index):
    facets = index.facets(SearchRequest(All(())), ("sort", "kind", "place", "year", "validity"))
    assert facets["sort"] == {"1": 3, "2": 1}
    assert facets["kind"] == {"notice": 2, "budget": 1}
    assert facets["validity"] == {"valid": 1, "repealed": 1}


def test_a_second_writing_takes_the_place_of_the_first(index):
    index.upsert([fields_of(Document(1, 1, "改了的标题"), LEXICON.words)])
    index.delete([key_of(1, 2), key_of(9, 9)])
    index.commit()
    assert index.health().documents == 3
    assert ids(index.search(SearchRequest(asked("改了的标题")))) == [key_of(1, 1)]
    assert index.search(SearchRequest(asked("供水"))).total == 0


def test_titles_are_suggested_by_their_beginning(index):
    assert set(index.suggest("城市供", 8)) == {key_of(1, 1), key_of(1, 2)}
    assert index.suggest("教育收", 8) == [key_of(2, 3)]


# What the documentation of OpenSearch says of the requests that we make -------------------------------------------


QUERIES = {
    "bool", "term", "terms", "match_phrase", "regexp", "constant_score", "range", "match_all", "match_none",
    "function_score", "prefix",
}  # fmt: skip


class Server(BaseHTTPRequestHandler):
    """Holds requests against what the documentation says, and answers as it says."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body):
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def read(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append((self.command, self.path, self.headers.get("Authorization")))
        return body

    def do_GET(self):
        self.read()
        name, _, what = self.path.strip("/").partition("/")
        assert re.fullmatch(r"sunlit-[a-z0-9._-]+", name)
        known = name in self.server.indexes
        if what == "_count":
            self.answer(200, {"count": len(self.server.indexes[name])})
        else:
            self.answer(200 if known else 404, {} if known else {"error": {"type": "index_not_found_exception"}})

    def do_PUT(self):
        body = json.loads(self.read())
        assert set(body) == {"settings", "mappings"}
        assert body["mappings"]["properties"]["title_pairs"]["index_options"] in ("freqs", "positions")
        self.server.indexes[self.path.strip("/")] = {}
        self.answer(200, {"acknowledged": True})

    def do_DELETE(self):
        self.read()
        gone = self.server.indexes.pop(self.path.strip("/"), None)
        self.answer(200 if gone is not None else 404, {})

    def do_POST(self):
        body = self.read()
        name, _, what = self.path.strip("/").partition("/")
        if what == "_refresh":
            self.answer(200, {"_shards": {"failed": 0}})
        elif what == "_bulk":
            self.answer(200, self.bulk(name, body))
        else:
            self.answer(200, self.search(name, json.loads(body)))

    def bulk(self, name, body):
        assert self.headers["Content-Type"] == "application/x-ndjson"
        assert body.endswith(b"\n")
        lines = [json.loads(line) for line in body.splitlines()]
        items, place = [], 0
        while place < len(lines):
            ((action, about),) = lines[place].items()
            if action == "index":
                self.server.indexes[name][about["_id"]] = lines[place + 1]
                items.append({"index": {"status": 201}})
                place += 2
            else:
                gone = self.server.indexes[name].pop(about["_id"], None)
                items.append({"delete": {"status": 200 if gone else 404}})
                place += 1
        return {"errors": any(one.get("delete", {}).get("status") == 404 for one in items), "items": items}

    def search(self, name, body):
        assert set(body) <= {"query", "size", "track_total_hits", "_source", "docvalue_fields", "sort", "aggs"}
        check(body["query"])
        if self.server.broken:
            return {"error": "x"}
        documents = self.server.indexes[name]
        hits = [
            {"_id": key, "_score": None if "sort" in body else 1.5, "fields": {"same": [one["same"]]},
             **({"sort": [one["day"]]} if "sort" in body else {})}
            for key, one in documents.items()
        ][: body["size"]]  # fmt: skip
        found = {"hits": {"total": {"value": len(documents), "relation": "eq"}, "hits": hits}}
        if "aggs" in body:
            buckets = {"buckets": [{"key": "notice", "doc_count": 2}]}
            found["aggregations"] = dict.fromkeys(body["aggs"], buckets)
        return found


def check(query):
    """Hold a query against the documented forms, all the way down."""
    ((kind, inner),) = query.items()
    assert kind in QUERIES, kind
    if kind == "bool":
        assert set(inner) <= {"must", "must_not", "should", "filter", "minimum_should_match"}
        for part in ("must", "must_not", "should", "filter"):
            for one in inner.get(part, []):
                check(one)
    elif kind == "function_score":
        assert inner["field_value_factor"]["field"] == "weight"
        check(inner["query"])
    elif kind == "constant_score":
        assert inner["boost"] >= 0
        check(inner["filter"])
    elif kind in ("term", "match_phrase", "regexp", "range", "terms", "prefix"):
        assert len(inner) == 1


@pytest.fixture
def server():
    found = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    found.indexes, found.seen, found.broken = {}, [], False
    threading.Thread(target=found.serve_forever, daemon=True).start()
    yield found
    found.shutdown()
    found.server_close()


@pytest.fixture
def opensearch(server, tmp_path):
    engine = OpenSearch(f"http://127.0.0.1:{server.server_port}", "reader:secret")
    return engine, engine.writer(tmp_path / "Opensearch-1.1-abc", "public")


def test_opensearch_is_asked_in_the_documented_words(opensearch, server, tmp_path):
    engine, index = opensearch
    index.upsert(fields_of(one, LEXICON.words) for one in DOCUMENTS)
    index.delete([key_of(1, 2), key_of(9, 9)])
    index.commit()
    for text in ("供水", "供水价格 -旧", "遂府发〔2025〕12号", "2025年", "水", "城市供水是什么？"):
        understood = ladder.understand(parse(text), LEXICON)
        for query in (ladder.exactly(understood), ladder.closely(understood), ladder.loosely(understood)):
            request = SearchRequest(query, ladder.excluded(parse(text)), kinds=("notice",), doors=())
            assert index.search(request).total == 3
    newest = index.search(SearchRequest(All(()), newest_first=True))
    assert newest.hits[0].score == 20250314
    assert index.facets(SearchRequest(All(())), ("kind",)) == {"kind": {"notice": 2}}
    assert index.suggest("城市", 2)
    assert index.health().documents == 3
    assert engine.reader(tmp_path / "Opensearch-1.1-abc", "public").health().documents == 3
    engine.drop(tmp_path / "Opensearch-1.1-abc")
    assert server.indexes == {}
    assert {login for _, _, login in server.seen} == {"Basic cmVhZGVyOnNlY3JldA=="}


def test_a_server_that_fails_is_named(opensearch, server):
    _engine, index = opensearch
    server.shutdown()
    server.server_close()
    with pytest.raises(EngineUnavailable, match="SEARCH_URL"):
        index.search(SearchRequest(All(())))


def test_a_word_that_is_no_engine_is_refused():
    with pytest.raises(ValueError, match="tantivy, fts5, opensearch"):
        backends.engine("solr")
