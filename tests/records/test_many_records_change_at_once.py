"""One field of many records, many withdrawals: each row is an act of its own, and the report says which were done."""

from __future__ import annotations

import pytest

from sunlit.plan import selectors as plans
from sunlit.records import acts, desk
from sunlit.records.acts.rules import ActRefused
from sunlit.records.errands import bulk
from sunlit.records.errands.tables import ErrandState, RowState, Sort
from sunlit.records.models import Record, Revision
from sunlit.records.states import RecordState, RevisionState
from sunlit.sight import viewer_for
from sunlit.units.models import User
from tests.records.conftest import NOW
from tests.records.test_an_import_goes_its_way_at_the_desk import go_on

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]


@pytest.fixture
def records(publish):
    return [publish(number=f"{n}号") for n in range(1, 5)]


@pytest.fixture
def edit(city, records):
    def make(value: str = "1.5", field: str = "fine") -> bulk.Errand:
        kind = plans.current().kinds["penalty"]
        ids = [record.pk for record in records]
        job = bulk.begin_edit(kind, city["market"], ids, field, value, note="金额有误", actor=city.editor, now=NOW)
        go_on()
        job.refresh_from_db()
        return job

    return make


def told(job: bulk.Errand) -> list[str]:
    return sorted(job.rows.values_list("state", flat=True))


def test_a_change_becomes_drafts_that_go_to_review_as_one(edit, city):
    job = edit()
    assert (job.state, job.waits_for, told(job)) == (ErrandState.WAITING, "review", [RowState.BEGUN] * 4)
    assert Revision.objects.filter(state=RevisionState.SUBMITTED, note="金额有误").count() == 4
    reviewer = User.objects.get(username="reviewer")
    assert not desk.mine(reviewer, viewer_for(reviewer)).exists()


def test_after_every_look_all_of_it_is_out(edit, city, records):
    job = edit()
    for step, actor in (("review", city.reviewer), ("approve", city.approver)):
        bulk.take_step(job, step, actor=actor, now=NOW)
        go_on()
        job.refresh_from_db()
    assert (job.state, job.good, told(job)) == (ErrandState.DONE, 4, [RowState.DONE] * 4)
    assert {Record.objects.get(pk=one.pk).live.data["fine"] for one in records} == {
        bulk.value_of(plans.current(), plans.current().kinds["penalty"], "fine", "1.5")
    }


def test_a_record_in_work_is_left_out_and_the_others_go_on(edit, city, records):
    acts.correct(records[0], actor=city.colleague, now=NOW, note="另有更正")
    job = edit()
    assert (told(job), job.bad) == ([RowState.BEGUN] * 3 + [RowState.REFUSED], 1)
    assert "同事" in job.rows.get(row=records[0].pk).words


def test_a_text_that_somebody_moved_on_meanwhile_leaves_the_job(edit, city, records):
    job = edit()
    text = Revision.objects.get(record=records[0], state=RevisionState.SUBMITTED)
    acts.send_back(text, actor=city.reviewer, now=NOW, reason="不对")
    bulk.take_step(job, "review", actor=city.reviewer, now=NOW)
    go_on()
    job.refresh_from_db()
    assert (job.waits_for, told(job)) == ("approve", [RowState.BEGUN] * 3 + [RowState.REFUSED])
    editor = User.objects.get(username="editor")
    assert [work.pk for work in desk.mine(editor, viewer_for(editor))] == [text.pk]


def test_sent_back_as_a_whole_its_drafts_are_given_up(edit, city, records):
    job = edit()
    bulk.send_back(job, actor=city.reviewer, now=NOW, reason="金额没有错")
    go_on()
    job.refresh_from_db()
    assert (job.state, job.said) == (ErrandState.DROPPED, "金额没有错")
    assert not Revision.objects.filter(state__in=(RevisionState.SUBMITTED, RevisionState.DRAFT)).exists()


def test_nobody_looks_at_a_change_of_their_own(edit, city):
    job = edit()
    with pytest.raises(ActRefused):
        bulk.take_step(job, "review", actor=city.editor, now=NOW)


def test_a_value_that_the_field_cannot_take_is_refused_at_once(edit):
    with pytest.raises(ActRefused, match="处罚决定日期"):
        edit("二月底", "decided_on")


def test_many_are_withdrawn_and_the_report_says_which_were_not(city, records):
    acts.unpublish(records[1], actor=city.approver, now=NOW, reason="先下架")
    ids = [record.pk for record in records]
    job = bulk.begin_end(Sort.WITHDRAW, city["market"], ids, reason="依据失效", actor=city.approver, now=NOW)
    go_on()
    job.refresh_from_db()
    assert (job.state, job.good, job.bad) == (ErrandState.DONE, 3, 1)
    assert Record.objects.filter(state=RecordState.WITHDRAWN).count() == 3
    assert job.rows.get(state=RowState.REFUSED).row == records[1].pk


def test_an_editor_withdraws_nothing(city, records):
    with pytest.raises(ActRefused):
        bulk.begin_end(Sort.WITHDRAW, city["market"], [records[0].pk], reason="试试", actor=city.editor, now=NOW)


def test_without_a_reason_nothing_begins(city, records):
    with pytest.raises(ActRefused):
        bulk.begin_end(Sort.WITHDRAW, city["market"], [records[0].pk], reason=" ", actor=city.approver, now=NOW)


def test_the_validity_of_many_documents_changes(city, publish):
    ids = [publish("policy", title=f"办法{n}").pk for n in range(2)]
    job = bulk.begin_end(
        Sort.VALIDITY, city["city"], ids, reason="已废止", validity="repealed", actor=city.approver, now=NOW
    )
    go_on()
    job.refresh_from_db()
    assert (job.good, set(Record.objects.values_list("validity", flat=True))) == (2, {"repealed"})


def test_an_erased_record_leaves_no_title_in_a_report(city, records):
    ids = [record.pk for record in records]
    job = bulk.begin_end(Sort.WITHDRAW, city["market"], ids, reason="依据失效", actor=city.approver, now=NOW)
    go_on()
    records[0].refresh_from_db()
    acts.erase(records[0], actor=city.approver, now=NOW, reason="依法清除", basis="个人信息保护法第四十七条")
    assert [row.title for row in job.rows.filter(title="")] == [""]
