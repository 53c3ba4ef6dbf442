"""Imports and bulk work over HTTP: uploaded, mapped, mended, reviewed, released, undone; and who may."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from sunlit.records.errands import lane
from sunlit.records.errands.tables import ErrandState, RowState
from sunlit.records.models import Errand, Record
from sunlit.records.states import RecordState
from tests.records.conftest import PENALTY
from tests.records.test_an_import_goes_its_way_at_the_desk import as_csv, go_on, rows

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]
NEW = "/en/desk/imports/new/"


def form(content: bytes, name: str = "sheet.csv", **more: str) -> dict[str, Any]:
    return {"kind": "penalty", "unit": "market", "file": SimpleUploadedFile(name, content), **more}


@pytest.fixture
def upload(at):
    def post(content: bytes, who: str = "editor", **more: str) -> Errand:
        answer = at(who).post(NEW, form(content, **more))
        assert answer.status_code == 302, answer.content.decode()[:400]
        go_on()
        return Errand.objects.order_by("-pk")[0]

    return post


@pytest.fixture
def press(at):
    def post(errand: Errand, act: str, who: str, **fields: str) -> str:
        answer = at(who).post(f"/en/desk/imports/{errand.pk}/{act}/", fields, follow=True)
        go_on()
        errand.refresh_from_db()
        return answer.content.decode()

    return post


def page(at: Any, errand: Errand, who: str = "editor") -> str:
    answer = at(who).get(f"/en/desk/imports/{errand.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_goes_the_whole_way(at, upload, press):
    errand = upload(as_csv(rows(6, wrong=(2,))))
    assert "row 3" in page(at, errand).lower()
    sheet = load_workbook(io.BytesIO(b"".join(at("editor").get(f"/en/desk/imports/{errand.pk}/mistakes.xlsx"))))
    headers = [cell.value for cell in sheet.active[1]]
    sheet.active.cell(2, headers.index("decided_on") + 1).value = "2026-02-12"
    saved = io.BytesIO()
    sheet.save(saved)
    upload_again = {"file": SimpleUploadedFile("corrected.xlsx", saved.getvalue())}
    at("editor").post(f"/en/desk/imports/{errand.pk}/sheet/", upload_again)
    go_on()
    press(errand, "send", "editor")
    assert "imports/" in at("reviewer").get("/en/desk/").content.decode()
    press(errand, "pass", "reviewer", step="review")
    press(errand, "pass", "approver", step="approve")
    assert (errand.state, Record.objects.filter(state=RecordState.LIVE).count()) == (ErrandState.DONE, 6)
    from tests.records.conftest import settle

    settle()
    answer = at("approver").post(
        f"/en/desk/imports/{errand.pk}/undo/", {"sort": "withdraw", "reason": "错误的表格"}, follow=True
    )
    assert answer.status_code == 200
    go_on()
    assert set(Record.objects.values_list("state", flat=True)) == {RecordState.WITHDRAWN}
    job = Errand.objects.order_by("-pk")[0]
    report = b"".join(at("approver").get(f"/en/desk/imports/{job.pk}/report.csv")).decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(report)))) == 7


def test_unknown_columns_are_asked_for(at, upload):
    errand = upload(as_csv(rows(2), {"decided_on": "啥时候罚的"}))
    asked = at("editor").get(f"/en/desk/imports/{errand.pk}/columns/").content.decode()
    assert "啥时候罚的" in asked
    names = {f"column-{at_}": name for at_, name in enumerate(PENALTY)}
    at("editor").post(f"/en/desk/imports/{errand.pk}/columns/", names)
    go_on()
    errand.refresh_from_db()
    assert (errand.state, errand.good) == (ErrandState.CHECKED, 2)


def test_a_file_of_another_sort_is_refused_on_the_page(at):
    answer = at("editor").post(NEW, form(b"%PDF", "people.pdf"))
    assert answer.status_code == 422
    assert "CSV" in answer.content.decode()


def test_progress_is_shown_without_a_script(at, city):
    at("editor").post(NEW, form(as_csv(rows(3))))
    errand = Errand.objects.get()
    shown = page(at, errand)
    assert "<progress" in shown and 'http-equiv="refresh"' in shown
    go_on()
    assert 'http-equiv="refresh"' not in page(at, errand)


def test_a_row_can_be_opened(at, upload):
    errand = upload(as_csv(rows(3)))
    shown = at("reviewer").get(f"/en/desk/imports/{errand.pk}/rows/1/3/").content.decode()
    assert "2号" in shown
    assert at("reviewer").get(f"/en/desk/imports/{errand.pk}/rows/1/999/").status_code == 404


@pytest.mark.parametrize(("act", "who"), [("send", "reviewer"), ("drop", "approver"), ("check", "reviewer")])
def test_who_may_not_is_told_so(upload, press, act, who):
    errand = upload(as_csv(rows(2)))
    shown = press(errand, act, who)
    assert errand.state == ErrandState.CHECKED
    assert "notice" in shown


def test_an_importer_does_not_approve(upload, press):
    errand = upload(as_csv(rows(2)))
    press(errand, "send", "editor")
    press(errand, "pass", "editor", step="review")
    assert (errand.state, errand.waits_for) == (ErrandState.WAITING, "review")


def test_a_stranger_finds_no_job(upload, client):
    errand = upload(as_csv(rows(2)))
    assert client.get(f"/en/desk/imports/{errand.pk}/").status_code == 302


def test_given_up_it_is_gone(upload, press):
    errand = upload(as_csv(rows(2)))
    press(errand, "drop", "editor")
    assert errand.state == ErrandState.DROPPED


def test_a_field_of_all_of_a_filter_is_changed(at, publish, press):
    for n in range(3):
        publish(number=f"{n}号")
    chosen = {"all": "1", "kind": "penalty", "sort": "edit", "field": "fine", "value": "2", "note": "更正金额"}
    preview = at("editor").post("/en/desk/bulk/", {**chosen, "do": "preview"}).content.decode()
    assert "Begin with 3 records" in preview
    answer = at("editor").post("/en/desk/bulk/", {**chosen, "do": "run", "seen": "3"})
    assert answer.status_code == 302, answer.content.decode()[:300]
    go_on()
    job = Errand.objects.get()
    press(job, "pass", "reviewer", step="review")
    press(job, "pass", "approver", step="approve")
    assert (job.state, job.good) == (ErrandState.DONE, 3)


def test_a_selection_that_changed_since_it_was_shown_is_shown_again(at, publish):
    publish()
    chosen = {"all": "1", "kind": "penalty", "sort": "withdraw", "reason": "错误", "do": "run", "seen": "7"}
    assert at("approver").post("/en/desk/bulk/", chosen).status_code == 422
    assert not Errand.objects.exists()


def test_chosen_records_are_withdrawn_with_a_report(at, publish):
    keep, gone = publish(number="1号"), publish(number="2号")
    listed = at("approver").get("/en/desk/records/").content.decode()
    assert f'name="record" value="{gone.pk}"' in listed
    answer = at("approver").post(
        "/en/desk/bulk/", {"record": [gone.pk], "sort": "withdraw", "reason": "错误", "do": "run", "seen": "1"}
    )
    assert answer.status_code == 302
    go_on()
    keep.refresh_from_db()
    gone.refresh_from_db()
    assert (keep.state, gone.state) == (RecordState.LIVE, RecordState.WITHDRAWN)
    assert Errand.objects.get().rows.get().state == RowState.DONE


def test_an_editor_sees_the_field_to_change_but_no_withdrawal(at, publish):
    record = publish()
    shown = at("editor").get(f"/en/desk/bulk/?record={record.pk}").content.decode()
    assert 'value="edit"' in shown and 'value="withdraw"' not in shown


def test_the_lane_runs_alone(at, home):
    from sunlit.ledger.locks import held

    at("editor").post(NEW, form(as_csv(rows(3))))
    with held(home / "errands.lock"):
        assert lane.work() == 0
