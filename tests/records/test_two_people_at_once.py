"""Two people press at the same instant: one of them does it, the other reads a sentence, and nothing is half done."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.utils import translation

from sunlit.ledger.models import Pending
from sunlit.plan import selectors as plans
from sunlit.records import acts, working
from sunlit.records.models import Record, Revision, Slot, Trace, Wording, Work
from sunlit.records.states import IN_WORK, RecordState, RevisionState
from tests.records.conftest import NOW, PENALTY, City, open_city

ROUNDS = 20
LATER = NOW + timedelta(hours=1)
Act = Callable[[City, Revision], object]
STATES = ("draft", "submitted", "reviewed", "approved", "scheduled")


def submit(city: City, text: Revision) -> object:
    return acts.submit(text, actor=city.editor, now=LATER)


def submit_too(city: City, text: Revision) -> object:
    return acts.submit(text, actor=city.colleague, now=LATER)


def review(city: City, text: Revision) -> object:
    return acts.review(text, actor=city.reviewer, now=LATER)


def approve(city: City, text: Revision) -> object:
    return acts.approve(text, actor=city.approver, now=LATER)


def approve_too(city: City, text: Revision) -> object:
    return acts.approve(text, actor=city.other, now=LATER)


def send_back(city: City, text: Revision) -> object:
    return acts.send_back(text, actor=city.other, now=LATER, reason="再核一遍", remarks={"fine": "数额"})


def publish(city: City, text: Revision) -> object:
    return acts.publish(text, actor=city.approver, now=LATER)


def publish_too(city: City, text: Revision) -> object:
    return acts.publish(text, actor=city.other, now=LATER)


def recall(city: City, text: Revision) -> object:
    return acts.recall(text, actor=city.editor, now=LATER)


def discard(city: City, text: Revision) -> object:
    return acts.discard(text, actor=city.colleague, now=LATER)


def unschedule(city: City, text: Revision) -> object:
    return acts.unschedule(text, actor=city.other, now=LATER)


def save(city: City, text: Revision) -> object:
    return acts.edit(text, {**PENALTY, "fact": "虚假宣传甲"}, actor=city.editor, now=LATER)


def save_too(city: City, text: Revision) -> object:
    return acts.edit(text, {**PENALTY, "fact": "虚假宣传乙"}, actor=city.colleague, now=LATER)


PAIRS: list[tuple[str, Act, Act]] = [
    ("draft", save, save_too),
    ("draft", submit, submit_too),
    ("draft", save, submit_too),
    ("draft", submit, discard),
    ("submitted", review, recall),
    ("reviewed", approve, approve_too),
    ("reviewed", approve, send_back),
    ("approved", publish, publish_too),
    ("approved", publish, send_back),
    ("scheduled", publish, unschedule),
]
"""What two people do with one text in some state: twenty times each, two hundred pairs in all."""


def made(city: City, state: str) -> list[int]:
    """Bring texts as far as a state and return their ids."""
    found = []
    with transaction.atomic():
        for number in range(ROUNDS):
            data = {**PENALTY, "number": f"江市监处罚〔2026〕{number}号"}
            text = acts.draft("penalty", city["market"], data, actor=city.editor, now=NOW)
            way: dict[str, Act] = {"submitted": submit, "reviewed": review, "approved": approve}
            for name in STATES[1 : STATES.index(state) + 1]:
                if name == "scheduled":
                    acts.schedule(text, NOW + timedelta(days=9), actor=city.approver, now=NOW)
                else:
                    way[name](city, text)
            found.append(text.pk)
    return found


class Person(threading.Thread):
    """Reads every text, and does one thing with it at the very moment at which the other one does theirs."""

    def __init__(self, city: City, act: Act, texts: list[int], together: threading.Barrier) -> None:
        super().__init__()
        self.city, self.act, self.texts, self.together = city, act, texts, together
        self.said: list[str | Exception | None] = []

    def run(self) -> None:
        with translation.override("en"):
            for pk in self.texts:
                text = Revision.objects.select_related("record__unit", "record__live").get(pk=pk)
                self.together.wait(30)
                self.said.append(self.what_is_said(text))
        connections.close_all()

    def what_is_said(self, text: Revision) -> str | Exception | None:
        """Return None if it was done, the sentence of a refusal, or what must never happen."""
        try:
            self.act(self.city, text)
        except acts.ActRefused as refused:
            return refused.reason
        except Exception as error:
            return error
        return None


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("state", "one", "other"), PAIRS, ids=[f"{one.__name__} and {other.__name__}" for _s, one, other in PAIRS]
)
def test_one_does_it_and_the_other_reads_why_not(plan, state: str, one: Act, other: Act):
    city = open_city(plan)
    texts = made(city, state)
    before = Counter(Trace.objects.values_list("record__revisions", flat=True))
    entered = Pending.objects.count()
    together = threading.Barrier(2)
    people = [Person(city, act, texts, together) for act in (one, other)]
    for person in people:
        person.start()
    for person in people:
        person.join(60)
    for pk, said in zip(texts, zip(*(person.said for person in people), strict=True), strict=True):
        assert sorted(one is None for one in said) == [False, True], said
        sentence = next(one for one in said if one is not None)
        assert isinstance(sentence, str), said
        assert sentence.startswith(
            ("A colleague has changed this text meanwhile.", "This text is “", "This record is “")
        )
        assert Trace.objects.filter(record__revisions=pk).count() == before[pk] + 1
        assert_whole(Revision.objects.select_related("record", "author").get(pk=pk))
    assert Pending.objects.count() == entered + ROUNDS


def assert_whole(text: Revision) -> None:
    """Hold every row that belongs to a text against its state: it shows one of the two acts, whole."""
    record, work = text.record, Work.objects.filter(pk=text.pk).first()
    last = Trace.objects.filter(record=record).latest("pk")
    words = {
        "draft": ("drafted", "edited", "sent-back", "recalled"),
        "submitted": ("submitted",),
        "reviewed": ("reviewed",),
        "approved": ("approved", "unscheduled"),
        "discarded": ("discarded",),
        "live": ("record.published",),
    }
    assert last.step in words[text.state]
    assert (work is not None) == (text.state in IN_WORK)
    if work is not None:
        kind = plans.current().kinds[record.kind]
        assert work.waits_for == working.waits_for(kind, text.state)
        assert bool(work.remarks) == (last.step == "sent-back") == bool(text.reason)
        assert Wording.objects.filter(revision=text).latest("version").payload == text.payload
    else:
        assert not Wording.objects.filter(revision=text).exists()
    assert (text.approver_id is not None) == (text.state in ("approved", "live"))
    is_live = text.state == RevisionState.LIVE
    assert (record.state == RecordState.LIVE) == is_live == (record.index_no is not None) == (record.live_id == text.pk)
    assert Slot.objects.filter(record=record).exists() == is_live
    assert Record.objects.exclude(index_no=None).count() == Record.objects.filter(state=RecordState.LIVE).count()
