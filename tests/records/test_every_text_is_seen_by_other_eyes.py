"""Review, legality, secrecy, approval: in their order, by others, with remarks; and what happens in an emergency."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sunlit import sight
from sunlit.ledger.selectors import open_alarms
from sunlit.records import acts, desk, selectors, steps, ticks, working
from sunlit.records.models import LaterReview, Revision, Trace, Work
from sunlit.records.states import RecordState, RevisionState, Waits
from sunlit.records.steps import StepName
from sunlit.units import actors
from sunlit.units.actions import create_user, grant
from sunlit.units.models import User
from sunlit.units.roles import Role
from tests.records.conftest import NOW

pytestmark = [
    pytest.mark.django_db(databases="__all__"),
    pytest.mark.both_databases,
    pytest.mark.usefixtures("in_english"),
]


@pytest.fixture
def lawyer(city):
    user = create_user("lawyer", "a long enough phrase")
    grant(user, city["city"], Role.LEGAL_REVIEWER, since=date(2020, 1, 1))
    return actors.of(user, city["city"], Role.LEGAL_REVIEWER)


@pytest.fixture
def submitted(draft, city):
    return acts.submit(draft("rule"), actor=city.editor, now=NOW)


def test_a_kind_that_asks_for_both_goes_through_four_hands(plan):
    assert [step.name for step in steps.steps_of(plan.kinds["rule"])] == list(StepName)
    assert [step.name for step in steps.steps_of(plan.kinds["penalty"])] == [StepName.REVIEW, StepName.APPROVE]


def test_a_text_waits_for_each_of_them_in_turn(submitted, city, lawyer):
    waited = [Work.objects.get(pk=submitted.pk).waits_for]
    for name, actor in (
        (StepName.REVIEW, city.reviewer),
        (StepName.LEGAL, lawyer),
        (StepName.SECRECY, city.secrecy_reviewer),
        (StepName.APPROVE, city.approver),
    ):
        acts.take_step(submitted, name, actor=actor, now=NOW)
        waited.append(Work.objects.get(pk=submitted.pk).waits_for)
    assert waited == [Waits.REVIEW, Waits.LEGAL, Waits.SECRECY, Waits.APPROVE, Waits.RELEASE]


def test_secrecy_waits_for_legality(submitted, city):
    acts.review(submitted, actor=city.reviewer, now=NOW)
    with pytest.raises(acts.ActRefused, match="legality review is still missing"):
        acts.review_secrecy(submitted, actor=city.secrecy_reviewer, now=NOW)


def test_approval_waits_for_legality(submitted, city):
    acts.review(submitted, actor=city.reviewer, now=NOW)
    with pytest.raises(acts.ActRefused, match="legality review is still missing"):
        acts.approve(submitted, actor=city.approver, now=NOW)


def test_a_kind_without_a_legality_review_refuses_one(draft, city, lawyer):
    text = acts.submit(draft(), actor=city.editor, now=NOW)
    with pytest.raises(acts.ActRefused, match="go without that review"):
        acts.review_legality(text, actor=lawyer, now=NOW)


def test_a_reviewer_who_lent_a_hand_may_not_review(draft, city, lawyer):
    lawyer_user = User.objects.get(pk=lawyer.user_id)
    grant(lawyer_user, city["city"], Role.EDITOR, since=date(2020, 1, 1))
    text = draft("rule")
    acts.edit(text, {**text.data, "title": "江城市办法"}, actor=lawyer, now=NOW)
    acts.submit(text, actor=city.editor, now=NOW)
    acts.review(text, actor=city.reviewer, now=NOW)
    with pytest.raises(acts.ActRefused, match="yourself"):
        acts.review_legality(text, actor=lawyer, now=NOW)


def test_what_goes_back_carries_remarks_on_its_fields(submitted, city):
    acts.send_back(
        submitted, actor=city.reviewer, now=NOW, reason="见批注", remarks={"title": "标题要写全称", "body": " "}
    )
    assert submitted.state == RevisionState.DRAFT
    assert Work.objects.get(pk=submitted.pk).remarks == {"title": "标题要写全称"}


def test_remarks_are_settled_once_the_text_is_handed_in_again(submitted, city):
    acts.send_back(submitted, actor=city.reviewer, now=NOW, reason="见批注", remarks={"title": "写全称"})
    acts.submit(submitted, actor=city.editor, now=NOW)
    assert Work.objects.get(pk=submitted.pk).remarks == {}


def test_a_remark_on_a_field_that_is_not_there_is_refused(submitted, city):
    with pytest.raises(acts.ActRefused, match="no field"):
        acts.send_back(submitted, actor=city.reviewer, now=NOW, reason="见批注", remarks={"colour": "红"})


def test_a_legal_reviewer_may_send_back_what_waits_for_them(submitted, city, lawyer):
    acts.review(submitted, actor=city.reviewer, now=NOW)
    acts.send_back(submitted, actor=lawyer, now=NOW, reason="缺上位法依据")
    assert submitted.state == RevisionState.DRAFT


def test_an_author_takes_back_what_nobody_has_looked_at(submitted, city):
    acts.recall(submitted, actor=city.editor, now=NOW)
    assert submitted.state == RevisionState.DRAFT


def test_what_was_reviewed_can_no_longer_be_taken_back(submitted, city):
    acts.review(submitted, actor=city.reviewer, now=NOW)
    with pytest.raises(acts.ActRefused):
        acts.recall(submitted, actor=city.editor, now=NOW)


# Emergencies -------------------------------------------------------------------------------------------------------


@pytest.fixture
def flood(draft, city):
    return acts.publish_at_once(draft(), actor=city.approver, now=NOW, reason="汛情紧急，来不及送审")


def test_in_an_emergency_one_authorised_person_publishes_at_once(flood):
    assert selectors.record_by_slug(sight.anonymous(), flood.record.slug) == flood.record


def test_an_editor_may_not(draft, city):
    with pytest.raises(acts.ActRefused, match="no role"):
        acts.publish_at_once(draft(), actor=city.editor, now=NOW, reason="急")


def test_an_emergency_needs_a_reason(draft, city):
    with pytest.raises(acts.ActRefused, match="why this cannot wait"):
        acts.publish_at_once(draft(), actor=city.approver, now=NOW, reason=" ")


def test_an_emergency_is_no_excuse_for_an_incomplete_text(draft, city):
    text = draft()
    Revision.objects.filter(pk=text.pk).update(payload="{}")
    text.refresh_from_db()
    with pytest.raises(acts.ActRefused):
        acts.publish_at_once(text, actor=city.approver, now=NOW, reason="急")
    assert not LaterReview.objects.exists()


def test_it_is_reviewed_on_the_next_working_day(flood):
    assert flood.later_review.due == date(2026, 3, 3)


def test_whoever_published_may_not_review_it(flood, city):
    with pytest.raises(acts.ActRefused, match="yourself"):
        acts.review_publication(flood.later_review, actor=city.approver, now=NOW, upheld=True, reason="无误")


def test_another_confirms_it(flood, city):
    acts.review_publication(flood.later_review, actor=city.other, now=NOW, upheld=True, reason="复核无误")
    assert not selectors.publications_to_review().exists()
    assert flood.record.state == RecordState.LIVE


def test_or_takes_it_off_the_site(flood, city):
    record = acts.review_publication(flood.later_review, actor=city.other, now=NOW, upheld=False, reason="不实")
    assert selectors.tombstone(record).reason == "不实"


def test_nobody_reviews_it_twice(flood, city):
    acts.review_publication(flood.later_review, actor=city.other, now=NOW, upheld=True, reason="复核无误")
    with pytest.raises(acts.ActRefused, match="already"):
        acts.review_publication(flood.later_review, actor=city.other, now=NOW, upheld=True, reason="复核无误")


def test_an_alarm_sounds_where_nobody_looked_at_it(flood):
    ticks.due(NOW + timedelta(days=2))
    assert any(f"emergency publication {flood.later_review.pk}" in alarm.name for alarm in open_alarms())


# Traces ------------------------------------------------------------------------------------------------------------


def test_history_names_who_did_what_and_why(submitted, city):
    acts.send_back(submitted, actor=city.reviewer, now=NOW, reason="标题不全")
    found = Trace.objects.filter(record=submitted.record).order_by("pk").values_list("step", "actor", "note")
    assert list(found) == [
        ("drafted", city.editor.user_id, ""),
        ("submitted", city.editor.user_id, ""),
        ("sent-back", city.reviewer.user_id, "标题不全"),
    ]


def test_saved_states_of_a_draft_are_kept_until_it_is_published(draft, approve, city):
    text = draft()
    acts.edit(text, {**text.data, "head": "李四光"}, actor=city.editor, now=NOW)
    assert working.wording_at(text, 0).payload != working.wording_at(text, text.version).payload
    acts.publish(approve(text), actor=city.approver, now=NOW)
    assert not text.wordings.exists()


def test_what_is_erased_leaves_no_words_on_the_desk(flood, city):
    acts.erase(flood.record, actor=city.approver, now=NOW, reason="申请", basis="个人信息保护法第四十七条")
    assert not Trace.objects.filter(record=flood.record, note__contains="汛情").exists()
    assert LaterReview.objects.get(revision=flood).reason == ""


def test_others_units_drafts_are_not_on_ones_desk(draft, city):
    draft()
    stranger = create_user("stranger", "a long enough phrase")
    grant(stranger, city["village"], Role.EDITOR, since=date(2020, 1, 1))
    viewer = sight.viewer_for(stranger, today=date(2026, 3, 2))
    assert not desk.of_paths(viewer, [city["city"].path]).exists()


def test_nobody_is_offered_an_own_text_to_review(submitted, city):
    editor = User.objects.get(pk=city.editor.user_id)
    grant(editor, city["city"], Role.REVIEWER, since=date(2020, 1, 1))
    viewer = sight.viewer_for(editor, today=date(2026, 3, 2))
    assert not desk.mine(editor, viewer).filter(waits_for=Waits.REVIEW).exists()
