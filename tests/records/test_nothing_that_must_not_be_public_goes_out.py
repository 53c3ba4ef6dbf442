"""What the guard blocks goes nowhere until it is masked or an approver overrides it."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest

from sunlit.files import actions as files
from sunlit.ledger import events
from sunlit.ledger.models import Pending
from sunlit.records import acts, guarding, masking_in_place, releases
from sunlit.records.models import Override, Revision, Trace, Verdict
from sunlit.records.states import RevisionState
from tests.records.conftest import NOW

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]

NUMBER = "11010519491231002X"
TOLD = f"经查，当事人身份证号{NUMBER}，情况属实。"
KEPT = "110*************2X"


def submit(city, revision):
    return acts.submit(revision, actor=city.editor, now=NOW)


def test_a_text_with_an_identity_number_is_not_handed_in(city, draft):
    revision = draft("rule", body=f"<p>{TOLD}</p>")
    with pytest.raises(acts.ActRefused) as refused:
        submit(city, revision)
    assert "identity number" in refused.value.reason
    assert [one.field for one in refused.value.errors] == ["body"]


def test_the_refusal_does_not_repeat_the_number(city, draft):
    with pytest.raises(acts.ActRefused) as refused:
        submit(city, draft("rule", body=f"<p>{TOLD}</p>"))
    assert NUMBER not in refused.value.reason + "".join(one.message for one in refused.value.errors)


def test_what_the_plan_hides_is_not_judged(city, draft):
    assert submit(city, draft("penalty")).state == RevisionState.SUBMITTED


def test_it_is_masked_by_one_click(city, draft):
    revision = draft("rule", body=f"<p>{TOLD}</p>")
    _revision, count = acts.mask(revision, actor=city.editor, now=NOW, rule="id-number")
    revision.refresh_from_db()
    assert (count, NUMBER in revision.payload) == (1, False)
    assert submit(city, revision).state == RevisionState.SUBMITTED


def test_a_verdict_holds_no_personal_datum(city, draft):
    revision = draft("rule", body=f"<p>{TOLD}</p>")
    override(city, revision)
    submit(city, revision)
    assert NUMBER not in str(Verdict.objects.get(pk=revision.pk).findings)


def key_of(revision):
    from sunlit.plan import selectors as plans

    plan = plans.current()
    kind = plan.kinds[revision.record.kind]
    return next(one.key for one in guarding.judge_revision(plan, kind, revision, today=NOW.date()) if one.blocks)


def override(city, revision, *, by=None, reason="法律要求公开"):
    return acts.override(revision, key_of(revision), actor=by or city.approver, now=NOW, reason=reason)


def test_an_approver_overrides_a_finding_with_a_reason(city, draft):
    revision = draft("rule", body=f"<p>{TOLD}</p>")
    override(city, revision)
    assert submit(city, revision).state == RevisionState.SUBMITTED
    trace = Trace.objects.get(record=revision.record, step="overrode")
    assert (trace.actor_id, "id-number" in trace.note, "法律要求公开" in trace.note) == (
        city.approver.user_id,
        True,
        True,
    )
    assert NUMBER not in trace.note


def test_an_override_is_a_private_entry_of_the_ledger(city, draft):
    revision = draft("rule", body=f"<p>{TOLD}</p>")
    override(city, revision)
    entry = Pending.objects.order_by("-pk")[0]
    assert (entry.event, entry.ref) == (events.PRIVATE, "overrode#1")


@pytest.mark.parametrize("who", ["editor", "reviewer"])
def test_nobody_else_overrides(city, draft, who):
    revision = draft("rule", body=f"<p>{TOLD}</p>")
    with pytest.raises(acts.ActRefused):
        override(city, revision, by=getattr(city, who))
    assert not Override.objects.exists()


def test_an_override_needs_a_reason(city, draft):
    with pytest.raises(acts.ActRefused):
        override(city, draft("rule", body=f"<p>{TOLD}</p>"), reason=" ")


def test_an_override_ends_when_the_text_at_its_place_changes(city, draft):
    revision = draft("rule", body=f"<p>{TOLD}</p>")
    override(city, revision)
    acts.edit(revision, {**revision.data, "body": f"<p>{TOLD}又及。</p>"}, actor=city.editor, now=NOW)
    with pytest.raises(acts.ActRefused):
        submit(city, revision)


def test_an_override_holds_while_only_another_field_changes(city, draft):
    revision = draft("rule", body=f"<p>{TOLD}</p>")
    override(city, revision)
    acts.edit(revision, {**revision.data, "title": "江城市值班办法"}, actor=city.editor, now=NOW)
    assert submit(city, revision).state == RevisionState.SUBMITTED


def smuggled(revision: Revision) -> None:
    """Let a text say what the guard has not seen, as after a change of its rules."""
    payload = revision.payload.replace("虚假宣传", f"虚假宣传{NUMBER}")
    Revision.objects.filter(pk=revision.pk).update(payload=payload)
    revision.refresh_from_db()


def test_a_text_is_judged_again_when_it_is_approved(city, draft):
    revision = acts.review(submit(city, draft()), actor=city.reviewer, now=NOW)
    smuggled(revision)
    with pytest.raises(acts.ActRefused):
        acts.approve(revision, actor=city.approver, now=NOW)


def test_a_text_is_judged_again_when_it_is_published(city, draft, approve):
    revision = approve(draft())
    smuggled(revision)
    with pytest.raises(acts.ActRefused):
        acts.publish(revision, actor=city.approver, now=NOW)


def test_an_emergency_publication_is_judged(city, draft):
    revision = draft(fact=f"虚假宣传{NUMBER}")
    with pytest.raises(acts.ActRefused):
        acts.publish_at_once(revision, actor=city.approver, now=NOW, reason="汛情紧急")


def test_a_bundle_with_a_blocked_text_stays_closed(city, draft, approve):
    good, bad = approve(draft()), approve(draft(number="江市监处罚〔2026〕2号"))
    bundle = acts.bundle([good, bad], actor=city.approver, now=NOW)
    bad.refresh_from_db()
    smuggled(bad)
    with pytest.raises(acts.ActRefused) as refused:
        acts.publish_bundle(bundle, actor=city.approver, now=NOW)
    assert "identity number" in refused.value.reason


def test_a_scheduled_text_that_is_blocked_goes_back_without_the_number(city, draft, approve):
    revision = approve(draft())
    acts.schedule(revision, NOW + timedelta(minutes=1), actor=city.approver, now=NOW)
    smuggled(revision)
    assert releases.release_due(NOW + timedelta(minutes=2)) == 0
    revision.refresh_from_db()
    assert revision.state == RevisionState.DRAFT
    assert "identity number" in revision.reason
    assert NUMBER not in revision.reason


def test_what_was_judged_is_not_judged_again(city, draft, approve, monkeypatch):
    revision = approve(draft())
    monkeypatch.setattr(guarding, "judge", lambda *_args, **_named: pytest.fail("judged again"))
    acts.publish(revision, actor=city.approver, now=NOW)


def test_a_correction_is_judged_by_its_note_as_well(city, publish):
    record = publish()
    revision = acts.correct(record, actor=city.editor, now=NOW, note=f"更正当事人{NUMBER}")
    with pytest.raises(acts.ActRefused):
        submit(city, revision)


def test_a_file_is_judged_by_what_it_says(city, draft):
    stored = files.store(io.BytesIO(f"名单\n{TOLD}\n".encode()), "list.txt", now=NOW)
    attached = {"sha256": stored.sha256, "name": "list.txt", "size": stored.size, "type": stored.type}
    revision = draft("policy", files=[attached])
    with pytest.raises(acts.ActRefused) as refused:
        submit(city, revision)
    assert "list.txt" in refused.value.reason


def test_erasing_a_record_takes_what_was_said_of_it_along(city, draft):
    revision = draft("rule", body=f"<p>{TOLD}</p>")
    override(city, revision)
    submit(city, revision)
    acts.erase(revision.record, actor=city.approver, now=NOW, reason="依法删除", basis="个人信息保护法第四十七条")
    assert not Verdict.objects.exists()
    assert not Override.objects.exists()


@pytest.mark.parametrize(
    ("markup", "number", "masked"),
    [
        ("<p>身份证 110</p>", 0, "<p>身份证 1*</p>"),
        ("<p>1<b>1</b>0</p>", 0, "<p>1*<b></b></p>"),
        ("<p>110</p><p>110</p>", 1, "<p>110</p><p>1*</p>"),
        ("<p>&amp; 110 &lt;</p>", 0, "<p>&amp; 1* &lt;</p>"),
        ('<p><a href="/110">110</a></p>', 0, '<p><a href="/110">1*</a></p>'),
        ("<p>11</p><p>0</p>", 0, None),
        ("<p>110</p>", 1, None),
    ],
)
def test_a_place_in_a_formatted_text_is_masked_alone(markup, number, masked):
    assert masking_in_place.in_markup(markup, "110", number, "1*") == masked
