"""A kind that is added to a running city in YAML alone is published, listed, filtered, exported and provable."""

from __future__ import annotations

import csv
import io
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from tests.city import Builder, settle

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]

PLAN = Path(__file__).resolve().parents[2] / "plans" / "example-county"
NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
ENTRY = """
kinds:
  - code: street-lamp
    label: {zh: 路灯, en: Street lamp}
    areas: [AREA]
    measures: [4]
    about: {zh: 哪盏路灯坏了、修好没有。, en: Which lamp is out and whether it is mended.}
    basis: [本方案第四条]
    holders: works-owners
    settings: {limit: PUB-20, counts_from: seen_on, chart: {word: bar, x: seen_on, y: lamps}}
    fields:
      - {name: street, type: text, label: {zh: 街道, en: Street}, required: true, list: true, filter: true}
      - {name: state, type: choice, label: 状态, required: true, choices: lamp-states, list: true, filter: true}
      - {name: lamps, type: number, unit: 盏, label: 盏数, required: true, min: 1, list: true, sort: true, chart: true}
      - {name: seen_on, type: date, label: {zh: 发现日期, en: Seen on}, required: true, list: true, chart: true}
      - {name: mended_on, type: date, label: {zh: 修复日期, en: Mended on}, required: {field: state, is: [mended]}}
    form:
      - {label: {zh: 路灯, en: Lamp}, fields: [street, state, lamps, seen_on, mended_on]}
    show: {title: '{street}路灯{state}', issued_on: seen_on, summary: '{lamps}', layout: {word: tree, by: state}}
    checks:
      - {word: not-before, field: mended_on, bound: seen_on}
vocabularies:
  - code: lamp-states
    label: {zh: 路灯状态, en: States of a lamp}
    terms:
      - {code: out, label: {zh: 不亮, en: Out}}
      - {code: mended, label: {zh: 已修复, en: Mended}}
examples:
  - kind: street-lamp
    unit: UNIT
    data: {street: 示例路, state: 不亮, lamps: '3', seen_on: 2026-02-27}
"""


@pytest.fixture
def county(tmp_path, settings):
    """Open the county as it is, read one of its pages, and only then add the kind to its plan."""
    from sunlit.config import applying, registry
    from sunlit.ledger import keys
    from sunlit.plan.checks import check_directory

    keys.ensure()
    builder = Builder(now=NOW, directory=PLAN)
    builder.build_examples()
    assert Client().get("/").status_code == 200
    unit = next(iter(builder.plan.select("works-owners")))
    area = next(iter(builder.plan.kinds_of_area))
    directory = Path(shutil.copytree(PLAN, tmp_path / "county"))
    (directory / "kinds" / "lamps.yaml").write_text(ENTRY.replace("AREA", area).replace("UNIT", unit))
    checked = check_directory(directory)
    assert [str(fault) for fault in checked.faults] == []
    applying.apply(checked.plan, registry.plan_parts(), today=NOW.date(), now=NOW)
    builder.plan, builder.examples = checked.plan, checked.examples
    return builder


def publish(county, **changes):
    example = county.example_of("street-lamp")
    record = county.publish("street-lamp", example.unit, {**example.data, **changes})
    settle(county.now + timedelta(minutes=county.minutes))
    record.refresh_from_db()
    return record


def test_it_is_published_listed_and_filtered(county):
    publish(county)
    publish(county, street="光明路", state="已修复", mended_on="2026-03-01")
    client = Client()
    assert "示例路路灯不亮" in client.get("/kinds/street-lamp/").content.decode()
    rows = client.get("/kinds/street-lamp.json", {"f_state": "mended"}).json()["rows"]
    assert [row["title"] for row in rows] == ["光明路路灯已修复"]


def test_it_stands_in_the_catalogue_and_has_a_sheet_to_fill_in(county):
    publish(county)
    client = Client()
    assert "路灯" in client.get("/catalogue/").content.decode()
    assert client.get("/kinds/street-lamp/template.xlsx").status_code == 200


def test_it_is_exported(county):
    record = publish(county)
    response = Client().get("/kinds/street-lamp.csv")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert (row["索引号"], row["街道"], row["状态"], row["盏数 (盏)"]) == (record.index_no, "示例路", "不亮", "3")


def test_it_is_provable(county):
    from sunlit.config import registry
    from sunlit.ledger import content_check, sequencer
    from sunlit.ledger.findings import Report

    record = publish(county)
    sequencer.sign_checkpoint(now=county.now + timedelta(hours=1))
    assert "c2sp.org/tlog-proof@v1" in Client().get(f"/r/{record.slug}.tlog-proof").content.decode()
    report = Report()
    for source in registry.content_sources():
        content_check.check(source, report)
    assert report.contents > 1
    assert report.findings == []


def test_what_it_declares_is_demanded(county):
    from sunlit.records.acts.rules import ActRefused

    with pytest.raises(ActRefused):
        publish(county, state="已修复")
    with pytest.raises(ActRefused):
        publish(county, state="已修复", mended_on="2026-02-01")
