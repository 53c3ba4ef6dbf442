"""The daily round: a few documents at a time, all of them within a day, and an alarm until a round was clean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunlit.ledger import commitments, content_rounds, selectors, sequencer, worker
from sunlit.ledger.content_rounds import Rounds
from sunlit.ledger.contents import Content, Slice
from sunlit.ledger.followers import Followers
from sunlit.ledger.worker import Tick

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
Log = Callable[..., None]
SALT = bytes(32)


@dataclass
class Shelf:
    """Documents by number, which a test can edit; it notes which were asked for."""

    documents: dict[int, object]
    name: str = "shelf"
    asked: list[int] = field(default_factory=list)

    def size(self) -> int:
        return len(self.documents)

    def contents(self) -> Iterator[Content]:
        yield from self.part("", len(self.documents)).contents

    def part(self, after: str, count: int) -> Slice:
        numbers = [number for number in sorted(self.documents) if not after or number > int(after)][:count]
        self.asked += numbers
        last = not numbers or numbers[-1] == max(self.documents)
        return Slice([self._content(number) for number in numbers], "" if last else str(numbers[-1]))

    def _content(self, number: int) -> Content:
        commitment = commitments.commit(SALT, self.documents[number])
        return Content(f"no. {number}", commitment, subject=f"doc:{number}", ref=f"doc/{number}#1")


def enter(act: Log, shelf: Shelf) -> Shelf:
    for number, document in shelf.documents.items():
        act(1, subject=f"doc:{number}", ref=f"doc/{number}#1", commitment=commitments.commit(SALT, document))
    return shelf


@pytest.fixture
def shelf(act: Log, now: datetime) -> Shelf:
    shelf = enter(act, Shelf({number: {"amount": number} for number in range(130)}))
    sequencer.sequence(now=now)
    return shelf


def alarms() -> list[str]:
    return [alarm.sentence for alarm in selectors.open_alarms()]


def still() -> float:
    return 0.0


def round_of(rounds: Rounds, now: datetime) -> int:
    """Turn until a round is over; return how many turns it took."""
    turns = 0
    while True:
        rounds.turn(now)
        turns += 1
        standing = content_rounds.read()
        if standing and standing.source == len(rounds._sources):
            return turns


def test_a_round_asks_for_every_document_once_and_begins_again(shelf: Shelf, now: datetime) -> None:
    rounds = Rounds([shelf], still)
    assert round_of(rounds, now) == 3
    assert shelf.asked == list(range(130))
    round_of(rounds, now)
    assert shelf.asked == list(range(130)) * 2
    assert alarms() == []


def test_one_source_follows_the_other(shelf: Shelf, act: Log, now: datetime) -> None:
    other = enter(act, Shelf({number: number for number in range(500, 510)}, name="other"))
    sequencer.sequence(now=now)
    round_of(Rounds([shelf, Shelf({}, "empty"), other], still), now)
    assert (len(shelf.asked), other.asked) == (130, list(range(500, 510)))


def test_a_restarted_worker_goes_on_where_it_stood(shelf: Shelf, now: datetime) -> None:
    Rounds([shelf], still).turn(now)
    Rounds([shelf], still).turn(now)
    assert shelf.asked == list(range(100))


@pytest.mark.parametrize("damage", ["", "{}", "[", '{"began": 1}'])
def test_a_damaged_note_of_where_it_stood_begins_anew(shelf: Shelf, now: datetime, damage: str) -> None:
    Rounds([shelf], still).turn(now)
    content_rounds.path().write_text(damage)
    Rounds([shelf], still).turn(now)
    assert shelf.asked == list(range(50)) * 2


def test_an_edited_document_is_an_alarm_until_a_whole_round_was_clean(shelf: Shelf, now: datetime) -> None:
    shelf.documents[60] = {"amount": 9}
    rounds = Rounds([shelf], still)
    rounds.turn(now)
    assert alarms() == []
    rounds.turn(now)
    (sentence,) = alarms()
    assert sentence.startswith("1 documents are not what the log is bound to: shelf no. 60: it is not the document to")
    assert "sunlit ledger verify --content" in sentence
    rounds.turn(now)
    assert len(alarms()) == 1
    shelf.documents[60] = {"amount": 60}
    rounds.turn(now)
    rounds.turn(now)
    assert len(alarms()) == 1
    rounds.turn(now)
    assert alarms() == []


def test_many_findings_are_counted(shelf: Shelf, now: datetime) -> None:
    shelf.documents.update(dict.fromkeys(range(10, 90), "x"))
    round_of(Rounds([shelf], still), now)
    (sentence,) = alarms()
    assert sentence.startswith("80 documents")
    assert "; and 77 more." in sentence


def test_what_waits_for_its_place_in_the_log_is_no_finding(shelf: Shelf, act: Log, now: datetime) -> None:
    enter(act, Shelf({131: "just published"}))
    shelf.documents[131] = "just published"
    shelf.documents[132] = "smuggled in"
    round_of(Rounds([shelf], still), now)
    (sentence,) = alarms()
    assert sentence.startswith("1 documents are not what the log is bound to: shelf no. 132: the log has no entry")


def test_what_is_changed_while_it_is_read_is_looked_at_again(shelf: Shelf, now: datetime) -> None:
    part, first = shelf.part, [True]

    def torn(after: str, count: int) -> Slice:
        found = part(after, count)
        if first.pop() if first else False:
            return Slice([Content("no. 0", bytes(32), subject="doc:0", ref="doc/0#1"), *found.contents[1:]], "49")
        return found

    shelf.part = torn  # type: ignore[method-assign]
    round_of(Rounds([shelf], still), now)
    assert alarms() == []


def test_a_turn_ends_when_its_time_is_up(shelf: Shelf, now: datetime, monkeypatch: Any) -> None:
    monkeypatch.setattr(content_rounds, "BITE", 10)
    ticking = iter(range(1000))
    assert Rounds([shelf], lambda: next(ticking) * 0.03).turn(now) == 40


def test_a_late_round_takes_longer_turns(shelf: Shelf, now: datetime, monkeypatch: Any) -> None:
    Rounds([shelf], still).turn(now)
    assert Rounds([shelf], still).turn(now + timedelta(hours=17)) == 80


@given(total=st.integers(0, 50_000_000))
def test_every_size_is_through_within_a_day(total: int) -> None:
    turns = -(-total // content_rounds.share(total))
    assert turns * content_rounds.EVERY <= timedelta(days=1)
    if total < 1_500_000:
        assert content_rounds.share(total) <= 500


def test_the_worker_does_it_by_the_clock(shelf: Shelf, now: datetime) -> None:
    tick = Tick("contents", content_rounds.EVERY, Rounds([shelf], still).turn)
    clockwork = worker._Clockwork()
    for second in range(41):
        worker.work(Followers(), [tick], clockwork, now + timedelta(seconds=second))
    assert len(shelf.asked) == 130
