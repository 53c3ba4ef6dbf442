"""From draft to publication, with four eyes and a trace in the ledger."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sunlit import sight
from sunlit.ledger import commitments
from sunlit.ledger.models import Entry, Pending
from sunlit.records import acts, documents, selectors
from sunlit.records.models import Record, Revision, Slot
from sunlit.records.states import RecordState, RevisionState
from sunlit.units import actors
from tests.records.conftest import NOW, PENALTY, settle

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ANYONE = sight.anonymous()


def test_nothing_is_found_before_publication(draft, approve):
    approve(draft())
    assert selectors.listing(ANYONE, kind="penalty").rows == []
    assert Record.objects.get().slug is None


def test_a_published_record_has_a_number_an_address_and_a_place_in_the_lists(publish):
    record = publish()
    assert (record.index_no, record.slug) == ("115100028/2026-00001", "115100028-2026-00001")
    found = selectors.record_by_slug(ANYONE, record.slug)
    assert found == record
    assert found.title == "江城清风商贸有限公司行政处罚决定"
    assert [row.record for row in selectors.listing(ANYONE, kind="penalty").rows] == [record]


def test_numbers_go_on_within_unit_and_year_and_start_again_in_the_next(publish):
    first, second = publish(), publish()
    later = publish(now=NOW + timedelta(days=365))
    assert [one.index_no for one in (first, second, later)] == [
        "115100028/2026-00001",
        "115100028/2026-00002",
        "115100028/2027-00001",
    ]


def test_numbers_grow_past_five_digits(publish):
    publish()
    from sunlit.records.models import IndexSequence

    IndexSequence.objects.update(last=99_999)
    assert publish().index_no == "115100028/2026-100000"


def test_what_readers_see_is_masked_and_holds_nothing_internal(publish):
    record = publish()
    shown = selectors.payload(record, record.live)
    assert shown["head"] == "张某"
    assert "head_id" not in shown
    assert PENALTY["head_id"] in record.live.payload


def test_the_ledger_is_bound_to_the_document_and_holds_no_word_of_it(publish):
    record = publish()
    document, salt = selectors.document(record.live)
    assert bytes(record.live.commitment) == commitments.commit(bytes(record.live.salt), document)
    settle()
    entry = Entry.objects.get(event="record.published")
    assert entry.ref == "115100028/2026-00001#1"
    for word in ("清风", "张", "处罚", record.live.salt.hex()):
        assert word not in bytes(entry.body).decode()
    assert selectors.receipt(record.live).position == entry.position
    assert document["payload"] == selectors.payload(record, record.live)
    assert len(salt) == 44


def test_every_step_before_publication_leaves_a_private_row(draft, approve):
    approve(draft("policy"))
    steps = [row.ref for row in Pending.objects.order_by("id")]
    assert steps == ["drafted#1", "submitted#1", "reviewed#1", "cleared#1", "approved#1"]
    assert set(Pending.objects.values_list("event", flat=True)) == {"private"}
    assert b"unit" not in bytes(Pending.objects.first().body)


def test_a_draft_may_lack_what_is_required_but_cannot_be_submitted_so(city, draft):
    revision = draft(fact="")
    with pytest.raises(acts.ActRefused) as refused:
        acts.submit(revision, actor=city.editor, now=NOW)
    assert [error.field for error in refused.value.errors] == ["fact"]


def test_a_wrong_value_is_refused_at_once_with_its_field(draft):
    with pytest.raises(acts.ActRefused) as refused:
        draft(uscc="91510903MA6200001X", decided_on="2026-02-30")
    assert {error.field for error in refused.value.errors} == {"uscc", "decided_on"}


def test_a_unit_that_the_plan_does_not_name_cannot_publish_the_kind(city):
    with pytest.raises(acts.ActRefused, match="东山县"):
        acts.draft("penalty", city["county"], PENALTY, actor=city.editor, now=NOW)


def test_a_unit_without_a_code_gets_no_number(city, draft, approve):
    revision = approve(draft(unit="nocode"))
    with pytest.raises(acts.ActRefused, match="新设局"):
        acts.publish(revision, actor=city.approver, now=NOW)


@pytest.mark.parametrize("step", ["review", "approve", "publish"])
def test_whoever_wrote_a_text_can_take_no_further_step_with_it(city, draft, approve, step):
    from datetime import date

    from sunlit.units.actions import grant
    from sunlit.units.models import User
    from sunlit.units.roles import Role

    author = User.objects.get(username="editor")
    for role in (Role.REVIEWER, Role.APPROVER):
        grant(author, city["city"], role, since=date(2020, 1, 1))
    revision = draft()
    if step == "publish":
        approve(revision)
    else:
        acts.submit(revision, actor=city.editor, now=NOW)
        if step == "approve":
            acts.review(revision, actor=city.reviewer, now=NOW)
    with pytest.raises(acts.ActRefused, match=r"wrote|colleague|自己"):
        getattr(acts, step)(revision, actor=city.editor, now=NOW)


def test_whoever_changed_a_text_counts_among_its_authors(city, draft):
    from datetime import date

    from sunlit.units.actions import grant
    from sunlit.units.models import User
    from sunlit.units.roles import Role

    revision = draft()
    acts.edit(revision, {**PENALTY, "fact": "无照经营"}, actor=city.colleague, now=NOW)
    acts.submit(revision, actor=city.editor, now=NOW)
    grant(User.objects.get(username="colleague"), city["city"], Role.REVIEWER, since=date(2020, 1, 1))
    with pytest.raises(acts.ActRefused):
        acts.review(revision, actor=city.colleague, now=NOW)


def test_no_step_is_open_to_someone_without_the_role(city, draft):
    revision = draft()
    for act in (acts.submit, acts.review, acts.approve, acts.publish):
        with pytest.raises(acts.ActRefused):
            act(revision, actor=city.secrecy_reviewer, now=NOW)
    with pytest.raises(acts.ActRefused):
        acts.submit(revision, actor=actors.system(), now=NOW)


def test_a_kind_that_asks_for_secrecy_review_is_not_approved_without(city, draft):
    revision = draft("policy")
    acts.submit(revision, actor=city.editor, now=NOW)
    acts.review(revision, actor=city.reviewer, now=NOW)
    with pytest.raises(acts.ActRefused):
        acts.approve(revision, actor=city.approver, now=NOW)


def test_steps_cannot_be_skipped_or_repeated(city, draft, approve):
    revision = draft()
    for act, actor in ((acts.review, city.reviewer), (acts.approve, city.approver), (acts.publish, city.approver)):
        with pytest.raises(acts.ActRefused):
            act(revision, actor=actor, now=NOW)
    approve(revision)
    acts.publish(revision, actor=city.approver, now=NOW)
    with pytest.raises(acts.ActRefused):
        acts.publish(revision, actor=city.approver, now=NOW)


def test_a_text_sent_back_starts_its_reviews_again(city, draft, approve):
    revision = approve(draft())
    acts.send_back(revision, actor=city.approver, now=NOW, reason="金额写错了")
    revision.refresh_from_db()
    assert (revision.state, revision.reason, revision.reviewer_id) == (RevisionState.DRAFT, "金额写错了", None)


def test_of_two_who_saved_the_same_draft_the_second_is_told(city, draft):
    mine = draft()
    theirs = Revision.objects.get(pk=mine.pk)
    acts.edit(mine, {**PENALTY, "fact": "无照经营"}, actor=city.editor, now=NOW)
    with pytest.raises(acts.ActRefused):
        acts.edit(theirs, {**PENALTY, "fact": "超范围经营"}, actor=city.colleague, now=NOW)
    assert Revision.objects.get().data["fact"] == "无照经营"


def test_a_refused_act_leaves_nothing_behind(city, draft, approve):
    revision = approve(draft(unit="nocode"))
    before = Pending.objects.count()
    with pytest.raises(acts.ActRefused):
        acts.publish(revision, actor=city.approver, now=NOW)
    assert Pending.objects.count() == before
    assert Record.objects.get().state == RecordState.DRAFT
    assert not Slot.objects.exists()


def test_records_for_staff_enter_the_ledger_as_day_and_commitment_only(city, approve):
    from tests.records.conftest import POLICY

    revision = acts.draft("policy", city["city"], POLICY, actor=city.editor, now=NOW, audience="staff")
    acts.publish(approve(revision), actor=city.approver, now=NOW)
    row = Pending.objects.get(event="record.published")
    assert set(__import__("json").loads(bytes(row.body))) == {"v", "type", "day", "commit"}
    assert selectors.record_by_slug(ANYONE, revision.record.slug) is None
    assert selectors.listing(ANYONE, kind="policy").rows == []


def test_a_document_and_its_interpretation_appear_together_or_not_at_all(city, publish, draft, approve):
    first = publish("policy")
    both = [approve(draft("policy", title="另一个办法")), approve(draft("penalty", unit="nocode"))]
    with pytest.raises(acts.ActRefused):
        acts.publish_together(both, actor=city.approver, now=NOW)
    assert [row.record for row in selectors.listing(ANYONE).rows] == [first]


def test_the_instant_of_publication_stands_in_the_document(publish):
    record = publish()
    document, _salt = selectors.document(record.live)
    assert document["published"] == documents.instant(NOW) == "2026-03-02T01:30:00.000000Z"
