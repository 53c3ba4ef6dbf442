"""An import in the background: read, judged, corrected, looked at by others, released in one act, undone."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from sunlit import sight
from sunlit.ledger.models import Entry, Release
from sunlit.plan import selectors as plans
from sunlit.records import acts, selectors
from sunlit.records.acts.rules import ActRefused
from sunlit.records.errands import bulk, errorsheet, importing, lane, uploads
from sunlit.records.errands import selectors as jobs
from sunlit.records.errands.tables import ErrandState, RowState, Sort
from sunlit.records.models import Batch, Errand, Notice, Record, Revision, Slot
from sunlit.records.states import RecordState
from sunlit.sight import viewer_for
from sunlit.units.models import User
from tests.records.conftest import NOW, PENALTY, settle

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]
ANYONE = sight.anonymous()


def rows(count: int, wrong: tuple[int, ...] = (), first: int = 1) -> list[dict[str, Any]]:
    each = range(first, first + count)
    return [{**PENALTY, "number": f"{n}号", "decided_on": "2026-02-30" if n in wrong else "2026-02-10"} for n in each]


def as_csv(data: list[dict[str, Any]], headers: dict[str, str] | None = None) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow([(headers or {}).get(name, name) for name in data[0]])
    writer.writerows(list(one.values()) for one in data)
    return stream.getvalue().encode()


def taken(content: bytes, name: str = "sheet.csv") -> tuple[Path, str, str]:
    path, sha256 = uploads.take(io.BytesIO(content), name)
    return path, name, sha256


def go_on() -> None:
    """Let the background do everything that is due."""
    while lane.work(rest=lambda _seconds: None):
        pass


@pytest.fixture
def begin(city):
    def make(content: bytes, *, name: str = "sheet.csv", unit: str = "market", **more: Any) -> Errand:
        kind = plans.current().kinds["penalty"]
        errand = importing.begin(kind, city[unit], *taken(content, name), actor=city.editor, now=NOW, **more)
        go_on()
        errand.refresh_from_db()
        return errand

    return make


@pytest.fixture
def release(city):
    def make(errand: Errand) -> Errand:
        importing.send(errand, actor=city.editor, now=NOW)
        importing.take_step(errand, "review", actor=city.reviewer, now=NOW)
        importing.take_step(errand, "approve", actor=city.approver, now=NOW)
        go_on()
        settle()
        errand.refresh_from_db()
        return errand

    return make


def published() -> list[str]:
    found = selectors.listing(ANYONE, kind="penalty", size=100)
    return sorted(row.payload["number"] for row in found.rows)


def mended(errand: Errand, **changes: str) -> bytes:
    """Return the sheet of mistakes with some cells corrected in every row, as a spreadsheet program saves it."""
    stream = io.BytesIO()
    errorsheet.write(errand, stream)
    book = load_workbook(io.BytesIO(stream.getvalue()))
    sheet = book.active
    headers = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        for name, value in changes.items():
            row[headers.index(name)].value = value
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def test_every_row_is_judged_and_nothing_is_written(begin):
    errand = begin(as_csv(rows(30, wrong=(4, 9))))
    assert (errand.state, errand.good, errand.bad) == (ErrandState.CHECKED, 28, 2)
    assert (Record.objects.count(), published()) == (0, [])


def test_a_wrong_row_is_told_with_its_place_and_what_to_do(begin):
    errand = begin(as_csv(rows(5, wrong=(2,))))
    (row,) = errand.rows.all()
    (mistake,) = row.mistakes
    column, label, _excerpt, sentence, remedy = mistake
    assert row.row == 3
    assert (column, label) == (list(PENALTY).index("decided_on"), "处罚决定日期")
    assert sentence and "2026-01-31" in remedy


def test_the_sheet_of_mistakes_has_the_rows_as_they_were_and_colours_the_wrong_cells(begin):
    errand = begin(as_csv(rows(6, wrong=(2, 5))))
    stream = io.BytesIO()
    assert errorsheet.write(errand, stream) == 2
    sheet = load_workbook(io.BytesIO(stream.getvalue())).active
    headers = [cell.value for cell in sheet[1]]
    assert headers[3:] == list(PENALTY)
    assert [sheet.cell(row, 1).value for row in (2, 3)] == ["3", "6"]
    wrong = sheet.cell(2, headers.index("decided_on") + 1)
    assert (wrong.value, wrong.fill.fgColor.rgb) == ("2026-02-30", "00F8D7D3")
    assert "2026-01-31" in wrong.comment.text
    assert sheet.cell(2, headers.index("party") + 1).value == PENALTY["party"]


def test_corrected_rows_come_again_alone_and_join_the_same_batch(begin, release, city):
    errand = begin(as_csv(rows(20, wrong=(3, 7))))
    again = mended(errand, decided_on="2026-02-11")
    importing.add_sheet(errand, *taken(again, "corrected.xlsx"), actor=city.editor, now=NOW)
    go_on()
    errand.refresh_from_db()
    assert (errand.state, errand.good, errand.bad) == (ErrandState.CHECKED, 20, 0)
    release(errand)
    assert (errand.state, Batch.objects.count(), len(published())) == (ErrandState.DONE, 1, 20)


def test_a_row_that_was_corrected_already_is_not_taken_twice(begin, city):
    errand = begin(as_csv(rows(5, wrong=(2,))))
    for content in [mended(errand, decided_on=day) for day in ("2026-02-11", "2026-02-12")]:
        importing.add_sheet(errand, *taken(content, "corrected.xlsx"), actor=city.editor, now=NOW)
        go_on()
        errand.refresh_from_db()
    assert (errand.good, errand.bad) == (5, 1)


def test_rows_still_wrong_stay_out_and_the_others_are_released(begin, release):
    errand = release(begin(as_csv(rows(10, wrong=(4,)))))
    assert (errand.state, errand.batch.good) == (ErrandState.DONE, 9)
    assert "4号" not in published()


def test_columns_with_names_of_ones_own_are_asked_for_once(begin, city):
    own = {"decided_on": "啥时候罚的"}
    errand = begin(as_csv(rows(3), own))
    assert errand.state == ErrandState.MAPPING
    names = list(PENALTY)
    importing.name_columns(errand, names, actor=city.editor, now=NOW)
    go_on()
    errand.refresh_from_db()
    assert (errand.state, errand.good) == (ErrandState.CHECKED, 3)
    later = begin(as_csv(rows(4, first=50), own))
    assert (later.state, later.good) == (ErrandState.CHECKED, 4)


def test_a_required_field_without_a_column_is_said(begin, city):
    errand = begin(as_csv([{key: one[key] for key in one if key != "decided_on"} for one in rows(2)]))
    with pytest.raises(ActRefused, match="处罚决定日期"):
        importing.name_columns(errand, importing.latest(errand).mapping, actor=city.editor, now=NOW)


def test_whoever_brought_rows_does_not_look_at_them(begin, city):
    errand = begin(as_csv(rows(3)))
    importing.send(errand, actor=city.editor, now=NOW)
    importing.take_step(errand, "review", actor=city.reviewer, now=NOW)
    errand.sheets.update(author=city.approver.user_id)
    with pytest.raises(ActRefused, match="yourself"):
        importing.take_step(errand, "approve", actor=city.approver, now=NOW)
    with pytest.raises(ActRefused):
        importing.take_step(errand, "approve", actor=city.editor, now=NOW)


def test_a_step_out_of_turn_is_refused(begin, city):
    errand = begin(as_csv(rows(3)))
    importing.send(errand, actor=city.editor, now=NOW)
    with pytest.raises(ActRefused):
        importing.take_step(errand, "approve", actor=city.approver, now=NOW)


def test_it_waits_on_the_desk_of_whoever_may_take_the_next_step(begin, city):
    errand = begin(as_csv(rows(3)))
    importing.send(errand, actor=city.editor, now=NOW)

    def waits(name: str) -> bool:
        user = User.objects.get(username=name)
        return jobs.mine(user, viewer_for(user)).filter(pk=errand.pk).exists()

    assert [name for name in ("editor", "reviewer", "approver") if waits(name)] == ["reviewer"]
    importing.take_step(errand, "review", actor=city.reviewer, now=NOW)
    assert [name for name in ("editor", "reviewer", "approver", "other") if waits(name)] == ["approver", "other"]


def test_the_records_name_who_looked_and_who_approved(begin, release, city):
    release(begin(as_csv(rows(3))))
    assert set(Revision.objects.values_list("author", "reviewer", "approver")) == {
        (city.editor.user_id, city.reviewer.user_id, city.approver.user_id)
    }
    assert Entry.objects.filter(event="record.published").count() == 3


def test_sent_back_it_says_why_and_begins_anew(begin, release, city):
    errand = begin(as_csv(rows(3)))
    importing.send(errand, actor=city.editor, now=NOW)
    importing.send_back(errand, actor=city.reviewer, now=NOW, reason="三号有误")
    assert (errand.state, errand.said) == (ErrandState.CHECKED, "三号有误")
    release(errand)
    assert len(published()) == 3


def test_dropped_before_its_release_nothing_is_left(begin, city):
    errand = begin(as_csv(rows(3)))
    importing.send(errand, actor=city.editor, now=NOW)
    importing.take_step(errand, "review", actor=city.reviewer, now=NOW)
    importing.take_step(errand, "approve", actor=city.approver, now=NOW)
    errand.refresh_from_db()
    stopped = _stop_after_one_chunk(errand)
    assert stopped.batch_id is not None and Record.objects.exists()
    importing.drop(stopped, actor=city.editor, now=NOW)
    go_on()
    errand.refresh_from_db()
    assert (errand.state, Record.objects.count(), uploads.folder(errand.pk).exists()) == (
        ErrandState.DROPPED,
        0,
        False,
    )


def _stop_after_one_chunk(errand: Errand) -> Errand:
    def killed() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lane.turn(lane.next_due(), killed)
    return Errand.objects.select_related("unit", "batch").get(pk=errand.pk)


def test_a_check_that_was_killed_goes_on_where_it_stopped(city, monkeypatch):
    from sunlit.records.errands import checking

    monkeypatch.setattr(checking, "CHUNK", 7)
    kind = plans.current().kinds["penalty"]
    content = as_csv(rows(40, wrong=(1, 8, 39)))
    errand = importing.begin(kind, city["market"], *taken(content), actor=city.editor, now=NOW)
    calls = 0

    def killed() -> None:
        nonlocal calls
        calls += 1
        if calls % 2 == 0:
            raise KeyboardInterrupt

    while True:
        fresh = lane.next_due()
        if fresh is None:
            break
        try:
            lane.turn(fresh, killed)
        except KeyboardInterrupt:
            continue
    errand.refresh_from_db()
    assert (errand.state, errand.good, errand.bad, errand.rows.count()) == (ErrandState.CHECKED, 37, 3, 3)


def test_a_job_that_never_gets_on_is_given_back_with_a_sentence(begin, city):
    errand = begin(as_csv(rows(3)))
    importing.check_again(errand, actor=city.editor, now=NOW)
    Errand.objects.filter(pk=errand.pk).update(tries=lane.MOST_TRIES)
    go_on()
    errand.refresh_from_db()
    assert (errand.state, bool(errand.said)) == (ErrandState.CHECKED, True)


def test_the_same_file_is_not_imported_twice_unless_asked_for(begin, release):
    content = as_csv(rows(3))
    release(begin(content))
    with pytest.raises(ActRefused, match="was imported on"):
        begin(content)
    assert begin(content, again=True).state == ErrandState.CHECKED


def test_a_file_that_is_no_sheet_is_refused_in_words(begin):
    with pytest.raises(uploads.SheetRefused):
        uploads.name_of("people.pdf")
    errand = begin(b"PK\x03\x04 no workbook", name="sheet.csv")
    assert errand.state in (ErrandState.DROPPED, ErrandState.MAPPING)


@pytest.mark.parametrize("sort", [Sort.WITHDRAW, Sort.UNPUBLISH])
def test_a_whole_import_is_undone_in_one_job(begin, release, city, sort):
    errand = release(begin(as_csv(rows(12))))
    job = bulk.undo(errand, sort, reason="导入了错误的表格", actor=city.approver, now=NOW)
    go_on()
    settle()
    job.refresh_from_db()
    assert (job.state, job.good, job.bad, published()) == (ErrandState.DONE, 12, 0, [])
    state = RecordState.WITHDRAWN if sort == Sort.WITHDRAW else RecordState.UNPUBLISHED
    assert set(Record.objects.values_list("state", flat=True)) == {state}
    assert (Slot.objects.count(), Notice.objects.count()) == (0, 12)
    assert Entry.objects.filter(event=f"record.{'withdrawn' if sort == Sort.WITHDRAW else 'unpublished'}").count() == 12
    assert job.rows.filter(state=RowState.DONE).count() == 12


def test_an_undone_record_has_the_very_rows_of_a_single_act(begin, release, city, publish):
    single = publish()
    acts.withdraw(single, actor=city.approver, now=NOW, reason="错误")
    errand = release(begin(as_csv(rows(1))))
    bulk.undo(errand, Sort.WITHDRAW, reason="错误", actor=city.approver, now=NOW)
    go_on()
    settle()
    many = Record.objects.get(batch_id=errand.batch_id)
    for name in ("event", "revision", "reason", "basis", "code", "actor_id"):
        assert getattr(many.notices.get(), name) == getattr(single.notices.get(), name), name
    tags = [
        sorted(tag.partition(":")[0] for tag in entry.tags.split())
        for entry in Entry.objects.filter(event="record.withdrawn")
    ]
    assert tags[0] == tags[1]
    assert many.traces.filter(step="record.withdrawn").exists()


def test_what_somebody_changed_meanwhile_is_left_and_said(begin, release, city):
    errand = release(begin(as_csv(rows(5))))
    one = Record.objects.select_related("unit", "live").first()
    acts.unpublish(one, actor=city.approver, now=NOW, reason="先下架")
    job = bulk.undo(errand, Sort.WITHDRAW, reason="错误", actor=city.approver, now=NOW)
    go_on()
    job.refresh_from_db()
    assert (job.good, job.bad) == (4, 1)
    (row,) = job.rows.filter(state=RowState.REFUSED)
    assert (row.row, bool(row.words)) == (one.pk, True)


def test_an_import_is_not_undone_before_the_log_has_all_of_it(begin, release, city):
    errand = release(begin(as_csv(rows(3))))
    Release.objects.update(done=False)
    job = bulk.undo(errand, Sort.WITHDRAW, reason="错误", actor=city.approver, now=NOW)
    go_on()
    job.refresh_from_db()
    assert job.state == ErrandState.RUNNING
    Release.objects.update(done=True)
    go_on()
    job.refresh_from_db()
    assert job.good == 3


def test_an_editor_cannot_undo_what_is_released(begin, release, city):
    errand = release(begin(as_csv(rows(2))))
    with pytest.raises(ActRefused):
        bulk.undo(errand, Sort.WITHDRAW, reason="错误", actor=city.editor, now=NOW)
