"""A text at the desk: begun, saved, handed in, looked at by others, sent back, released, taken down."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sunlit import sight
from sunlit.calendars import clock
from sunlit.records import selectors
from sunlit.records.models import LaterReview, Notice, Revision, UnitTemplate
from sunlit.records.states import RecordState, RevisionState
from sunlit.units.models import AuditEntry

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]

WRITTEN = {"title": "江城市值班规定", "formed_on": "2026-02-27", "body": "<p>第一条</p>"}
HANDS = (("review", "reviewer"), ("legal", "lawyer"), ("secrecy", "secrecy"), ("approve", "approver"))


@pytest.fixture
def submitted(begun, save):
    save(begun, do="submit", **WRITTEN)
    begun.refresh_from_db()
    return begun


@pytest.fixture
def approved(submitted, press):
    for act, who in HANDS:
        press(submitted, act, who)
    return submitted


@pytest.fixture
def live(approved, press):
    press(approved, "publish", "approver")
    return approved


def test_what_is_typed_is_saved(begun, save):
    assert save(begun, **WRITTEN).status_code == 302
    begun.refresh_from_db()
    assert begun.data["title"] == WRITTEN["title"]


def test_an_incomplete_text_is_saved_but_not_handed_in(begun, save):
    answer = save(begun, do="submit", body="<p>还没有标题</p>")
    begun.refresh_from_db()
    assert (answer.status_code, begun.state) == (422, RevisionState.DRAFT)
    assert "还没有标题" in begun.payload


def test_a_wrong_value_comes_back_as_it_was_typed_beside_its_sentence(begun, save):
    page = save(begun, title="值班规定", formed_on="二月底").content.decode()
    assert "二月底" in page
    assert "form-problems" in page


def test_it_goes_through_every_hand_onto_the_site(live):
    assert live.state == RevisionState.LIVE
    assert selectors.record_by_slug(sight.anonymous(), live.record.slug) is not None


def test_its_author_reads_why_somebody_else_has_to_look_at_it(submitted, at):
    page = at("editor").get(f"/en/desk/texts/{submitted.pk}/").content.decode()
    assert "someone else has to look at it" in page


def test_a_step_out_of_turn_is_refused_in_words(submitted, press):
    page = press(submitted, "approve", "approver")
    assert submitted.state == RevisionState.SUBMITTED
    assert "notice warn" in page


def test_an_editor_cannot_approve_by_asking_for_it(submitted, press):
    press(submitted, "approve", "editor")
    assert submitted.state == RevisionState.SUBMITTED


def test_remarks_stand_above_the_form_of_whoever_wrote_it(submitted, press, at):
    press(submitted, "send-back", "reviewer", **{"reason": "看批注", "remark-title": "写全称"})
    page = at("editor").get(f"/en/desk/texts/{submitted.pk}/edit/").content.decode()
    assert "看批注" in page
    assert "写全称" in page


def test_two_editors_keep_both_their_changes(begun, save):
    save(begun, **WRITTEN)
    begun.refresh_from_db()
    opened = begun.version
    save(begun, "editor", **{**WRITTEN, "title": "江城市值班办法"})
    save(begun, "colleague", version=opened, **{**WRITTEN, "formed_on": "2026-02-26"})
    begun.refresh_from_db()
    assert (begun.data["title"], begun.data["formed_on"]) == ("江城市值班办法", "2026-02-26")


def test_the_second_editor_of_one_field_sees_both_wordings_and_loses_nothing(begun, save):
    save(begun, **WRITTEN)
    begun.refresh_from_db()
    opened = begun.version
    save(begun, "editor", **{**WRITTEN, "title": "甲说"})
    answer = save(begun, "colleague", version=opened, **{**WRITTEN, "title": "乙说"})
    page = answer.content.decode()
    begun.refresh_from_db()
    assert (answer.status_code, begun.data["title"]) == (409, "甲说")
    assert "take-title" in page
    assert "乙说" in page


@pytest.mark.parametrize(("choice", "stands"), [("mine", "乙说"), ("theirs", "甲说")])
def test_what_was_chosen_stands(choice, stands, begun, save):
    save(begun, **WRITTEN)
    begun.refresh_from_db()
    opened = begun.version
    save(begun, "editor", **{**WRITTEN, "title": "甲说"})
    save(begun, "colleague", version=opened, **{**WRITTEN, "title": "乙说"})
    begun.refresh_from_db()
    save(begun, "colleague", chosen={"title": choice}, **{**WRITTEN, "title": "乙说"})
    begun.refresh_from_db()
    assert begun.data["title"] == stands


def test_what_was_typed_and_not_saved_is_there_again(begun, at):
    client = at("editor")
    typed = {"f-title": "还没保存的标题", "fields-shown": "title formed_on body", "version": str(begun.version)}
    assert client.post(f"/en/desk/texts/{begun.pk}/edit/autosave/", typed).status_code == 200
    assert "还没保存的标题" in client.get(f"/en/desk/texts/{begun.pk}/edit/").content.decode()


def test_nobody_else_sees_what_was_typed_and_not_saved(begun, at):
    typed = {"f-title": "还没保存的标题", "fields-shown": "title formed_on body", "version": str(begun.version)}
    at("editor").post(f"/en/desk/texts/{begun.pk}/edit/autosave/", typed)
    assert "还没保存的标题" not in at("colleague").get(f"/en/desk/texts/{begun.pk}/edit/").content.decode()


def test_a_text_that_is_out_of_the_authors_hands_saves_nothing_more(submitted, at):
    answer = at("editor").post(f"/en/desk/texts/{submitted.pk}/edit/autosave/", {"f-title": "太晚了"})
    assert (answer.status_code, "conflict" in answer.json()) == (409, True)


def test_many_are_reviewed_in_one_go_and_each_is_reported(submitted, at):
    page = (
        at("reviewer")
        .post("/en/desk/review/", {"text": [submitted.pk, 999_999], "step": "review", "do": "pass"})
        .content.decode()
    )
    submitted.refresh_from_db()
    assert submitted.state == RevisionState.REVIEWED
    assert WRITTEN["title"] in page


def test_an_emergency_waits_on_the_desk_of_somebody_else(submitted, press, at):
    press(submitted, "publish-at-once", "approver", reason="汛情")
    later = LaterReview.objects.get(revision=submitted)
    address = f"/en/desk/later/publication/{later.pk}/"
    assert at("approver").get(address).status_code == 404
    at("other").post(address, {"upheld": "yes", "reason": "复核无误"})
    later.refresh_from_db()
    assert later.upheld is True


def test_a_takedown_and_its_review(live, at):
    path = f"/en/desk/records/{live.record_id}/take-down/"
    at("approver").post(path, {"reason": "疑似含有不应公开的内容"})
    live.record.refresh_from_db()
    assert live.record.state == RecordState.UNPUBLISHED
    notice = Notice.objects.get(event="record.taken_down")
    at("other").post(f"/en/desk/later/takedown/{notice.pk}/", {"upheld": "no", "reason": "不必下线"})
    live.record.refresh_from_db()
    assert live.record.state == RecordState.LIVE


def test_a_correction_is_opened_with_a_public_note(live, at):
    answer = at("editor").post(f"/en/desk/records/{live.record_id}/correct/", {"note": "更正日期"})
    opened = Revision.objects.get(record=live.record, number=2)
    assert answer["Location"].endswith(f"/desk/texts/{opened.pk}/edit/")
    assert opened.note == "更正日期"


def test_withdrawing_asks_why(live, at):
    at("approver").post(f"/en/desk/records/{live.record_id}/withdraw/", {"reason": " "})
    live.record.refresh_from_db()
    assert live.record.state == RecordState.LIVE


@pytest.fixture
def second(approved, at, save, press):
    at("editor").post("/en/desk/new/rule/", {"unit": "city"})
    text = Revision.objects.order_by("-pk")[0]
    save(text, do="submit", **{**WRITTEN, "title": "附则"})
    for act, who in HANDS:
        press(text, act, who)
    return text


def test_two_approved_texts_are_bundled_and_come_out_together(approved, second, at):
    answer = at("approver").post("/en/desk/bundles/", {"text": [approved.pk, second.pk], "label": "值班"})
    at("approver").post(f"{answer['Location']}publish/")
    approved.refresh_from_db()
    second.refresh_from_db()
    assert approved.published_at == second.published_at is not None


def test_a_text_in_a_bundle_says_in_the_list_when_the_bundle_goes_out(approved, second, at):
    day = f"{clock.today() + timedelta(days=3)}"
    answer = at("approver").post("/en/desk/bundles/", {"text": [approved.pk, second.pk], "label": "值班"})
    at("approver").post(f"{answer['Location']}schedule/", {"day": day, "time": "09:00"})
    assert f"in the bundle “值班”, set for {day} 09:00" in at("approver").get("/en/desk/").content.decode()


def test_a_unit_keeps_a_template_and_begins_with_it(submitted, at):
    at("editor").post(f"/en/desk/texts/{submitted.pk}/template/", {"name": "值班"})
    kept = UnitTemplate.objects.get()
    at("editor").post("/en/desk/new/rule/", {"unit": "city", "start": f"template-{kept.pk}"})
    assert Revision.objects.order_by("-pk")[0].data["title"] == WRITTEN["title"]


def test_copying_the_last_one_leaves_its_dates_out(live, at):
    at("editor").post("/en/desk/new/rule/", {"unit": "city", "start": "last"})
    copied = Revision.objects.order_by("-pk")[0].data
    assert copied["title"] == WRITTEN["title"]
    assert "formed_on" not in copied


def test_the_history_names_every_step_and_can_be_taken_along(live, at):
    rows = b"".join(at("editor").get(f"/en/desk/records/{live.record_id}/history/history.csv").streaming_content)
    words = rows.decode()
    assert all(step in words for step in ("handed in", "reviewed", "approved", "published"))


def test_readers_of_a_preview_see_what_they_will_see(submitted, at):
    page = at("reviewer").get(f"/en/desk/texts/{submitted.pk}/preview/page/?audience=public").content.decode()
    assert WRITTEN["title"] in page


def test_who_holds_no_role_does_not_come_in(city, at):
    from sunlit.units.actions import create_user

    create_user("resident", "a long enough phrase")
    assert at("resident").get("/en/desk/").status_code == 403


def test_who_is_not_logged_in_is_asked_to(client, city):
    assert "/login/" in client.get("/en/desk/")["Location"]


def test_whoever_reads_what_is_for_a_group_is_in_the_audit_journal(city, at):
    at("editor").post(
        "/en/desk/new/village-list/", {"unit": "village", "audience": "group", "scope": "village:village"}
    )
    text = Revision.objects.get(record__kind="village-list")
    at("reviewer").get(f"/en/desk/texts/{text.pk}/")
    entry = AuditEntry.objects.get(event="restricted_read")
    assert (entry.actor, entry.subject) == (city.reviewer.user_id, f"record:{text.record_id}")


def test_going_past_the_reviews_is_in_the_audit_journal(submitted, press):
    press(submitted, "publish-at-once", "approver", reason="汛情")
    assert AuditEntry.objects.get(subject=f"record:{submitted.record_id}").detail == {"check": "publish-at-once"}


def test_taking_a_history_along_is_in_the_audit_journal(live, at, city):
    at("editor").get(f"/en/desk/records/{live.record_id}/history/history.csv")
    assert AuditEntry.objects.filter(actor=city.editor.user_id, detail__rows__gt=3).exists()
