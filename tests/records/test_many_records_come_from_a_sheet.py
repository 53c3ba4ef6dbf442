"""`sunlit import`: what clerks have, checked row by row, visible all at once or not at all."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook, load_workbook

from sunlit import sight
from sunlit.ledger.models import Entry
from sunlit.records import acts, selectors
from sunlit.records.commands import import_command
from sunlit.records.contents import SOURCE
from sunlit.records.models import Batch, Record, Revision, Slot
from sunlit.records.states import BatchState
from tests.records.conftest import NOW, PENALTY, POLICY, settle

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ANYONE = sight.anonymous()
FIELDS = [*PENALTY]
CODES = {"party": "CF_XDR_MC", "uscc": "CF_XDR_SHXYM", "fact": "CF_SY", "number": "CF_WSH"}


def rows(count: int, **changes: Any) -> list[dict[str, Any]]:
    return [{**PENALTY, "number": f"江市监处罚〔2026〕{n}号", **changes} for n in range(1, count + 1)]


def write_csv(path: Path, data: list[dict[str, Any]], *, encoding: str = "utf-8", headers: list[str] | None = None):
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(headers or list(data[0]))
        writer.writerows([one.get(name, "") for name in data[0]] for one in data)
    return path


def run(file: Path, *options: str, kind: str = "penalty", unit: str = "market") -> Result:
    usual = ["--actor", "editor", "--approver", "approver", *(["--unit", unit] if unit else [])]
    return CliRunner().invoke(import_command, [kind, str(file), *usual, *options], catch_exceptions=False)


def published() -> list[str]:
    listing = selectors.listing(ANYONE, kind="penalty", size=100)
    return sorted(row.payload["number"] for row in listing.rows)


@pytest.fixture
def sheet(city, tmp_path):
    return write_csv(tmp_path / "penalties.csv", rows(5))


def test_every_row_becomes_a_published_record_like_any_other(sheet, publish):
    result = run(sheet)
    assert result.exit_code == 0, result.output
    single = publish()
    record = Record.objects.order_by("index_no").first()
    assert record.index_no == "115100028/2026-00001"
    assert (record.title, record.state, record.expires_on, record.live.shape) == (
        single.title,
        single.state,
        single.expires_on,
        single.live.shape,
    )
    assert json.loads(record.live.payload).keys() == json.loads(single.live.payload).keys()
    same = ("kind", "unit_path", "audience", "scope", "year", *[f"t{n}" for n in range(1, 6)], "n1", "d1")
    assert Slot.objects.filter(record=record).values(*same)[0] == Slot.objects.filter(record=single).values(*same)[0]
    assert len(published()) == 6


def test_the_ledger_holds_each_record_and_the_release(sheet):
    run(sheet)
    settle()
    assert Entry.objects.filter(event="record.published").count() == 5
    assert Entry.objects.filter(event="batch.released").count() == 1
    for content in SOURCE.contents():
        entry = Entry.objects.filter(subject=content.subject, ref=content.ref).order_by("position").first()
        assert content.commitment.hex() in entry.body.hex() or __import__("base64").b64encode(
            content.commitment
        ) in bytes(entry.body)
    assert selectors.total("public", kind="penalty") == 5


def test_imported_records_can_be_corrected_and_ended(sheet, city, approve):
    run(sheet)
    record = Record.objects.first()
    revision = acts.correct(record, actor=city.editor, now=NOW, note="文号有误")
    acts.publish(approve(revision), actor=city.approver, now=NOW)
    record.refresh_from_db()
    assert record.live.number == 2
    acts.unpublish(record, actor=city.approver, now=NOW, reason="已撤销")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_in_use_is_read(city, tmp_path, encoding):
    assert run(write_csv(tmp_path / "a.csv", rows(2), encoding=encoding)).exit_code == 0
    assert Record.objects.first().title.startswith("江城清风")


def test_official_codes_labels_and_names_all_serve_as_headers(city, tmp_path, plan):
    kind = plan.kinds["penalty"]
    for at, header in enumerate((lambda f: f.code, lambda f: f.label.zh + "*", lambda f: f.name.upper())):
        headers = [header(kind.by_name[name]) for name in FIELDS]
        result = run(write_csv(tmp_path / f"{at}.csv", rows(1), headers=headers))
        assert result.exit_code == 0, result.output


def test_workbooks_are_read_with_their_numbers_and_dates(city, tmp_path):
    from datetime import date

    book = Workbook()
    book.active.append(FIELDS)
    book.active.append([*[PENALTY[name] for name in FIELDS[:-2]], 0.5, date(2026, 2, 10)])
    book.save(tmp_path / "a.xlsx")
    result = run(tmp_path / "a.xlsx")
    assert result.exit_code == 0, result.output
    assert Revision.objects.get().data["fine"] == 500_000
    assert Revision.objects.get().data["decided_on"] == "2026-02-10"


def test_json_lines_are_read(city, tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in rows(3)))
    assert run(path).exit_code == 0
    assert len(published()) == 3


def test_a_column_can_name_the_unit_of_each_row(city, tmp_path):
    data = [{"发布单位": unit, **one} for unit, one in zip(["market", "江城市水利局"], rows(2), strict=True)]
    assert run(write_csv(tmp_path / "a.csv", data), unit="").exit_code == 0
    assert set(Record.objects.values_list("unit__code", flat=True)) == {"market", "water"}


def test_a_unit_that_may_not_publish_the_kind_is_a_mistake_of_its_row(city, tmp_path):
    data = [{"发布单位": "东山县", **one} for one in rows(1)]
    result = run(write_csv(tmp_path / "a.csv", data), unit="")
    assert result.exit_code == 1
    assert "东山县" in result.output


def test_unknown_missing_and_doubled_headers_are_all_named_with_a_proposal(city, tmp_path):
    data = [{"行政相对人名": 1, "uscc": 2, "统一社会信用代码": 3}]
    result = run(write_csv(tmp_path / "a.csv", data))
    assert result.exit_code == 1
    for words in ("did you mean “行政相对人名称”", "“统一社会信用代码”) stands twice", "CF_WSH"):
        assert words in result.output
    assert not Batch.objects.exists()


def test_one_mistake_and_nothing_is_published(city, tmp_path):
    data = rows(5)
    data[2]["uscc"] = "91510903MA6200001X"
    report = tmp_path / "errors.csv"
    result = run(write_csv(tmp_path / "a.csv", data), "--errors", str(report))
    assert result.exit_code == 1
    assert published() == []
    assert not Record.objects.exists()
    lines = list(csv.reader(report.open(encoding="utf-8-sig")))
    assert len(lines) == 2
    assert lines[1][:3] == ["4", "统一社会信用代码", "uscc"]
    assert Batch.objects.get().state == BatchState.DISCARDED
    settle()
    assert not Entry.objects.filter(event="record.published").exists()


def test_good_rows_can_be_kept_and_every_mistake_is_reported(city, tmp_path):
    data = rows(6)
    data[1]["decided_on"] = "2026-02-30"
    data[4] |= {"fact": "", "fine": "many"}
    report = tmp_path / "errors.csv"
    result = run(write_csv(tmp_path / "a.csv", data), "--keep-good", "--errors", str(report))
    assert result.exit_code == 1
    assert len(published()) == 4
    lines = list(csv.reader(report.open(encoding="utf-8-sig")))[1:]
    assert {(line[0], line[2]) for line in lines} == {("3", "decided_on"), ("6", "fact"), ("6", "fine")}


def test_the_report_never_repeats_an_identity_number_or_a_name(city, tmp_path):
    data = rows(2, head_id="510903199001011239", head="欧阳某个很长的名字" * 10, fine="510903199001011238")
    report = tmp_path / "errors.csv"
    result = run(write_csv(tmp_path / "a.csv", data), "--errors", str(report))
    text = report.read_text(encoding="utf-8-sig") + result.output
    assert "51090319900101123" not in text.replace("510903199001011238”", "")
    assert "很长" not in text


def test_a_dry_run_writes_nothing(sheet):
    result = run(sheet, "--dry-run")
    assert result.exit_code == 0
    assert not Record.objects.exists()
    assert not Batch.objects.exists()


def test_the_same_file_is_not_imported_twice_by_accident(sheet):
    run(sheet)
    result = run(sheet)
    assert result.exit_code == 1
    assert "--again" in result.output
    assert run(sheet, "--again").exit_code == 0
    assert Record.objects.count() == 10


def test_nothing_of_a_held_import_can_be_seen_until_it_is_released(sheet):
    assert run(sheet, "--hold").exit_code == 0
    record = Record.objects.first()
    settle()
    assert published() == []
    assert selectors.record_by_slug(ANYONE, record.slug) is None
    assert selectors.recent(ANYONE) == selectors.titles(ANYONE, "江城") == []
    assert not Entry.objects.exists()
    assert run(sheet, "--resume").exit_code == 0
    assert len(published()) == 5


def test_an_unreleased_import_can_be_dropped_and_leaves_nothing(sheet):
    run(sheet, "--hold")
    assert run(sheet, "--discard").exit_code == 0
    settle()
    assert not (Record.objects.exists() or Revision.objects.exists() or Slot.objects.exists())
    assert not Entry.objects.exists()
    assert run(sheet).exit_code == 0


def test_numbers_of_a_dropped_import_are_not_given_out_again(sheet):
    run(sheet, "--hold")
    run(sheet, "--discard")
    run(sheet)
    assert Record.objects.order_by("index_no").first().index_no == "115100028/2026-00006"


def test_an_import_is_resumed_by_naming_its_file_alone(sheet):
    run(sheet, "--hold")
    result = CliRunner().invoke(import_command, ["penalty", str(sheet), "--resume"])
    assert result.exit_code == 0, result.output
    assert len(published()) == 5


@pytest.mark.parametrize("other", [["--unit", "water"], ["--approver", "other"]], ids=["another unit", "other people"])
def test_an_import_is_not_resumed_as_something_else(sheet, other):
    run(sheet, "--hold")
    result = CliRunner().invoke(import_command, ["penalty", str(sheet), "--resume", *other])
    assert result.exit_code == 1
    assert published() == []


def test_an_import_that_lay_too_long_is_begun_anew(sheet):
    from datetime import timedelta

    from django.db.models import F

    run(sheet, "--hold")
    Batch.objects.update(started_at=F("started_at") - timedelta(hours=25))
    assert "--discard" in run(sheet, "--resume").output
    assert published() == []


def test_a_released_import_cannot_be_dropped(sheet):
    run(sheet)
    assert run(sheet, "--discard").exit_code == 1
    assert len(published()) == 5


def test_an_import_that_stopped_goes_on_where_it_was(sheet, plan, city, monkeypatch):
    from sunlit.records.imports import running, writing

    monkeypatch.setattr(running, "FIRST", 2)
    monkeypatch.setattr(running.Size, "learn", lambda self, seconds: None)
    real, calls = writing.stage, []

    def dies(*arguments):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(writing, "stage", dies)
    with pytest.raises(click.Abort):
        CliRunner().invoke(
            import_command,
            ["penalty", str(sheet), "--unit", "market", "--actor", "editor", "--approver", "approver"],
            standalone_mode=False,
            catch_exceptions=False,
        )
    assert Batch.objects.get().next_row == 2
    assert "--resume" in run(sheet).output
    monkeypatch.setattr(writing, "stage", real)
    assert run(sheet, "--resume").exit_code == 0
    assert published() == [f"江市监处罚〔2026〕{n}号" for n in range(1, 6)]


def test_two_processes_cannot_go_on_with_one_import(sheet, plan, city):
    from sunlit.records.imports import writing

    run(sheet, "--hold")
    Batch.objects.update(state=BatchState.STAGING)
    batch = Batch.objects.get()
    Batch.objects.update(next_row=99)
    press = writing.Press(batch, plan, plan.kinds["penalty"], city.approver, NOW)
    with pytest.raises(writing.Overtaken):
        writing.stage(press, [], [], 6)


@pytest.mark.parametrize(
    ("people", "words"),
    [
        (["--actor", "editor", "--approver", "editor"], "editor"),
        (["--actor", "reviewer", "--approver", "approver"], "reviewer"),
        (["--actor", "editor", "--approver", "nobody"], "--approver"),
    ],
    ids=["nobody approves their own import", "an editor brings it", "an approver answers for it"],
)
def test_an_import_needs_two_people_with_the_right_roles(sheet, people, words):
    result = CliRunner().invoke(import_command, ["penalty", str(sheet), "--unit", "market", *people])
    assert result.exit_code != 0
    assert words in result.output
    assert not Record.objects.exists()


def test_the_author_of_an_import_cannot_also_approve_it_with_another_role(sheet, city):
    from datetime import date

    from sunlit.units.actions import grant
    from sunlit.units.models import User
    from sunlit.units.roles import Role

    grant(User.objects.get(username="editor"), city["city"], Role.APPROVER, since=date(2020, 1, 1))
    result = CliRunner().invoke(
        import_command, ["penalty", str(sheet), "--unit", "market", "--actor", "editor", "--approver", "editor"]
    )
    assert result.exit_code == 1
    assert not Record.objects.exists()


def test_a_kind_with_a_secrecy_review_names_the_reviewer(city, tmp_path):
    path = write_csv(tmp_path / "a.csv", [POLICY])
    assert run(path, kind="policy", unit="city").exit_code == 1
    assert run(path, "--secrecy-reviewer", "secrecy", kind="policy", unit="city").exit_code == 0
    assert Record.objects.get().validity == "valid"


def test_references_in_a_sheet_become_links(city, tmp_path, publish):
    policy = publish("policy")
    path = write_csv(tmp_path / "a.csv", [{"title": "解读", "of": policy.index_no}])
    assert run(path, kind="interpretation", unit="city").exit_code == 0
    assert [one.record.title for one in selectors.related(ANYONE, policy)] == ["解读"]


def test_what_is_released_with_another_record_is_imported_only_with_a_reason(city, tmp_path):
    path = write_csv(tmp_path / "a.csv", [{**POLICY, "normative": "是"}])
    usual = ("--secrecy-reviewer", "secrecy")
    refused = run(path, *usual, kind="policy", unit="city")
    assert refused.exit_code == 1
    assert "--waive" in refused.output
    assert not Record.objects.exists()
    assert run(path, *usual, "--again", "--waive", "旧站迁移", kind="policy", unit="city").exit_code == 0
    assert "旧站迁移" in Record.objects.get().live.note


def test_a_sheet_cannot_name_a_draft(city, tmp_path, draft):
    path = write_csv(tmp_path / "a.csv", [{"title": "解读", "of": f"draft:{draft('policy').record_id}"}])
    assert run(path, kind="interpretation", unit="city").exit_code == 1


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", ["penalty", "policy", "interpretation", "village-list"])
def test_the_template_is_a_sheet_without_rows(city, tmp_path, kind, ending):
    path = tmp_path / f"a.{ending}"
    assert CliRunner().invoke(import_command, [kind, str(path), "--template"]).exit_code == 0
    result = run(path, "--dry-run", "--secrecy-reviewer", "secrecy", kind=kind, unit="")
    assert result.exit_code == 0, result.output
    assert "0 rows" in result.output or "0" in result.output


def test_a_filled_template_is_imported(city, tmp_path):
    path = tmp_path / "a.xlsx"
    CliRunner().invoke(import_command, ["penalty", str(path), "--template"])
    book = load_workbook(path)
    book.active.append(["market", *[PENALTY[name] for name in FIELDS]])
    book.save(path)
    result = run(path, unit="")
    assert result.exit_code == 0, result.output
    assert len(published()) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b""),
        ("a.xlsx", b"PK\x03\x04 broken"),
        ("a.jsonl", b"{}\n[1]"),
        ("a.jsonl", b"not json"),
        ("a.pdf", b"%PDF"),
        ("a.csv", b"\xff\x00\xd8\x81\x30"),
    ],
    ids=["empty", "broken workbook", "no objects", "no JSON", "another format", "no text"],
)
def test_a_file_that_cannot_be_read_gives_a_sentence(city, tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    result = run(tmp_path / name)
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")


def award(**changes):
    goods = json.dumps([{"name": "纸", "price": "40"}, {"name": "笔", "price": "50"}], ensure_ascii=False)
    usual = {"no": "A-1", "amount": "90", "method": "公开招标", "awarded_on": "2026-01-20", "goods": goods}
    return {**usual, **changes}


def test_a_rehearsal_names_what_should_be_looked_at_again(city, tmp_path):
    file = write_csv(tmp_path / "awards.csv", [award(), award(no="A-2", amount="95")])
    result = run(file, "--dry-run", kind="award")
    assert result.exit_code == 0
    assert "Look at these again" in result.output
    assert "row 3" in result.output
    assert "add up to 90元" in result.output


def test_a_file_taken_from_the_site_can_be_handed_in_again(city, tmp_path):
    taken = {"索引号": "1", "记录标题": "旧标题", "发布单位": "market", "公开时间": "2026-01-21 09:00"}
    file = write_csv(tmp_path / "awards.csv", [{**taken, **award()}])
    result = run(file, "--dry-run", kind="award", unit="")
    assert result.exit_code == 0, result.output


def test_a_field_keeps_its_column_beside_one_whose_label_differs_by_a_capital(city, tmp_path):
    file = write_csv(tmp_path / "awards.csv", [award()], headers=["No", "AMOUNT", "Method", "Awarded_on", "Goods"])
    assert run(file, "--dry-run", kind="award").exit_code == 0


def test_what_must_not_be_public_is_a_mistake_of_its_cell_and_is_not_repeated(city, tmp_path):
    number = "11010519491231002X"
    data = rows(2)
    data[1]["fact"] = f"当事人身份证号{number}虚假宣传"
    report = tmp_path / "errors.csv"
    result = run(write_csv(tmp_path / "a.csv", data), "--errors", str(report))
    told = report.read_text("utf-8-sig")
    assert (published(), "违法事实" in told, "identity number" in told) == ([], True, True)
    assert number not in told + result.output
