"""Every kind of both plans: its page, its lists and files, its audience, and the day on which it leaves the site."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client
from openpyxl import load_workbook

from sunlit.plan.casts.choices import unit_names
from sunlit.plan.payload import cleaner
from sunlit.records import rendition
from sunlit.records.acts import retiring
from sunlit.records.imports.columns import match
from sunlit.records.imports.templates import importable
from sunlit.records.models import Record
from sunlit.text.folding import to_traditional
from sunlit.units import actors
from tests.kinds.conftest import Built, Rows

# Records that are sealed for nobody in particular are found by nobody.
SEALED = "sealed"

pytestmark = [pytest.mark.django_db(databases="__all__")]

UNPORTABLE = ("file", "id_number")
OPEN, STUBBED = "public", "group"


def record_of(city: Built, code: str) -> Record:
    return Record.objects.select_related("live", "unit").get(slug=city.slugs[code])


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def test_its_page_says_what_it_is_who_published_it_and_when_it_was_due(city, code, insider, prefix):
    record, kind = record_of(city, code), city.kind(code)
    response = insider.get(f"{prefix}/r/{record.slug}")
    assert response.status_code == 200
    shown = text_of(response.content.decode())
    words = [record.title, record.unit.name_en or record.unit.name if prefix == "/en" else record.unit.name]
    words.append(kind.label.en if prefix == "/en" else kind.label.zh)
    for word in words:
        known = {word, to_traditional(word)} if prefix == "/zh-hant" else {word, word.replace("'", "&#x27;")}
        assert any(one in shown for one in known), f"{word} is not on the page"
    deadlines = [one for one in kind.settings.all_limits if city.plan.limits[one].rule == "deadline"]
    counted = (record.live.data if record.live else {}).get(kind.settings.counts_from or "")
    if deadlines and counted and counted <= record.published_at.date().isoformat():
        assert {"": "应公开期限", "/zh-hant": "應公開期限", "/en": "Due by"}[prefix] in shown


def test_it_stands_in_its_list(city, code, insider):
    rows = insider.get(f"/kinds/{code}.json").json()["rows"]
    assert f"/r/{city.slugs[code]}" in {row["url"] for row in rows}
    assert insider.get(f"/kinds/{code}/").status_code == 200


def test_what_is_exported_can_be_imported_and_is_the_same(city, code, exported: Rows):
    record, kind = record_of(city, code), city.kind(code)
    assert record.live is not None
    (row,) = [one for one in exported(code) if one["索引号"] == record.index_no]
    # What no reader may see stands in no export, but an import demands it.
    hidden = [one for one in kind.fields if one.required and one.show != "public" and one.type != "file"]
    row |= {one.label.zh: "" for one in hidden if not {one.label.zh, one.name, one.code} & set(row)}
    found = match(list(row), kind, city.plan, unit_is_given=False, needs_scope=False)
    cells = list(row.values())
    assert unit_names(city.plan).find(cells[found.unit]) == record.unit.code
    given = {name: cells[position] for position, name in found.fields}
    cleaned = cleaner(kind, city.plan).clean(given)
    public = rendition.public(kind, record.live.data)
    whole = {
        one.name
        for one in kind.fields
        if one.show == "public" and one.type not in UNPORTABLE and one.mask in (None, "none")
    }
    shown_columns = {
        one.name: [c.name for c in one.columns if c.show == "public" and not c.mask] for one in kind.fields
    }

    def kept(payload):
        found = {}
        for name in sorted(whole & set(payload)):
            value = payload[name]
            if kind.by_name[name].type == "table":
                value = [{key: cell for key, cell in line.items() if key in shown_columns[name]} for line in value]
            found[name] = value
        return found

    wrong = [error for error in cleaned.errors if error.field in given and error.field in whole and given[error.field]]
    assert wrong == []
    back, out = kept(cleaned.payload), kept(public)
    assert {name: (back.get(name), out[name]) for name in out if back.get(name) != out[name]} == {}


def test_its_empty_sheet_has_a_column_for_every_field(city, code, insider):
    response = insider.get(f"/kinds/{code}/template.xlsx")
    sheet = load_workbook(io.BytesIO(response.content)).active
    headings = " ".join(str(cell.value) for cell in sheet[1])
    kind = city.kind(code)
    named = [(one.label.zh, one.code or one.label.zh) for one in importable(kind)]
    assert [label for label, official in named if label not in headings and official not in headings] == []


def test_outsiders_learn_no_more_than_they_may(city, code):
    record, outsider = record_of(city, code), Client()
    answer = outsider.get(f"/r/{record.slug}")
    listed = {row["url"] for row in outsider.get(f"/kinds/{code}.json").json()["rows"]}
    if record.audience == OPEN:
        assert answer.status_code == 200
        assert f"/r/{record.slug}" in listed
        return
    assert answer.status_code == (200 if record.audience == STUBBED else 404)
    assert f"/r/{record.slug}" not in listed
    for address in (f"/r/{record.slug}.json", f"/r/{record.slug}.csv", f"/r/{record.slug}/chart.svg"):
        assert outsider.get(address).status_code == 404


def test_it_leaves_the_site_when_its_time_is_over(city, code, insider):
    record = record_of(city, code)
    if not city.kind(code).settings.expires:
        assert record.expires_on is None
        return
    assert record.expires_on is not None
    after = datetime.combine(record.expires_on + timedelta(days=1), time(2), UTC)
    retiring.expire(record, actor=actors.system(), now=after)
    assert insider.get(f"/r/{record.slug}").status_code == 410
    assert f"/r/{record.slug}" not in {row["url"] for row in insider.get(f"/kinds/{code}.json").json()["rows"]}
