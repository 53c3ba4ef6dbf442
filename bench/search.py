"""Search beside PostgreSQL's full text and SQLite's FTS5 on made-up notices: building, size, latency, updates.

    python bench/search.py --records 100000 --text FILE.jsonl.gz [--only tantivy] [--folder DIR]
    bin/with-postgres python bench/search.py ...      PostgreSQL as well

``--text`` is a file of JSON Lines with a ``text`` each (as those of the retrieval sets): their sentences are recombined
with names of places, people and firms, document numbers and amounts. Same documents, same tokens for all.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sunlit.config.settings")

from sunlit.search import backends, benching
from sunlit.search.analysis.numbers import normal
from sunlit.search.documents import Document, Fields, fields_of
from sunlit.search.lexicon import Lexicon
from sunlit.search.requests import Found, Node, SearchBackend, SearchRequest
from sunlit.search.understanding.ladder import climb, understand
from sunlit.search.understanding.parsing import parse

FACETS = ("sort", "kind", "place", "year", "validity")
NAMES = "船山安居射洪蓬溪大英南津凯旋育才镇江仁里永兴河沙新桥桂花老池保升唐家北固横山会龙"
PLACES = [NAMES[place : place + 2] for place in range(0, len(NAMES), 2)]
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华文斌玲红辉建国志海燕"
TRADES = ["建材", "食品", "科技", "物流", "药业", "置业", "电子", "纺织", "环保", "农业"]
ACTS = ["通知", "公告", "通报", "意见", "方案", "决定", "批复", "公示"]
QUESTIONS = ("怎么", "是什么", "在哪里", "需要什么条件", "有哪些规定")
CHUNK = 500


class City:
    """Makes documents that are the same for the same seed."""

    def __init__(self, sentences: list[str], count: int) -> None:
        self.sentences, self.count = sentences, count

    def documents(self) -> Iterator[Document]:
        chance = random.Random(7)
        for number in range(1, self.count + 1):
            yield self.one(chance, number)

    def one(self, chance: random.Random, number: int) -> Document:
        place, trade = chance.choice(PLACES), chance.choice(TRADES)
        firm = f"遂宁{''.join(chance.sample(GIVEN, 2))}{trade}有限公司"
        person = chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, 2))
        year = chance.randint(2014, 2025)
        paper = f"遂{place[0]}府发〔{year}〕{chance.randint(1, 400)}号"
        lead = chance.choice(self.sentences)[:16]
        title = f"{place}关于{lead}的{chance.choice(ACTS)}"
        body = "".join(chance.choices(self.sentences, k=7))
        body = f"{paper} {body}{firm}负责人{person}，金额{chance.randint(1, 9_000_000)}元。"
        unit = f"0001{min(int(chance.paretovariate(1.1)), 500):04d}"
        kind = f"kind-{min(int(chance.paretovariate(0.9)), 60)}"
        day = year * 10_000 + chance.randint(1, 12) * 100 + chance.randint(1, 28)
        return Document(1, number, title, body, (normal(paper),), kind=kind, place=unit, day=day)


def sentences_of(path: Path) -> list[str]:
    found: list[str] = []
    for line in benching.lines_of(path):
        found += re.findall("[^。！？\n]{8,60}[。！？]", line["text"])
    return list(dict.fromkeys(found))


def queries(city: City, lexicon: Lexicon, count: int) -> dict[str, list[str]]:
    chance = random.Random(11)
    words = [
        [word for word in lexicon.words.plain(chance.choice(city.sentences)) if len(word) > 1 and not word.isdigit()]
        for _ in range(count * 3)
    ]
    rich = [one for one in words if len(one) >= 4][:count]
    return {
        "1-4 words": [" ".join(chance.sample(one, chance.randint(1, 4))) for one in rich],
        "question": ["".join(one[:5]) + chance.choice(QUESTIONS) for one in rich],
        "firm": [f"{''.join(chance.sample(GIVEN, 2))}{chance.choice(TRADES)}有限公司" for _ in range(count)],
        "document number": [
            f"遂{chance.choice(PLACES)[0]}府发[{chance.randint(2014, 2025)}]{chance.randint(1, 400)}号"
            for _ in range(count)
        ],
    }


def spread(times: list[float]) -> str:
    times.sort()
    at = [times[min(int(len(times) * share), len(times) - 1)] * 1000 for share in (0.5, 0.95, 0.99)]
    return f"p50 {at[0]:7.1f}  p95 {at[1]:7.1f}  p99 {at[2]:7.1f} ms"


def timed(work: Callable[[str], object], texts: list[str]) -> str:
    times = []
    for text in texts:
        begun = time.perf_counter()
        work(text)
        times.append(time.perf_counter() - begun)
    return spread(times)


def climbing(index: SearchBackend, lexicon: Lexicon, *, facets: bool) -> Callable[[str], Found]:
    def ask(node: Node) -> Found:
        return index.search(SearchRequest(node, limit=40))

    def answer(text: str) -> Found:
        rung = climb(understand(parse(text), lexicon), lexicon, ask)
        if facets:
            index.facets(SearchRequest(rung.query), FACETS)
        return rung.found

    return answer


def run_engine(name: str, city: City, lexicon: Lexicon, folder: Path, asked: dict[str, list[str]]) -> None:
    engine = backends.engine(name)
    begun, used = time.perf_counter(), time.process_time()
    writer = engine.writer(folder, "public")
    documents = city.documents()
    done = 0
    while chunk := list(islice(documents, CHUNK)):
        writer.upsert(fields_of(one, lexicon.words) for one in chunk)
        done += len(chunk)
        if done % 20_000 == 0:
            writer.commit()
            print(f"  {name}: {done} in {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
    writer.commit()
    size = sum(one.stat().st_size for one in folder.rglob("*") if one.is_file()) / 1e6
    built, processor = time.perf_counter() - begun, time.process_time() - used
    print(f"{name}: built {done} in {built:.0f} s ({processor:.0f} s of processor), {size:.0f} MB")
    index = engine.reader(folder, "public")
    for what, texts in asked.items():
        timed(climbing(index, lexicon, facets=False), texts[:20])
        print(f"  {what:24}{timed(climbing(index, lexicon, facets=False), texts)}")
        print(f"  {what + ', facets':24}{timed(climbing(index, lexicon, facets=True), texts)}")
    heads = [one.title[: random.Random(n).randint(2, 6)] for n, one in enumerate(islice(city.documents(), 200))]
    print(f"  {'suggestions':24}{timed(lambda text: index.suggest(text, 8), heads)}")
    update(writer, index, city, lexicon)
    threads(index, lexicon, asked["1-4 words"])
    writer.close()


def update(writer: SearchBackend, index: SearchBackend, city: City, lexicon: Lexicon) -> None:
    """Print how long it takes until a new document is found by somebody else."""
    times = []
    for number in range(20):
        mark = f"新闻{number}标记{number * 7919}"
        begun = time.perf_counter()
        writer.upsert([fields_of(Document(1, city.count + number + 1, mark), lexicon.words)])
        writer.commit()
        while not climbing(index, lexicon, facets=False)(f'"{mark}"').total:
            time.sleep(0.005)
        times.append(time.perf_counter() - begun)
    print(f"  {'update visible':24}{spread(times)}")


def threads(index: SearchBackend, lexicon: Lexicon, texts: list[str]) -> None:
    def work() -> None:
        for text in texts:
            climbing(index, lexicon, facets=True)(text)

    at_once = [threading.Thread(target=work) for _ in range(2)]
    begun = time.perf_counter()
    for one in at_once:
        one.start()
    for one in at_once:
        one.join()
    print(f"  different results pages  {2 * len(texts) / (time.perf_counter() - begun):.0f}/s in two threads")


def run_postgres(url: str, city: City, lexicon: Lexicon, asked: dict[str, list[str]]) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as base:
        base.execute("DROP TABLE IF EXISTS bench_search")
        base.execute("CREATE TABLE bench_search (id bigint, kind text, day int, place text, words tsvector)")
        begun = time.perf_counter()
        with base.cursor() as cursor, cursor.copy("COPY bench_search FROM STDIN") as copy:
            for one in city.documents():
                found: Fields = fields_of(one, lexicon.words)
                words = dict.fromkeys((found.title_words + " " + found.body_words).replace("'", " ").split())
                vector = " ".join(f"'{word}'" for word in words if "\\" not in word)
                copy.write_row((one.id, one.kind, one.day, one.place, vector))
        base.execute("CREATE INDEX ON bench_search USING gin (words)")
        base.execute("ANALYZE bench_search")
        size = base.execute("SELECT pg_total_relation_size('bench_search')").fetchone()[0] / 1e6
        print(f"postgresql: built {city.count} in {time.perf_counter() - begun:.0f} s, {size:.0f} MB")

        def ask(text: str) -> object:
            words = [f"'{word}'" for word in lexicon.words.plain(text) if word.isalnum()]
            joined = (" | " if len(text) > 12 and " " not in text else " & ").join(words)
            statement = (
                "SELECT id, ts_rank(words, q, 1) AS rank FROM bench_search, to_tsquery('simple', %s) AS q "
                "WHERE words @@ q ORDER BY rank DESC LIMIT 10"
            )
            return base.execute(statement, [joined]).fetchall()

        for what, texts in asked.items():
            print(f"  {what:24}{timed(ask, texts[:60])}")
        base.execute("DROP TABLE bench_search")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=150)
    parser.add_argument("--text", type=Path, required=True)
    parser.add_argument("--only", choices=("tantivy", "fts5", "postgresql"))
    parser.add_argument("--folder", type=Path, help="where indexes are built; a temporary folder without it")
    chosen = parser.parse_args()
    lexicon = Lexicon()
    city = City(sentences_of(chosen.text), chosen.records)
    asked = queries(city, lexicon, chosen.queries)
    root = chosen.folder or Path(tempfile.mkdtemp())
    for name in ("tantivy", "fts5"):
        if chosen.only in (None, name):
            run_engine(name, city, lexicon, root / name, asked)
            shutil.rmtree(root / name, ignore_errors=True)
    if (url := os.environ.get("DATABASE_URL")) and chosen.only in (None, "postgresql"):
        run_postgres(url, city, lexicon, asked)


if __name__ == "__main__":
    main()
