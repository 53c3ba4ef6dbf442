"""Withdrawn, unpublished, superseded, expired, taken down, erased: six ends, each with its trace."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from sunlit import sight
from sunlit.calendars import clock
from sunlit.files.actions import store
from sunlit.ledger.models import Entry, Pending
from sunlit.records import acts, selectors, ticks
from sunlit.records.models import Attachment, Notice, Record, Revision, Slot
from sunlit.records.states import RecordState, RevisionState, Validity
from tests.records.conftest import NOW, POLICY, settle

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]
ANYONE = sight.anonymous()


def listed() -> list[Record]:
    return [row.record for row in selectors.listing(ANYONE).rows]


def with_file(name: str = "办法.txt", content: bytes = "办法全文".encode()) -> dict[str, object]:
    file = store(io.BytesIO(content), name, now=NOW)
    return {"sha256": file.sha256, "name": name, "size": file.size, "type": file.type}


def test_a_withdrawn_record_leaves_the_lists_but_stays_readable_with_a_notice(city, publish):
    record = publish()
    acts.withdraw(record, actor=city.approver, now=NOW, reason="数据有误", basis="行政处罚法第四十八条")
    found = selectors.record_by_slug(ANYONE, record.slug)
    assert (listed(), found.is_readable, selectors.tombstone(found)) == ([], True, None)
    assert selectors.notice(found).reason == "数据有误"
    assert len(selectors.revisions(found)) == 1


def test_a_withdrawn_record_can_come_back(city, publish):
    record = publish()
    acts.withdraw(record, actor=city.approver, now=NOW, reason="核对")
    acts.restore(record, actor=city.approver, now=NOW, reason="核对无误")
    assert listed() == [record]
    assert selectors.notice(record) is None


def test_an_unpublished_record_answers_with_date_reason_and_basis_and_nothing_else(city, publish):
    record = publish()
    acts.unpublish(record, actor=city.approver, now=NOW, reason="处罚决定已撤销", basis="行政处罚法第四十八条第二款")
    found = selectors.record_by_slug(ANYONE, record.slug)
    stone = selectors.tombstone(found)
    assert (stone.day, stone.reason, stone.index_no) == (date(2026, 3, 2), "处罚决定已撤销", record.index_no)
    assert "清风" not in f"{stone}{found.title}"
    assert (listed(), selectors.revisions(found), found.live) == ([], [], None)
    assert selectors.titles(ANYONE, "清风") == []


def test_a_superseded_record_points_to_its_successor(city, publish):
    old, new = publish("policy"), publish("policy", title="新办法")
    acts.supersede(old, new, actor=city.approver, now=NOW, reason="已有新办法")
    found = selectors.record_by_slug(ANYONE, old.slug)
    assert (found.successor, found.is_readable, listed()) == (new, True, [new])


def test_a_record_is_not_superseded_by_one_that_readers_cannot_see(city, publish, draft):
    old = publish("policy")
    with pytest.raises(acts.ActRefused):
        acts.supersede(old, draft("policy").record, actor=city.approver, now=NOW, reason="新")
    with pytest.raises(acts.ActRefused):
        acts.supersede(old, old, actor=city.approver, now=NOW, reason="新")


def test_display_ends_by_itself_after_its_last_day_with_an_entry_of_its_own(publish):
    record = publish()
    assert record.expires_on == date(2029, 2, 10)
    last_day = NOW.replace(year=2029, month=2, day=10)
    assert ticks.due(last_day) == 0
    assert ticks.due(last_day + timedelta(days=1)) == 1
    found = selectors.record_by_slug(ANYONE, record.slug)
    assert (found.state, selectors.tombstone(found).event) == (RecordState.EXPIRED, "record.expired")
    assert Pending.objects.filter(event="record.expired").count() == 1
    assert ticks.due(last_day + timedelta(days=2)) == 0


def test_the_last_day_of_display_is_counted_in_the_zone_of_the_plan(publish):
    publish("village-list")
    evening = NOW.replace(month=3, day=9, hour=15, minute=30)  # 23:30 on 9 March in Suining
    assert ticks.due(evening) == 0
    assert ticks.due(evening + timedelta(hours=1)) == 1


def test_a_takedown_works_for_one_person_and_is_reviewed_by_another_on_the_next_working_day(city, publish):
    friday = NOW.replace(month=2, day=27)
    record = publish(now=friday)
    notice = acts.take_down(record, actor=city.approver, now=friday, reason="含个人信息")
    assert notice.review_due == date(2026, 2, 28)  # a working Saturday after the Spring Festival
    assert (listed(), selectors.record_by_slug(ANYONE, record.slug).state) == ([], RecordState.UNPUBLISHED)
    with pytest.raises(acts.ActRefused):
        acts.review_takedown(notice, actor=city.approver, now=friday, upheld=True, reason="属实")
    acts.review_takedown(notice, actor=city.other, now=friday, upheld=True, reason="属实")
    with pytest.raises(acts.ActRefused):
        acts.review_takedown(notice, actor=city.other, now=friday, upheld=False, reason="再看")


def test_a_takedown_that_nobody_reviews_raises_an_alarm_until_someone_does(city, publish):
    from sunlit.ledger.models import Alarm

    notice = acts.take_down(publish(), actor=city.approver, now=NOW, reason="含个人信息")
    assert list(selectors.takedowns_to_review()) == [notice]
    ticks.due(NOW + timedelta(days=1))
    assert not Alarm.objects.exists()
    for _ in range(2):
        ticks.due(NOW + timedelta(days=2))
    assert Alarm.objects.get().cleared_at is None
    acts.review_takedown(notice, actor=city.other, now=NOW + timedelta(days=2), upheld=True, reason="属实")
    assert Alarm.objects.get().cleared_at is not None
    assert not selectors.takedowns_to_review().exists()


def test_a_takedown_that_is_not_upheld_brings_the_same_wording_back(city, publish):
    record = publish()
    wording = record.live
    notice = acts.take_down(record, actor=city.approver, now=NOW, reason="误判")
    acts.review_takedown(notice, actor=city.other, now=NOW, upheld=False, reason="没有个人信息")
    found = selectors.record_by_slug(ANYONE, record.slug)
    assert (listed(), found.live, found.title) == ([record], wording, wording.title)


@pytest.mark.parametrize("act", ["withdraw", "unpublish", "take_down"])
def test_no_end_without_a_reason(city, publish, act):
    with pytest.raises(acts.ActRefused):
        getattr(acts, act)(publish(), actor=city.approver, now=NOW, reason="  ")
    assert len(listed()) == 1


@pytest.mark.parametrize("act", ["withdraw", "unpublish", "take_down"])
def test_editors_end_nothing(city, publish, act):
    with pytest.raises(acts.ActRefused):
        getattr(acts, act)(publish(), actor=city.editor, now=NOW, reason="理由")


def test_of_two_who_end_a_record_at_once_the_second_is_told(city, publish):
    mine = publish()
    theirs = Record.objects.get(pk=mine.pk)
    acts.withdraw(mine, actor=city.approver, now=NOW, reason="一")
    with pytest.raises(acts.ActRefused):
        acts.unpublish(theirs, actor=city.other, now=NOW, reason="二")
    assert Notice.objects.count() == 1


def test_validity_changes_with_a_reason_and_an_entry(city, publish):
    record = publish("policy")
    assert record.validity == Validity.VALID
    acts.set_validity(record, Validity.REPEALED, actor=city.approver, now=NOW, reason="第5号令废止")
    assert selectors.record_by_slug(ANYONE, record.slug).validity == Validity.REPEALED
    assert Pending.objects.filter(event="record.validity").exists()
    with pytest.raises(acts.ActRefused):
        acts.set_validity(publish(), Validity.REPEALED, actor=city.approver, now=NOW, reason="无")


def test_a_correction_replaces_the_live_text_in_one_moment_and_both_stay_readable(city, publish, approve):
    record = publish()
    revision = acts.correct(record, actor=city.editor, now=NOW, note="罚款金额更正")
    acts.edit(revision, {**revision.data, "fine": "0.8"}, actor=city.editor, now=NOW)
    assert selectors.record_by_slug(ANYONE, record.slug).live.number == 1
    acts.publish(approve(revision), actor=city.approver, now=NOW + timedelta(days=1))
    found = selectors.record_by_slug(ANYONE, record.slug)
    assert [one.number for one in selectors.revisions(found)] == [2, 1]
    assert [row.payload["fine"] for row in selectors.listing(ANYONE).rows] == [800_000]
    assert found.index_no == record.index_no
    assert found.published_at == NOW
    assert Pending.objects.filter(event="record.corrected").count() == 1


def test_two_corrections_cannot_be_in_work_at_once(city, publish):
    record = publish()
    acts.correct(record, actor=city.editor, now=NOW, note="一")
    with pytest.raises(acts.ActRefused):
        acts.correct(record, actor=city.colleague, now=NOW, note="二")


def test_a_discarded_correction_makes_room_for_another(city, publish):
    record = publish()
    acts.discard(acts.correct(record, actor=city.editor, now=NOW, note="一"), actor=city.editor, now=NOW)
    assert acts.correct(record, actor=city.editor, now=NOW, note="二").number == 3


def test_an_expired_list_cannot_be_corrected_back_into_the_open(city, publish):
    record = publish("village-list")
    ticks.due(NOW + timedelta(days=30))
    record.refresh_from_db()
    with pytest.raises(acts.ActRefused):
        acts.correct(record, actor=city.editor, now=NOW, note="再公示")


@pytest.mark.parametrize("column", ["payload", "title", "salt", "commitment", "number", "published_at"])
def test_the_database_itself_refuses_to_change_a_published_wording(publish, column):
    record = publish()
    changed = {
        "payload": "{}",
        "title": "另一个",
        "salt": b"x" * 32,
        "commitment": b"x" * 32,
        "number": 9,
        "published_at": NOW + timedelta(1),
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.filter(pk=record.live.pk).update(**{column: changed[column]})


def test_there_is_never_a_second_live_wording(city, publish):
    record = publish()
    second = acts.correct(record, actor=city.editor, now=NOW, note="一")
    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.filter(pk=second.pk).update(state=RevisionState.LIVE)


def test_a_text_goes_live_at_its_time_even_if_the_worker_slept(city, draft, approve):
    revision = approve(draft())
    at = NOW + timedelta(hours=3)
    acts.schedule(revision, at, actor=city.approver, now=NOW)
    assert ticks.due(at - timedelta(seconds=1)) == 0
    assert ticks.due(at + timedelta(days=2)) == 1
    assert len(listed()) == 1
    assert ticks.due(at + timedelta(days=2)) == 0


def test_a_time_in_the_past_is_refused(city, draft, approve):
    with pytest.raises(acts.ActRefused):
        acts.schedule(approve(draft()), NOW, actor=city.approver, now=NOW)


def test_a_scheduled_text_that_cannot_go_live_goes_back_with_the_reason_and_stops_nobody(city, draft, approve):
    stuck, fine = approve(draft(unit="nocode")), approve(draft())
    for revision in (stuck, fine):
        acts.schedule(revision, NOW + timedelta(hours=1), actor=city.approver, now=NOW)
    assert ticks.due(NOW + timedelta(hours=2)) == 1
    stuck.refresh_from_db()
    assert stuck.state == RevisionState.DRAFT
    assert "新设局" in stuck.reason


def test_erasure_leaves_the_number_the_entry_and_no_word(city, publish):
    record = publish("policy", files=[with_file()])
    path = record.live.attachments.get().file.path
    settle()
    places = acts.erase(record, actor=city.approver, now=NOW, reason="当事人申请", basis="个人信息保护法第四十七条")
    revision = Revision.objects.get()
    assert (revision.payload, revision.title, revision.salt, revision.work_salt) == ("", "", None, None)
    assert not (path.exists() or Attachment.objects.exists() or Slot.objects.exists())
    stone = selectors.tombstone(selectors.record_by_slug(ANYONE, record.slug))
    assert (stone.event, stone.basis) == ("record.erased", "个人信息保护法第四十七条")
    assert Entry.objects.filter(event="record.published").exists()
    assert len(places) >= 4
    everything = json.dumps([str(row.__dict__) for row in (*Record.objects.all(), *Revision.objects.all())])
    assert "节约用水" not in json.loads(everything).__str__()


def test_erasure_needs_a_legal_basis(city, publish):
    with pytest.raises(acts.ActRefused):
        acts.erase(publish(), actor=city.approver, now=NOW, reason="申请", basis="")


def test_a_file_that_another_record_attaches_survives_an_erasure(city, publish):
    first, second = publish("policy", files=[with_file()]), publish("policy", title="又一个", files=[with_file()])
    places = acts.erase(first, actor=city.approver, now=NOW, reason="申请", basis="法")
    assert second.live.attachments.get().file.path.exists()
    assert any(not place.is_clean and place.where.startswith("file") for place in places) or any(
        not place.is_clean for place in places
    )
    with pytest.raises(ProtectedError):
        second.live.attachments.get().file.delete()


def test_an_old_wording_keeps_its_own_file(city, publish, approve):
    record = publish("policy", files=[with_file()])
    revision = acts.correct(record, actor=city.editor, now=NOW, note="附件更换")
    changed = {**POLICY, "files": [with_file("新办法.txt", "新全文".encode())]}
    acts.edit(revision, changed, actor=city.editor, now=NOW)
    acts.publish(approve(revision), actor=city.approver, now=NOW)
    assert selectors.attachment(ANYONE, record.slug, 1, "新办法.txt").name == "新办法.txt"
    assert selectors.attachment(ANYONE, record.slug, 1, "办法.txt") is None
    assert selectors.attachment(ANYONE, record.slug, 1, "办法.txt", number=1).name == "办法.txt"


@pytest.mark.parametrize("end", ["unpublish", "take_down"])
def test_the_files_of_a_record_that_is_gone_are_gone(city, publish, end):
    record = publish("policy", files=[with_file()])
    assert selectors.attachment(ANYONE, record.slug, 1, "办法.txt")
    getattr(acts, end)(record, actor=city.approver, now=NOW, reason="撤销")
    assert selectors.attachment(ANYONE, record.slug, 1, "办法.txt") is None
    assert selectors.attachment(ANYONE, record.slug, 1, "办法.txt", number=1) is None


def test_the_file_of_a_draft_cannot_be_fetched(draft):
    revision = draft("policy", files=[with_file()])
    assert revision.attachments.count() == 1
    assert not sight.visible(ANYONE, Attachment.objects.all()).exists()
    assert not sight.visible(ANYONE, Revision.objects.all()).exists()


def test_links_are_read_from_both_sides(city, publish):
    policy, other = publish("policy"), publish("policy", title="旧办法")
    explained = acts.draft(
        "interpretation", city["city"], {"title": "解读", "of": policy.slug}, actor=city.editor, now=NOW
    )
    for step, actor in ((acts.submit, city.editor), (acts.review, city.reviewer), (acts.approve, city.approver)):
        step(explained, actor=actor, now=NOW)
    acts.publish(explained, actor=city.approver, now=NOW)
    acts.relate(policy, "repeals", other, actor=city.editor, now=NOW)
    seen = {(one.label.zh, one.record.title) for one in selectors.related(ANYONE, policy)}
    assert seen == {("解读材料", "解读"), ("废止", "旧办法")}
    assert [one.label.zh for one in selectors.related(ANYONE, other)] == ["被废止"]
    acts.withdraw(explained.record, actor=city.approver, now=NOW, reason="错")
    acts.unpublish(explained.record, actor=city.approver, now=NOW, reason="错")
    assert [one.record for one in selectors.related(ANYONE, policy)] == [other]


def test_a_group_list_is_found_by_its_group_alone(city, publish):
    record = publish("village-list")
    member = sight.Viewer(user_id=1, groups=frozenset({"village:village"}))
    assert selectors.record_by_slug(ANYONE, record.slug) is None
    assert selectors.record_by_slug(member, record.slug) == record
    assert [row.record for row in selectors.listing(member, kind="village-list").rows] == [record]
    row = Pending.objects.get(event="record.published")
    assert b"ref" not in bytes(row.body)


def test_the_clock_of_the_calendar_is_not_asked_by_any_act(city, publish):
    with clock.fixed(date(2001, 1, 1)):
        assert publish().index_no.startswith("115100028/2026")
