"""Whatever clerks do in whatever order: one live wording, lists that agree with states, lasting numbers."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from sunlit.ledger.models import Pending
from sunlit.records import acts, selectors, ticks, working
from sunlit.records.models import Record, Revision, Slot, Work
from sunlit.records.states import GONE, READABLE, RecordState, RevisionState
from sunlit.sight import anonymous
from tests.records.conftest import NOW, PENALTY, City, open_city


class Office(RuleBasedStateMachine):
    """Clerks who act at random; refusals are allowed, broken promises are not."""

    plan = None
    records = Bundle("records")

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.now = NOW
        self.numbers: dict[int, str] = {}
        self.frozen: dict[int, str] = {}

    @initialize()
    def open(self) -> None:
        self.city: City = open_city(self.plan)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def act(self, name: str, row: object, **more: object) -> None:
        people = [self.city.editor, self.city.reviewer, self.city.approver, self.city.other]
        self.now += timedelta(minutes=1)
        before = Pending.objects.count()
        for actor in people:
            with suppress(acts.ActRefused):
                getattr(acts, name)(row, actor=actor, now=self.now, **more)
                assert Pending.objects.count() > before
                return
        assert Pending.objects.count() == before

    @rule(target=records)
    def draft(self) -> int:
        return acts.draft("penalty", self.city["market"], PENALTY, actor=self.city.editor, now=self.now).record.pk

    @rule(
        pk=records, name=st.sampled_from(["submit", "recall", "review", "approve", "publish", "send_back", "discard"])
    )
    def step(self, pk: int, name: str) -> None:
        revision = Revision.objects.filter(record=pk).order_by("-number").first()
        self.act(name, revision, **({"reason": "改"} if name == "send_back" else {}))

    @rule(pk=records)
    def all_steps(self, pk: int) -> None:
        for name in ("submit", "review", "approve", "publish"):
            self.step(pk, name)

    @rule(pk=records)
    def publish_at_once(self, pk: int) -> None:
        revision = Revision.objects.filter(record=pk).order_by("-number").first()
        self.act("publish_at_once", revision, reason="汛情")

    @rule(upheld=st.booleans())
    def review_publication(self, upheld: bool) -> None:
        for later in selectors.publications_to_review():
            self.act("review_publication", later, upheld=upheld, reason="复核")

    @rule(pk=records)
    def correct(self, pk: int) -> None:
        self.act("correct", Record.objects.get(pk=pk), note="更正")

    @rule(pk=records, name=st.sampled_from(["withdraw", "unpublish", "take_down", "restore"]))
    def end(self, pk: int, name: str) -> None:
        self.act(name, Record.objects.get(pk=pk), reason="理由")

    @rule(pk=records)
    def erase(self, pk: int) -> None:
        self.act("erase", Record.objects.get(pk=pk), reason="理由", basis="依据")

    @rule(pk=records, other=records)
    def supersede(self, pk: int, other: int) -> None:
        self.act("supersede", Record.objects.get(pk=pk), successor=Record.objects.get(pk=other), reason="新")

    @rule(pk=records)
    def schedule(self, pk: int) -> None:
        revision = Revision.objects.filter(record=pk).order_by("-number").first()
        self.act("schedule", revision, at=self.now + timedelta(hours=2))

    @rule(days=st.sampled_from([0, 1, 1200]))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days, hours=3)
        ticks.due(self.now)

    @invariant()
    def promises_hold(self) -> None:
        listed = {row.record.pk for row in selectors.listing(anonymous(), size=100).rows}
        assert listed == set(Slot.objects.values_list("pk", flat=True))
        for record in Record.objects.prefetch_related("revisions"):
            live = [one for one in record.revisions.all() if one.state == RevisionState.LIVE]
            assert (record.pk in listed) == (record.state == RecordState.LIVE)
            assert (record.live_id is not None) == (record.state in READABLE) == (len(live) == 1)
            assert not live or live[0].pk == record.live_id
            assert (record.state in GONE) <= (record.title == "")
            if record.index_no:
                assert self.numbers.setdefault(record.pk, record.index_no) == record.index_no
            for one in record.revisions.all():
                if one.published_at and record.state != RecordState.ERASED:
                    assert self.frozen.setdefault(one.pk, one.payload) == one.payload
            for one in record.revisions.all():
                waits = working.waits_for(self.plan.kinds[record.kind], one.state)
                work = Work.objects.filter(revision=one).first()
                assert (work.waits_for if work else None) == waits
        assert len(set(self.numbers.values())) == len(self.numbers)


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_promises_hold_in_any_order(plan):
    class Here(Office):
        pass

    Here.plan = plan
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    connections["default"].close()
