"""The page of results: what was understood, what was found, how it can be narrowed, and ways on from nothing."""

import json
import re
from urllib.parse import quote

import pytest

pytestmark = pytest.mark.django_db(databases="__all__")


def first(page):
    """Return where the first result leads."""
    return re.search(r'<li class="hit[^"]*">.*?<a href="([^"]*)"', page.html, re.S)[1]


def test_a_record_is_found_by_a_word_inside_it_and_the_word_is_marked(city, page):
    specimen = city["public"]
    found = page(f"/find/?q={specimen.mark}")
    assert first(found) == f"/r/{specimen.slug}"
    assert f"<mark>{specimen.mark}</mark>" in found.html


def test_an_index_number_leads_right_to_its_record(city, page):
    from sunlit.records.models import Record

    number = Record.objects.get(pk=city["public"].pk).index_no
    found = page(f"/find/?q={number}")
    assert 'id="exact"' in found.html
    assert first(found) == f"/r/{city['public'].slug}"


def test_what_is_over_says_so_and_is_grey(city, page):
    found = page(f"/find/?q={city['withdrawn'].mark}")
    assert 'class="hit over"' in found.html
    assert 'class="tag warn"' in found.html


def test_units_measures_and_kinds_are_found_with_what_they_are(city, page):
    found = page("/find/?q=安居区")
    assert any(link.startswith("/units/") for link in found.links)


def test_filters_are_links_that_can_be_taken_away_again(city, page):
    found = page("/find/?q=遂宁市")
    kind = next(link for link in found.links if "kind=" in link)
    narrowed = page(kind.replace("&amp;", "&"))
    chips = re.search(r'<ul class="chips".*?</ul>', narrowed.html, re.S)[0]
    assert 'href="/find/?q=%E9%81%82%E5%AE%81%E5%B8%82"' in chips


def test_results_are_paged_and_sorted_by_links(city, page):
    found = page("/find/?q=遂宁市")
    assert any("page=2" in link for link in found.links)
    second = page("/find/?q=遂宁市&page=2&sort=date")
    assert any("sort=date" in link and "page=" not in link for link in second.links)
    assert first(found) != first(second)


def test_nothing_found_helps_on(city, page):
    found = page("/find/?q=xyzxyz")
    assert "/catalogue/" in found.links
    assert "12345" in found.text


def test_an_empty_result_with_filters_offers_the_same_without_them(city, page):
    found = page(f"/find/?q={city['public'].mark}&year=1950")
    assert f"/find/?q={city['public'].mark}" in found.links


def test_a_slip_is_answered_with_what_was_meant(city, page):
    found = page("/find/?q=" + quote("市自燃资源和规划局"))
    assert "市自然资源和规划局" in found.text


def test_the_same_address_gives_the_answer_as_data(city, reader):
    answer = json.loads(reader().get("/find.json", {"q": city["public"].mark}).content)
    assert answer["total"] == 1
    assert answer["hits"][0]["url"] == f"/r/{city['public'].slug}"


def test_while_nothing_is_indexed_names_are_found_and_the_page_says_why(city, page, monkeypatch, tmp_path):
    from sunlit.search import reading, shelving

    monkeypatch.setattr(shelving, "home", lambda: tmp_path / "none")
    reading.forget()
    found = page("/find/?q=安居区")
    reading.forget()
    assert "正在建立" in found.text or "index of search" in found.text
    assert any(link.startswith("/units/") for link in found.links)


@pytest.mark.parametrize(
    "asked",
    [
        "q=%00",
        "q=" + "水" * 3000,
        "q=%ff%fe",
        "page=99999",
        "page=-1&q=水",
        "year=२०२६&q=水",
        "unit=%00&q=水",
        "type=nothing&q=水",
        'q="',
        "q=-",
        "q=no:",
        "validity=x&q=水",
    ],
)
def test_whatever_is_typed_there_is_an_answer(city, reader, asked):
    assert reader().get(f"/find/?{asked}").status_code == 200
