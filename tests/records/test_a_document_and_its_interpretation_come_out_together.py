"""Texts of a bundle are released in one moment or not at all, and drafts that name each other get their addresses."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from sunlit import sight
from sunlit.ledger import sequencer
from sunlit.ledger.models import Alarm, Entry, Pending
from sunlit.records import acts, bundles, releases, selectors, ticks
from sunlit.records.models import Bundle, BundleState, Record, Revision, Waiver
from sunlit.records.states import RecordState, RevisionState
from tests.records.conftest import NOW, POLICY, settle

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ANYONE = sight.anonymous()
MINUTE = NOW + timedelta(hours=1)


@pytest.fixture
def pair(city, draft, approve) -> Callable[..., tuple[Revision, Revision]]:
    """A normative document and its interpretation, both approved; the second names the draft of the first."""

    def make() -> tuple[Revision, Revision]:
        document = approve(draft("policy", normative="是"))
        data = {"title": "解读", "of": f"draft:{document.record_id}"}
        return document, approve(acts.draft("interpretation", city["city"], data, actor=city.editor, now=NOW))

    return make


def seen() -> list[str]:
    return [row.record.title for row in selectors.listing(ANYONE).rows]


def test_both_are_out_in_one_moment_with_entries_side_by_side(city, pair):
    document, interpretation = pair()
    bundle = acts.bundle([interpretation, document], actor=city.approver, now=NOW)
    acts.publish_bundle(bundle, actor=city.approver, now=NOW)
    assert sorted(seen()) == ["江城市节约用水办法", "解读"]
    settle()
    first, second = Entry.objects.filter(event="record.published").order_by("position")
    assert second.position == first.position + 1
    document.record.refresh_from_db()
    assert first.subject == document.record.subject
    assert Bundle.objects.get().state == BundleState.RELEASED


def test_the_address_of_the_document_is_put_into_the_interpretation(city, pair):
    document, interpretation = pair()
    bundle = acts.bundle([interpretation, document], actor=city.approver, now=NOW)
    acts.publish_bundle(bundle, actor=city.approver, now=NOW)
    record = Record.objects.get(pk=interpretation.record_id)
    slug = Record.objects.get(pk=document.record_id).slug
    assert selectors.payload(record, record.live)["of"] == slug
    assert selectors.document(record.live)[0]["payload"]["of"] == slug
    assert "draft:" not in json.dumps(selectors.document(record.live)[0])
    assert [one.record.pk for one in selectors.related(ANYONE, record)] == [document.record_id]


def test_a_normative_document_does_not_come_out_alone(city, pair):
    document, _interpretation = pair()
    with pytest.raises(acts.ActRefused, match="解读"):
        acts.publish(document, actor=city.approver, now=NOW)
    with pytest.raises(acts.ActRefused, match="解读"):
        acts.schedule(document, MINUTE, actor=city.approver, now=NOW)
    with pytest.raises(acts.ActRefused, match="解读"):
        acts.publish_bundle(acts.bundle([document], actor=city.approver, now=NOW), actor=city.approver, now=NOW)
    assert seen() == []


def test_other_documents_come_out_alone(city, draft, approve):
    acts.publish(approve(draft("policy", normative="否")), actor=city.approver, now=NOW)
    acts.publish(approve(draft("policy")), actor=city.approver, now=NOW)
    assert len(seen()) == 2


def test_what_is_out_with_its_interpretation_may_be_corrected_alone(city, pair, approve):
    document, interpretation = pair()
    acts.publish_together([document, interpretation], actor=city.approver, now=NOW)
    record = Record.objects.get(pk=document.record_id)
    later = acts.correct(record, actor=city.editor, now=NOW, note="更正")
    acts.edit(later, {**POLICY, "normative": "是", "title": "改后的办法"}, actor=city.editor, now=NOW)
    acts.publish(approve(later), actor=city.approver, now=NOW)
    assert "改后的办法" in seen()


def test_a_document_that_becomes_normative_needs_its_interpretation_first(city, publish, approve):
    record = publish("policy", normative="否")
    later = acts.correct(record, actor=city.editor, now=NOW, note="属于规范性文件")
    acts.edit(later, {**POLICY, "normative": "是"}, actor=city.editor, now=NOW)
    approve(later)
    with pytest.raises(acts.ActRefused, match="解读"):
        acts.publish(later, actor=city.approver, now=NOW)
    data = {"title": "解读", "of": record.slug}
    beside = approve(acts.draft("interpretation", city["city"], data, actor=city.editor, now=NOW))
    acts.publish(beside, actor=city.approver, now=NOW)
    later.refresh_from_db()
    acts.publish(Revision.objects.get(pk=later.pk), actor=city.approver, now=NOW)


def test_a_draft_that_is_not_published_holds_back_whoever_names_it(city, pair):
    _document, interpretation = pair()
    with pytest.raises(acts.ActRefused, match="解读的文件") as refused:
        acts.publish(interpretation, actor=city.approver, now=NOW)
    assert [error.field for error in refused.value.errors] == ["of"]
    assert seen() == []


def test_an_approver_may_waive_with_a_reason_that_readers_see(city, draft, approve):
    document = approve(draft("policy", normative="是"))
    with pytest.raises(acts.ActRefused):
        acts.waive(document, actor=city.editor, now=NOW, reason="急")
    with pytest.raises(acts.ActRefused):
        acts.waive(document, actor=city.approver, now=NOW, reason=" ")
    acts.waive(document, actor=city.approver, now=NOW, reason="防汛应急文件，解读三日内补发")
    assert Pending.objects.order_by("id").last().event == "private"
    acts.publish(document, actor=city.approver, now=NOW)
    live = Record.objects.get().live
    assert "防汛应急文件，解读三日内补发" in live.note
    assert "解读" in live.note
    waiver = bundles.waiver(live)
    assert (waiver.actor_id, waiver.at) == (city.approver.user_id, NOW)


def test_a_waiver_goes_with_the_wording_for_which_it_was_given(city, draft, approve):
    document = approve(draft("policy", normative="是"))
    acts.waive(document, actor=city.approver, now=NOW, reason="急")
    acts.send_back(document, actor=city.approver, now=NOW, reason="改")
    assert not Waiver.objects.exists()


def test_if_one_cannot_be_released_none_is_and_the_reason_names_it(city, pair, draft, approve):
    document, interpretation = pair()
    stuck = approve(draft(unit="nocode"))
    bundle = acts.bundle([document, stuck, interpretation], actor=city.approver, now=NOW)
    before = Pending.objects.count()
    with pytest.raises(acts.ActRefused, match="新设局"):
        acts.publish_bundle(bundle, actor=city.approver, now=NOW)
    assert (seen(), Pending.objects.count()) == ([], before)
    assert set(Record.objects.values_list("index_no", flat=True)) == {None}
    with pytest.raises(acts.ActRefused, match="新设局"):
        acts.schedule_bundle(Bundle.objects.get(), MINUTE, actor=city.approver, now=NOW)


def test_a_bundle_comes_out_at_its_minute(city, pair):
    bundle = acts.bundle(pair(), actor=city.approver, now=NOW)
    acts.schedule_bundle(bundle, MINUTE, actor=city.approver, now=NOW)
    assert ticks.due(MINUTE - timedelta(seconds=1)) == 0
    assert ticks.due(MINUTE) == 2
    assert ticks.due(MINUTE) == 0
    assert len(seen()) == 2


def test_a_bundle_that_misses_its_minute_stays_whole_and_approved_and_sounds_an_alarm(city, pair, publish, approve):
    record = publish("penalty")
    correction = approve(acts.correct(record, actor=city.editor, now=NOW, note="更正"))
    texts = [*pair(), correction]
    bundle = acts.bundle(texts, actor=city.approver, now=NOW)
    acts.schedule_bundle(bundle, MINUTE, actor=city.approver, now=NOW)
    Record.objects.filter(pk=record.pk).update(state=RecordState.SUPERSEDED)
    assert ticks.due(MINUTE) == 0
    bundle.refresh_from_db()
    assert (bundle.state, bundle.scheduled_for) == (BundleState.OPEN, None)
    assert f"{correction.pk}" in bundle.reason
    assert set(Revision.objects.filter(membership__bundle=bundle).values_list("state", flat=True)) == {"approved"}
    alarm = Alarm.objects.get(name=f"bundle {bundle.pk} release")
    assert alarm.cleared_at is None
    acts.remove_from_bundle(bundle, correction, actor=city.approver, now=MINUTE)
    acts.publish_bundle(bundle, actor=city.approver, now=MINUTE)
    alarm.refresh_from_db()
    assert alarm.cleared_at == MINUTE


def test_sending_one_back_takes_the_time_off_the_whole_bundle(city, pair):
    document, interpretation = pair()
    bundle = acts.bundle([document, interpretation], actor=city.approver, now=NOW)
    acts.schedule_bundle(bundle, MINUTE, actor=city.approver, now=NOW)
    acts.send_back(Revision.objects.get(pk=interpretation.pk), actor=city.approver, now=NOW, reason="改")
    bundle.refresh_from_db()
    assert bundle.scheduled_for is None
    assert str(interpretation.pk) in bundle.reason
    assert ticks.due(MINUTE) == 0
    with pytest.raises(acts.ActRefused):
        acts.publish_bundle(bundle, actor=city.approver, now=MINUTE)


def test_a_text_in_a_bundle_has_no_minute_and_no_way_out_of_its_own(city, draft, approve):
    one, other = approve(draft()), approve(draft())
    bundle = acts.bundle([one, other], actor=city.approver, now=NOW)
    for act in (
        lambda: acts.publish(Revision.objects.get(pk=one.pk), actor=city.approver, now=NOW),
        lambda: acts.schedule(Revision.objects.get(pk=one.pk), MINUTE, actor=city.approver, now=NOW),
        lambda: acts.bundle([Revision.objects.get(pk=one.pk)], actor=city.approver, now=NOW),
    ):
        with pytest.raises(acts.ActRefused, match=str(bundle.pk)):
            act()
    acts.dissolve(bundle, actor=city.approver, now=NOW)
    acts.publish(Revision.objects.get(pk=one.pk), actor=city.approver, now=NOW)


def test_only_approved_texts_are_bundled_and_by_nobody_who_wrote_one(city, draft, approve):
    with pytest.raises(acts.ActRefused):
        acts.bundle([draft()], actor=city.approver, now=NOW)
    with pytest.raises(acts.ActRefused):
        acts.bundle([approve(draft())], actor=city.editor, now=NOW)
    assert not Bundle.objects.exists()


def test_a_change_of_its_texts_takes_the_time_off_a_bundle(city, draft, approve):
    one, other, third = approve(draft()), approve(draft()), approve(draft())
    bundle = acts.bundle([one, other], actor=city.approver, now=NOW)
    acts.schedule_bundle(bundle, MINUTE, actor=city.approver, now=NOW)
    acts.add_to_bundle(bundle, third, actor=city.approver, now=NOW)
    assert (bundle.scheduled_for, bool(bundle.reason)) == (None, True)
    acts.schedule_bundle(bundle, MINUTE, actor=city.approver, now=NOW)
    acts.remove_from_bundle(bundle, Revision.objects.get(pk=one.pk), actor=city.approver, now=NOW)
    assert bundle.scheduled_for is None
    assert [text.pk for text in bundles.texts(bundle)] == [other.pk, third.pk]


def test_readers_never_learn_of_a_reference_to_a_draft(city, publish, pair):
    _document, interpretation = pair()
    assert "draft:" in interpretation.payload
    assert selectors.record_by_slug(ANYONE, f"draft:{interpretation.record_id}") is None
    assert seen() == []


def test_overdue_bundles_are_counted_with_overdue_texts(city, pair, draft, approve):
    acts.schedule(approve(draft()), MINUTE, actor=city.approver, now=NOW)
    bundle = acts.bundle(pair(), actor=city.approver, now=NOW)
    acts.schedule_bundle(bundle, MINUTE, actor=city.approver, now=NOW)
    assert selectors.overdue(MINUTE + timedelta(seconds=1)) == 3


def test_what_is_late_sounds_an_alarm_until_it_is_caught_up(city, draft, approve):
    revision = approve(draft())
    acts.schedule(revision, MINUTE, actor=city.approver, now=NOW)
    late = MINUTE + timedelta(minutes=3)
    releases.look(late)
    alarm = Alarm.objects.get(name=releases.ALARM)
    assert alarm.cleared_at is None
    assert "江城" not in alarm.sentence
    assert revision.state == RevisionState.SCHEDULED
    assert releases.Press().turn(late) is None
    releases.look(late)
    alarm.refresh_from_db()
    assert alarm.cleared_at == late
    sequencer.sequence(100, now=late)
    assert Entry.objects.filter(event="record.published").count() == 1


def test_of_many_that_are_due_only_the_one_that_cannot_be_released_is_set_aside(city, draft, approve):
    texts = [approve(draft()) for _n in range(30)]
    texts.insert(7, approve(draft(unit="nocode")))
    for revision in texts:
        acts.schedule(revision, MINUTE, actor=city.approver, now=NOW)
    assert ticks.due(MINUTE) == 30
    texts[7].refresh_from_db()
    assert texts[7].state == RevisionState.DRAFT
    numbers = [Record.objects.get(pk=one.record_id).slug for n, one in enumerate(texts) if n != 7]
    assert numbers == sorted(numbers)


def test_what_was_made_ready_before_a_change_is_not_what_comes_out(city, draft, approve):
    revision = approve(draft())
    acts.schedule(revision, MINUTE, actor=city.approver, now=NOW)
    press = releases.Press()
    press.turn(MINUTE - timedelta(seconds=20))
    acts.send_back(revision, actor=city.approver, now=NOW, reason="改")
    acts.edit(revision, {**revision.data, "party": "改名后的公司"}, actor=city.editor, now=NOW)
    acts.schedule(approve(revision), MINUTE, actor=city.approver, now=NOW)
    press.turn(MINUTE)
    assert seen() == ["改名后的公司行政处罚决定"]
