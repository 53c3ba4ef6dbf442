"""Relevance, held: questions find their passages in either script, and exact parts of texts are found exactly."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from click.testing import CliRunner

from sunlit.cli import cli
from sunlit.search import backends, benching
from sunlit.search.analysis import fold
from sunlit.search.analysis.numbers import normal
from sunlit.search.documents import Document, fields_of, parts_of
from sunlit.search.lexicon import Lexicon
from sunlit.search.requests import SearchRequest
from sunlit.search.understanding.ladder import climb, understand
from sunlit.search.understanding.parsing import parse
from sunlit.text.folding import to_traditional

DATA = Path(os.environ.get("SUNLIT_TEST_RETRIEVAL") or Path(__file__).resolve().parents[3] / "shared/data/retrieval")
CMRC = (DATA / "cmrc2018.passages.jsonl.gz", DATA / "cmrc2018.queries.jsonl.gz")
needs_data = pytest.mark.skipif(
    not CMRC[0].exists(), reason=f"the retrieval sets are not in {DATA}; SUNLIT_TEST_RETRIEVAL names another folder"
)
LEXICON = Lexicon()


@pytest.fixture(scope="module")
def cmrc(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cmrc")
    engine = backends.engine("tantivy")
    passages = list(benching.lines_of(CMRC[0]))
    names = benching.indexed(engine, folder, passages, LEXICON)
    return engine.reader(folder, "public"), names, passages


@needs_data
def test_questions_find_their_passages_in_either_script(cmrc):
    index, names, _passages = cmrc
    queries = list(benching.lines_of(CMRC[1]))
    simplified = benching.measure(index, names, queries, LEXICON)
    traditional = [{**one, "query": to_traditional(one["query"])} for one in queries]
    other = benching.measure(index, names, traditional, LEXICON)
    assert simplified.mrr >= 0.985
    assert abs(simplified.mrr - other.mrr) <= 0.002


@needs_data
def test_any_short_part_of_a_text_finds_every_text_that_holds_it(cmrc):
    """Random parts of two to eight characters between marks: recall 1, precision 0.98 or better."""
    index, _names, passages = cmrc
    chance = random.Random(3)
    texts = [fold(f"{one['title']}\n{one['text']}") for one in passages]
    right = found_all = held_all = 0
    for _ in range(300):
        text = chance.choice(texts)
        begin = chance.randrange(len(text) - 10)
        part = text[begin : begin + chance.randint(2, 8)]
        if not all("一" <= one <= "鿿" for one in part):
            continue
        holding = {number for number, one in enumerate(texts) if part in one}
        found = found_by(index, part)
        right += len(found & holding)
        found_all += len(found)
        held_all += len(holding)
    assert right == held_all
    assert right / found_all >= 0.98


def found_by(index, text):
    """Return what is found literally; what the ladder finds below that is marked as such on the page."""

    def ask(node):
        return index.search(SearchRequest(node, limit=2_000))

    rung = climb(understand(parse(text), LEXICON), LEXICON, ask)
    return {parts_of(hit.key)[1] for hit in rung.found.hits}


SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"
WORDS = ["污水处理", "公开招聘", "土地征收", "价格听证", "道路施工", "养老服务", "食品安全", "学校建设"]


@pytest.mark.parametrize("engine", ["tantivy", "fts5"])
def test_names_firms_numbers_and_units_are_found_exactly(engine, tmp_path):
    chance = random.Random(5)
    truth, documents = [], []
    for number in range(1500):
        person = chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, 2))
        firm = f"遂宁{''.join(chance.sample(GIVEN, 2))}科技有限公司"
        paper = f"遂{chance.choice('府发教财')}〔{chance.randint(2014, 2025)}〕{chance.randint(1, 90)}号"
        unit = f"{chance.choice(['船山', '安居', '射洪'])}区{chance.choice(['教育', '财政', '民政', '审计'])}局"
        word = chance.choice(WORDS)
        documents.append(
            Document(
                1, number, f"{unit}关于{word}的通知", f"{paper}，{firm}负责人{person}，详见附件。", (normal(paper),)
            )
        )
        truth.append({"person": person, "firm": firm, "number": paper, "unit": unit, "word": word})
    writer = backends.engine(engine).writer(tmp_path, "public")
    writer.upsert(fields_of(one, LEXICON.words) for one in documents)
    writer.commit()
    for what in ("person", "firm", "number", "unit", "word"):
        right = found_all = held_all = 0
        for asked in dict.fromkeys(one[what] for one in chance.sample(truth, 40)):
            holding = {number for number, one in enumerate(truth) if one[what] == asked}
            found = found_by(writer, asked)
            right, found_all, held_all = right + len(found & holding), found_all + len(found), held_all + len(holding)
        assert right == held_all, what
        assert right / found_all >= 0.98, (what, right / found_all)
    writer.close()


def test_the_command_prints_the_measures(tmp_path):
    (tmp_path / "p.jsonl").write_text('{"id": "a", "text": "城市供水价格"}\n{"id": "b", "text": "学校招生"}\n')
    (tmp_path / "q.jsonl").write_text('{"query": "水价是多少？", "relevant": ["a"]}\n')
    command = ["bench", "search", "--passages", str(tmp_path / "p.jsonl"), "--queries", str(tmp_path / "q.jsonl")]
    answer = CliRunner().invoke(cli, command)
    assert answer.output.startswith("2 passages, 1 queries: MRR@10 1.0000  R@1 1.0000  R@10 1.0000  p50")
    (tmp_path / "q.jsonl").write_text("no JSON\n")
    answer = CliRunner().invoke(cli, command)
    assert answer.exit_code == 1
    assert "q.jsonl:1 is no JSON" in answer.output
