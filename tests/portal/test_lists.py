"""A list can be narrowed, sorted and paged; it never loses or doubles a row, and its file holds the same rows."""

import csv
import io
import json
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from sunlit.plan.selectors import current
from tests.city import Builder

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]

KIND = "penalty-decision"


@pytest.fixture
def builder(city):
    """Publish on: more records come while a list is read."""
    build = Builder()
    from sunlit.units import actors
    from sunlit.units.models import Unit, User

    root = Unit.objects.get(code=build.plan.head.root)
    for role in ("editor", "reviewer", "secrecy_reviewer", "approver"):
        build.actors[role] = actors.of(User.objects.get(pk=city.people[f"staff-{role}"]), root, role)
    build.minutes = 1000
    return build


@pytest.fixture
def penalties(builder):
    """Publish some penalties with different fines on a few days."""

    def publish(count, first=1):
        example = builder.example_of(KIND)
        for number in range(first, first + count):
            day = f"2026-02-{1 + number % 20:02}"
            changes = {"number": f"川遂罚〔2026〕{number}号", "fine": str(number % 7), "decided_on": day}
            builder.publish(KIND, example.unit, {**example.data, **changes})

    return publish


def read(reader, **query):
    response = reader().get(f"/kinds/{KIND}.json", query)
    assert response.status_code == 200, response.content[:300]
    return json.loads(response.content)


def walk(reader, between=None, **query):
    """Read a list from page to page, as a reader who follows the links."""
    rows, after = [], ""
    for _ in range(50):
        page = read(reader, **query, **({"after": after} if after else {}))
        rows += page["rows"]
        after = page["pager"]["next"]
        if not after:
            return rows
        if between:
            between()
    raise AssertionError("the list has no end")


def urls(rows):
    return [row["url"] for row in rows]


SORTS = ["-published", "published", "decided_on", "-decided_on", "fine", "-fine"]


@pytest.mark.parametrize("sort", SORTS)
def test_pages_together_are_the_list_whatever_the_order(sort, penalties, reader):
    penalties(45)
    rows = urls(walk(reader, sort=sort))
    assert len(rows) == len(set(rows)) == 46


@pytest.mark.parametrize("sort", SORTS)
def test_no_row_is_lost_or_doubled_while_records_are_added(sort, penalties, reader):
    penalties(45)
    before = set(urls(walk(reader, sort=sort)))
    added = iter(range(100, 200, 2))
    rows = urls(walk(reader, between=lambda: penalties(2, next(added)), sort=sort))
    assert len(rows) == len(set(rows)), "a row came twice"
    assert before <= set(rows), "a row was lost"


def test_the_way_back_leads_through_the_same_pages(penalties, reader):
    penalties(45)
    first = read(reader)
    second = read(reader, after=first["pager"]["next"])
    third = read(reader, after=second["pager"]["next"])
    assert urls(read(reader, after=third["pager"]["previous"])["rows"]) == urls(second["rows"])
    assert urls(read(reader, after=second["pager"]["previous"])["rows"]) == urls(first["rows"])
    assert not third["pager"]["next"]
    assert not first["pager"]["previous"]


def test_a_list_is_sorted_by_amounts_as_numbers(penalties, reader):
    penalties(30)
    heading, *rows = as_csv(reader, sort="-fine")
    label = current().kinds[KIND].by_name["fine"].label.zh
    column = next(at for at, name in enumerate(heading) if name.startswith(label))
    values = [float(row[column].replace(",", "") or "-1") for row in rows]
    assert values == sorted(values, reverse=True)
    assert len(set(values)) > 6


def test_filters_narrow_by_unit_year_range_and_choice(penalties, city, reader):
    penalties(10)
    example = read(reader)
    assert read(reader, year="2026")["total"] == example["total"]
    assert read(reader, year="2019")["total"] == 0
    narrow = walk(reader, f_decided_on_from="2026-02-03", f_decided_on_to="2026-02-05")
    assert len(narrow) == 3
    assert read(reader, unit=city.elsewhere)["rows"] == []


def test_a_question_that_makes_no_sense_is_answered_beside_the_form(city, page, reader):
    for query in ({"f_decided_on_from": "yesterday"}, {"sort": "nothing"}, {"unit": "no such unit at all"}):
        response = reader().get(f"/kinds/{KIND}/", query)
        assert response.status_code in (200, 400), query
        assert 'role="alert"' in response.content.decode(), query
        assert reader().get(f"/kinds/{KIND}.csv", query).status_code in (302, 400), query


@pytest.mark.parametrize("after", ["x", "....", "WyJmIiwxXQ", "%00", "9" * 5000, "eyJhIjoxfQ"])
def test_a_broken_page_address_opens_the_first_page(after, penalties, reader):
    penalties(25)
    assert urls(read(reader, after=after)["rows"]) == urls(read(reader)["rows"])


def test_paging_keeps_the_question(penalties, page):
    penalties(45)
    found = page(f"/kinds/{KIND}/?sort=-fine&year=2026")
    following = next(link["href"] for link in found.find("a", rel="next"))
    query = parse_qs(urlsplit(following).query)
    assert (query["sort"], query["year"]) == (["-fine"], ["2026"])
    assert len(query["after"]) == 1
    assert page(f"/kinds/{KIND}/{following}").find("a", rel="prev")


def as_csv(reader, **query):
    response = reader().get(f"/kinds/{KIND}.csv", query)
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("query", [{}, {"sort": "-fine"}, {"f_decided_on_from": "2026-02-03"}], ids=str)
def test_the_file_holds_the_rows_of_the_list_in_its_order(query, penalties, reader):
    penalties(45)
    heading, *rows = as_csv(reader, **query)
    numbers = [row[0].replace("/", "-") for row in rows]
    assert numbers == [url.rpartition("/")[2] for url in urls(walk(reader, **query))]
    assert len(set(heading)) == len(heading)
    assert {len(row) for row in rows} == {len(heading)}


def test_no_cell_of_the_file_runs_in_a_spreadsheet(builder, reader):
    example = builder.example_of(KIND)
    builder.publish(KIND, example.unit, {**example.data, "number": "=1+1", "remark": "@SUM(A1:A9)", "fine": "1"})
    cells = [cell for row in as_csv(reader) for cell in row]
    assert "'=1+1" in cells
    assert "'@SUM(A1:A9)" in cells
    assert not any(cell.startswith(("=", "@", "+")) for cell in cells)


def test_the_page_links_its_file_with_the_same_question(penalties, page):
    penalties(3)
    query = urlencode({"sort": "-fine"})
    links = page(f"/kinds/{KIND}/?{query}").links
    assert f"/kinds/{KIND}.csv?{query}" in links


def test_there_is_no_list_of_a_kind_that_the_plan_does_not_have(city, page, reader):
    page("/kinds/nothing/", status=404)
    assert reader().get("/kinds/nothing.csv").status_code == 404
    assert reader().get("/kinds/nothing.json").status_code == 404


def test_an_empty_list_says_what_it_will_hold(builder, page):
    from sunlit.records.models import Slot

    Slot.objects.filter(kind="air-daily").delete()
    found = page("/kinds/air-daily/")
    assert not found.find("table")
    assert found.find("h1")
