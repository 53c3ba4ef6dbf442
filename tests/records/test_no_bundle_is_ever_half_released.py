"""Whatever staff do with bundles in whatever order: all of a bundle is out or nothing of it, and none comes twice."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from sunlit.ledger.models import Pending
from sunlit.records import acts, references, releases
from sunlit.records.models import Bundle, BundleState, Member, Record, Revision, Slot
from sunlit.records.states import IN_WORK, RevisionState
from tests.records.conftest import NOW, POLICY, City, open_city

PICK = st.integers(min_value=0, max_value=10**6)


class Office(RuleBasedStateMachine):
    """Staff who bundle, schedule, change and release at random; refusals are allowed, half a bundle is not."""

    plan = None

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.now = NOW
        self.press = releases.Press()
        self.numbers: dict[int, str] = {}

    @initialize()
    def open(self) -> None:
        self.city: City = open_city(self.plan)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def act(self, name: str, *rows: object, **more: object) -> None:
        self.now += timedelta(minutes=1)
        before = Pending.objects.count()
        for actor in (self.city.approver, self.city.editor, self.city.reviewer, self.city.secrecy_reviewer):
            with suppress(acts.ActRefused):
                getattr(acts, name)(*rows, actor=actor, now=self.now, **more)
                return
        assert Pending.objects.count() == before

    def text(self, pick: int) -> Revision:
        found = list(Revision.objects.filter(state__in=IN_WORK).order_by("pk"))
        return found[pick % len(found)]

    def bundle(self, pick: int) -> Bundle:
        found = list(Bundle.objects.order_by("pk"))
        return found[pick % len(found)]

    def approved(self, revision: Revision) -> None:
        for name in ("submit", "review", "review_secrecy", "approve"):
            with suppress(acts.ActRefused):
                people = {"submit": self.city.editor, "review": self.city.reviewer, "approve": self.city.approver}
                actor = people.get(name, self.city.secrecy_reviewer)
                getattr(acts, name)(revision, actor=actor, now=self.now)

    @rule(unit=st.sampled_from(["city", "nocode"]), together=st.booleans())
    def write_a_pair(self, unit: str, together: bool) -> None:
        data = {**POLICY, "normative": "yes"}
        document = acts.draft("policy", self.city[unit], data, actor=self.city.editor, now=self.now)
        beside = {"title": "解读", "of": references.to(document.record)}
        explained = acts.draft("interpretation", self.city["city"], beside, actor=self.city.editor, now=self.now)
        for revision in (document, explained):
            self.approved(revision)
        if together:
            acts.bundle([explained, document], actor=self.city.approver, now=self.now)

    def some_texts(self) -> bool:
        return Revision.objects.filter(state__in=IN_WORK).exists()

    def some_bundles(self) -> bool:
        return Bundle.objects.exists()

    @precondition(some_texts)
    @rule(picks=st.lists(PICK, min_size=1, max_size=4))
    def gather(self, picks: list[int]) -> None:
        self.act("bundle", list({text.pk: text for text in map(self.text, picks)}.values()))

    @precondition(lambda self: self.some_texts() and self.some_bundles())
    @rule(pick=PICK, other=PICK, name=st.sampled_from(["add_to_bundle", "remove_from_bundle"]))
    def change(self, pick: int, other: int, name: str) -> None:
        self.act(name, self.bundle(other), self.text(pick))

    @precondition(some_bundles)
    @rule(pick=PICK, name=st.sampled_from(["publish_bundle", "dissolve"]))
    def end(self, pick: int, name: str) -> None:
        self.act(name, self.bundle(pick))

    @precondition(some_bundles)
    @rule(pick=PICK)
    def schedule(self, pick: int) -> None:
        self.act("schedule_bundle", self.bundle(pick), at=self.now + timedelta(hours=2))

    @precondition(some_texts)
    @rule(pick=PICK, name=st.sampled_from(["publish", "send_back", "discard", "approve_again", "schedule", "waive"]))
    def step(self, pick: int, name: str) -> None:
        text = self.text(pick)
        if name == "approve_again":
            self.approved(text)
            return
        more = {
            "send_back": {"reason": "改"},
            "waive": {"reason": "急"},
            "schedule": {"at": self.now + timedelta(hours=1)},
        }
        self.act(name, text, **more.get(name, {}))

    @precondition(lambda self: Record.objects.filter(state="live").exists())
    @rule(pick=PICK, name=st.sampled_from(["correct", "withdraw", "unpublish"]))
    def befall(self, pick: int, name: str) -> None:
        found = list(Record.objects.filter(state="live").order_by("pk"))
        self.act(name, found[pick % len(found)], **({"note": "更正"} if name == "correct" else {"reason": "理由"}))

    @rule(hours=st.sampled_from([0, 1, 3]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours, minutes=1)
        while self.press.turn(self.now) is not None:
            pass
        assert not Bundle.objects.filter(state=BundleState.OPEN, scheduled_for__lte=self.now).exists()

    @invariant()
    def nothing_is_half_out(self) -> None:
        for bundle in Bundle.objects.all():
            members = Revision.objects.filter(membership__bundle=bundle)
            out = [one.published_at for one in members if one.published_at is not None]
            if bundle.state == BundleState.RELEASED:
                assert len(out) == members.count() > 0
                assert set(out) == {bundle.released_at}
            else:
                assert out == []
            if bundle.state == BundleState.OPEN and bundle.scheduled_for is not None:
                assert {one.state for one in members} == {RevisionState.APPROVED}
        assert not Member.objects.filter(bundle__state=BundleState.DISSOLVED).exists()
        for record in Record.objects.exclude(index_no=None):
            assert self.numbers.setdefault(record.pk, record.index_no) == record.index_no
        assert len(set(self.numbers.values())) == len(self.numbers)
        for slot in Slot.objects.select_related("record__live"):
            assert "draft:" not in slot.record.live.payload


@pytest.mark.django_db(transaction=True)
def test_no_order_of_acts_leaves_half_a_bundle(plan):
    class Here(Office):
        pass

    Here.plan = plan
    checks = settings(max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
    run_machine(Here, settings=checks)
    connections["default"].close()
