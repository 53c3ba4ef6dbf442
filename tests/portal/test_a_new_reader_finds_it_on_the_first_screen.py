"""What a new reader types, and what they see first: the queries of ``tests/search/hand/queries.yaml``, page by page."""

from pathlib import Path

import pytest
import yaml

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]
QUERIES = yaml.safe_load(
    (Path(__file__).parent.parent / "search" / "hand" / "queries.yaml").read_text(encoding="utf-8")
)
FIRST = 5


@pytest.fixture
def known(city):
    """What numbers stand for."""
    from sunlit.records.models import Record
    from sunlit.units.models import Unit

    def slug(kind):
        return Record.objects.get(slug=city.slugs[kind])

    return {
        "{number}": "遂船府规〔2025〕2号",
        "{index}": slug("housing-guide").index_no,
        "{code}": slug("penalty-decision").live.data["uscc"],
        "{organisation}": Unit.objects.get(code="sn-audit").org9,
    }


def title(hit):
    return "".join(part["text"] for part in hit["title"]["segments"])


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query["ask"])
def test_it_is_on_the_first_screen(query, known, reader):
    asked = known.get(query["ask"], query["ask"])
    assert asked
    answer = reader().get("/find.json", {"q": asked}).json()
    seen = [*answer["exact"], *answer["hits"]][:FIRST]
    said = (answer["rung"], [(title(hit), hit["url"]) for hit in seen], answer["meant"])
    assert not answer["trouble"]
    if "to" in query:
        assert query["to"] in [hit["url"] for hit in seen], said
    if "title" in query:
        assert [hit for hit in seen if query["title"] in title(hit)], said
    if "meant" in query:
        assert query["meant"] in [link["label"] for link in answer["meant"]], said


def test_there_are_enough_of_them():
    assert len(QUERIES) >= 60
    assert len({query["ask"] for query in QUERIES}) == len(QUERIES)
