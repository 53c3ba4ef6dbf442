"""Measures how well questions find the passages that answer them: MRR@10, R@1, R@10 and the time it takes."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sunlit.search.documents import Document, fields_of
from sunlit.search.lexicon import Lexicon
from sunlit.search.requests import Engine, Found, Node, SearchBackend, SearchRequest
from sunlit.search.understanding.ladder import climb, understand
from sunlit.search.understanding.parsing import parse

DEPTH = 10


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run has shown; times in milliseconds."""

    passages: int
    queries: int
    mrr: float
    recall_1: float
    recall_10: float
    p50: float
    p95: float
    p99: float

    def __str__(self) -> str:
        relevance = f"MRR@10 {self.mrr:.4f}  R@1 {self.recall_1:.4f}  R@10 {self.recall_10:.4f}"
        times = f"p50 {self.p50:.1f}  p95 {self.p95:.1f}  p99 {self.p99:.1f} ms"
        return f"{self.passages} passages, {self.queries} queries: {relevance}  {times}"


def lines_of(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a file of JSON Lines, packed by gzip or not; raise ValueError with file and line."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                found = json.loads(line)
            except ValueError as error:
                raise ValueError(f"{path}:{number} is no JSON ({error}); each line must be one object") from error
            if not isinstance(found, dict):
                raise ValueError(f"{path}:{number} is no object; each line must be one, as {{...}}")
            yield found


def indexed(engine: Engine, folder: Path, passages: Iterable[Mapping[str, Any]], lexicon: Lexicon) -> list[str]:
    """Put passages into a new index; return their ids, in the order of their numbers."""
    names: list[str] = []
    writer = engine.writer(folder, "public")
    for passage in passages:
        document = Document(1, len(names), str(passage.get("title") or ""), str(passage["text"]))
        names.append(str(passage["id"]))
        writer.upsert([fields_of(document, lexicon.words)])
    writer.commit()
    writer.close()
    return names


def measure(
    index: SearchBackend, names: list[str], queries: Iterable[Mapping[str, Any]], lexicon: Lexicon, field: str = "query"
) -> Measured:
    """Ask every query and return how well its passages were found."""
    ranks: list[int] = []
    times: list[float] = []
    for query in queries:
        wanted = {str(one) for one in query["relevant"]}
        begin = time.perf_counter()
        found = answer(index, str(query[field]), lexicon)
        times.append((time.perf_counter() - begin) * 1000)
        places = [place for place, hit in enumerate(found.hits, 1) if names[hit.key & 0xFFFFFFFF] in wanted]
        ranks.append(places[0] if places else 0)
    times.sort()
    count = max(len(ranks), 1)
    at = [times[min(int(len(times) * share), len(times) - 1)] if times else 0.0 for share in (0.5, 0.95, 0.99)]
    return Measured(
        len(names),
        len(ranks),
        sum(1 / rank for rank in ranks if rank) / count,
        sum(rank == 1 for rank in ranks) / count,
        sum(rank > 0 for rank in ranks) / count,
        *at,
    )


def answer(index: SearchBackend, text: str, lexicon: Lexicon) -> Found:
    """Return what a query finds by the same ladder as on the site."""

    def ask(node: Node) -> Found:
        return index.search(SearchRequest(node, limit=DEPTH))

    return climb(understand(parse(text), lexicon), lexicon, ask).found
