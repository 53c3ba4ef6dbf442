"""A process shows all its stages; the standard catalogue what is owed row by row; the statistics what there is."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from tests.city import settle
from tests.portal.test_lists import builder  # noqa: F401  # publishes on

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def purchase(builder):  # noqa: F811
    """Publish an award without a notice, dearer than its budget."""
    unit = builder.example_of("procurement-award").unit
    number = {"process_no": "SN-TEST-1"}
    amount = {"amount": "900000", "budget": "1000000"}
    builder.publish("procurement-budget", unit, {**builder.marked("procurement-budget", "采购"), **number})
    award = {**builder.marked("procurement-award", "采购"), **number, **amount}
    record = builder.publish("procurement-award", unit, award)
    settle(builder.now + timedelta(days=2))
    record.refresh_from_db()
    return record


def test_a_record_shows_the_process_it_is_a_stage_of(purchase, page):
    shown = page(f"/r/{purchase.slug}").text
    assert "全过程" in shown
    assert "缺失" in shown


def test_a_process_lists_its_stages_with_what_is_missing(purchase, reader):
    found = reader().get("/processes/procurement/one.json", {"no": "SN-TEST-1"}).json()
    states = {step["label"]: step["state"] for step in found["timeline"]["steps"]}
    assert "missing" in states.values()
    assert found["timeline"]["missing"] == sum(state == "missing" for state in states.values())


def test_the_list_of_processes_can_be_narrowed_to_those_with_gaps(purchase, reader):
    rows = reader().get("/processes/procurement.json", {"gaps": "1"}).json()["rows"]
    (row,) = [row for row in rows if row["number"] == "SN-TEST-1"]
    assert row["missing"]


def test_an_unknown_process_is_not_found(reader):
    assert reader().get("/processes/procurement/one/", {"no": "nothing"}).status_code == 404
    assert reader().get("/processes/nothing/").status_code == 404
    assert reader().get("/processes/procurement/", {"after": "2026-13-99,x"}).status_code == 200


def test_the_standard_catalogue_has_all_fields_and_can_be_taken_as_a_file(page, reader):
    page_ = page("/standard/")
    assert len(list(page_.find("section", class_="area"))) == 26
    text = b"".join(reader().get("/standard.csv").streaming_content).decode("utf-8-sig")
    heading, *rows = csv.reader(io.StringIO(text, newline=""))
    assert heading[:5] == ["序号", "领域", "一级事项", "二级事项", "公开内容"] or len(heading) == 16
    assert len(rows) >= 130


def test_a_level_of_the_catalogue_is_what_units_of_that_level_owe(reader):
    village = reader().get("/standard.json", {"level": "village"}).json()
    whole = reader().get("/standard.json").json()
    assert 0 < village["total"] < whole["total"]
    owed = reader().get("/units/510903001002/standard.json").json()
    assert owed["total"] <= village["total"]


def test_the_catalogue_can_be_ordered_by_the_clauses_of_the_law(page):
    shown = page("/catalogue/?by=clause").text
    assert "7 财政预算和决算" in shown
    assert "按条例条款" in shown


def test_the_statistics_add_up_to_what_is_public(reader):
    found = reader().get("/statistics.json").json()
    assert sum(year["value"] for year in found["years"]) == found["total"]
    assert sum(one["value"] for one in found["classes"]) == found["total"]
    assert found["kinds_with_records"] <= found["kinds"]


def test_a_record_is_also_a_table_for_spreadsheets(city, reader):
    response = reader().get(f"/r/{city.slugs['gov-budget']}.csv")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0] == ["字段", "内容"]
    assert any(row[0] == "收支明细" and "科目名称" in row for row in rows)
