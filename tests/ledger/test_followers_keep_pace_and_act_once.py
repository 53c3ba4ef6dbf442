"""Views and reactors: cursors, back-off, parking, rebuilding, exactly-once effects."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from sunlit.ledger import effects, followers, selectors
from sunlit.ledger.effects import Act, NotSent, Promise, Reactor, Refused
from sunlit.ledger.followers import Followers, View
from sunlit.ledger.models import Alarm, Cursor, Effect, Entry, Heartbeat, Parked

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
Log = Callable[..., None]


@dataclass
class Copybook:
    """A view over a table: it copies positions into rows that nothing else uses."""

    bad: set[int] = field(default_factory=set)
    calls: int = 0

    def handle(self, entries: Sequence[Entry]) -> None:
        self.calls += 1
        for entry in entries:
            Heartbeat.objects.create(name=f"copy {entry.position}", beat_at=entry.sequenced_at)
            if entry.position in self.bad:
                raise ValueError(f"cannot take {entry.position}")

    def clear(self) -> None:
        Heartbeat.objects.filter(name__startswith="copy ").delete()

    def copied(self) -> list[int]:
        return sorted(int(b.name.split()[1]) for b in Heartbeat.objects.filter(name__startswith="copy "))

    def view(self, batch: int = 200) -> View:
        return View("copybook", self.handle, self.clear, batch)


def run(all_followers: Followers, start: datetime, turns: int = 40) -> None:
    """Let time pass, two seconds a turn."""
    for turn in range(turns):
        followers.run_once(all_followers, now=start + timedelta(seconds=2 * turn))


def test_a_view_sees_every_entry_once_and_in_order(log: Log, now: datetime) -> None:
    book = Copybook()
    log(250)
    run(Followers(views=[book.view(100)]), now, turns=3)
    log(5)
    run(Followers(views=[book.view(100)]), now, turns=2)
    assert book.copied() == list(range(255))
    cursor = Cursor.objects.get()
    assert (cursor.position, bytes(cursor.root)) == (255, bytes(selectors.head().root))


def test_an_entry_that_a_view_cannot_take_is_parked_after_five_tries_and_the_rest_goes_on(
    log: Log, now: datetime
) -> None:
    book = Copybook(bad={7})
    log(20)
    run(Followers(views=[book.view()]), now, turns=1)
    assert book.copied() == list(range(7))
    cursor = Cursor.objects.get()
    assert (cursor.position, cursor.tries) == (7, 1)
    run(Followers(views=[book.view()]), now, turns=20)
    assert book.copied() == [n for n in range(20) if n != 7]
    assert Parked.objects.get().position == 7
    assert "left it behind" in Alarm.objects.get().sentence
    assert Cursor.objects.get().tries == 0


def test_each_failure_waits_longer(log: Log, now: datetime) -> None:
    book = Copybook(bad={0})
    log(1)
    waits = []
    for _ in range(4):
        followers.run_once(Followers(views=[book.view()]), now=now)
        retry_at = Cursor.objects.get().retry_at
        assert retry_at is not None
        waits.append((retry_at - now).total_seconds())
        calls = book.calls
        followers.run_once(Followers(views=[book.view()]), now=retry_at - timedelta(milliseconds=1))
        assert book.calls == calls
        now = retry_at
    assert waits == [1, 2, 4, 8]


def test_one_follower_in_trouble_does_not_hold_up_another(log: Log, now: datetime) -> None:
    sick, well = Copybook(bad={0}), []
    log(3)
    healthy = View("healthy", lambda entries: well.extend(e.position for e in entries), lambda: None)
    run(Followers(views=[sick.view(), healthy]), now, turns=1)
    assert well == [0, 1, 2]


def test_a_view_is_dropped_and_computed_again(log: Log, now: datetime) -> None:
    book = Copybook(bad={3})
    log(30)
    run(Followers(views=[book.view()]), now)
    book.bad.clear()
    Heartbeat.objects.filter(name="copy 9").delete()
    assert followers.rebuild(book.view(7), now=now) == 30
    assert book.copied() == list(range(30))
    assert not Parked.objects.exists()


def test_a_view_that_is_being_rebuilt_is_left_alone_by_the_worker(log: Log, now: datetime) -> None:
    book = Copybook()
    log(3)
    Cursor.objects.create(follower="copybook", rebuilding=True)
    run(Followers(views=[book.view()]), now, turns=2)
    assert book.copied() == []
    assert followers.rebuild(book.view(), now=now) == 3


def test_a_rebuild_that_fails_says_on_which_entry(log: Log, now: datetime) -> None:
    log(5)
    with pytest.raises(RuntimeError, match="fails on entry 2"):
        followers.rebuild(Copybook(bad={2}).view(), now=now)


def test_a_follower_of_another_history_stops_with_an_alarm(log: Log, now: datetime) -> None:
    book = Copybook()
    log(5)
    Cursor.objects.create(follower="copybook", position=3, root=bytes(32))
    run(Followers(views=[book.view()]), now, turns=2)
    assert book.copied() == []
    assert "sunlit rebuild copybook" in Alarm.objects.get().sentence
    assert followers.rebuild(book.view(), now=now) == 5
    assert not selectors.open_alarms()


@dataclass
class Post:
    """A reactor that sends two letters per entry and can be told to fail."""

    promise: Promise = Promise.ONCE
    sent: list[str] = field(default_factory=list)
    fail: list[Exception] = field(default_factory=list)

    def effects(self, entry: Entry) -> Iterator[Act]:
        yield Act("to the author", {"position": entry.position})
        yield Act("to the asker")

    def act(self, effect: Effect) -> None:
        if self.fail:
            raise self.fail.pop(0)
        self.sent.append(effect.key)

    def reactor(self) -> Reactor:
        return Reactor("post", self.effects, self.act, self.promise)

    def followers(self) -> Followers:
        return Followers(reactors=[self.reactor()])


def states() -> list[str]:
    return list(Effect.objects.order_by("pk").values_list("state", flat=True))


def test_a_new_reactor_starts_at_the_end_of_the_log(log: Log, now: datetime) -> None:
    post = Post()
    log(5)
    run(post.followers(), now, turns=1)
    log(2)
    run(post.followers(), now, turns=5)
    assert post.sent == ["post:5:to the author", "post:5:to the asker", "post:6:to the author", "post:6:to the asker"]
    assert states() == ["sent"] * 4


def test_the_row_is_written_before_the_act(log: Log, now: datetime) -> None:
    seen: list[str] = []
    reactor = Reactor(
        "post",
        lambda entry: [Act("letter")],
        lambda effect: seen.append(Effect.objects.get(pk=effect.pk).state),
    )
    run(Followers(reactors=[reactor]), now, turns=1)
    log(1)
    run(Followers(reactors=[reactor]), now, turns=2)
    assert seen == ["sending"]


@pytest.mark.parametrize(
    ("promise", "errors", "expected", "letters"),
    [
        pytest.param(Promise.ONCE, [NotSent("busy")] * 2, "sent", 1, id="surely not sent: again"),
        pytest.param(Promise.ONCE, [NotSent("busy")] * 9, "failed", 0, id="surely not sent five times: failed"),
        pytest.param(Promise.ONCE, [Refused("no such box")], "failed", 0, id="refused: failed at once"),
        pytest.param(Promise.ONCE, [TimeoutError()], "uncertain", 0, id="unknown: a person decides"),
        pytest.param(Promise.REPEATABLE, [TimeoutError()], "sent", 1, id="unknown but repeatable: again"),
        pytest.param(Promise.LOCAL, [ValueError()], "sent", 1, id="rolled back: again"),
        pytest.param(Promise.LOCAL, [ValueError()] * 9, "failed", 0, id="rolled back five times: failed"),
    ],
)
def test_what_becomes_of_an_act_that_goes_wrong(
    log: Log, now: datetime, promise: Promise, errors: list[Exception], expected: str, letters: int
) -> None:
    post = Post(promise, fail=list(errors))
    reactor = Reactor("post", lambda entry: [Act("letter")], post.act, promise)
    run(Followers(reactors=[reactor]), now, turns=1)
    log(1)
    run(Followers(reactors=[reactor]), now)
    assert states() == [expected]
    assert len(post.sent) == letters
    assert Alarm.objects.exists() == (expected != "sent")


@pytest.mark.parametrize(
    ("promise", "expected"),
    [(Promise.ONCE, "uncertain"), (Promise.REPEATABLE, "due"), (Promise.LOCAL, "due")],
)
def test_what_a_process_that_died_left_behind(log: Log, now: datetime, promise: Promise, expected: str) -> None:
    post = Post(promise)
    Effect.objects.create(reactor="post", position=0, effect="letter", state="sending", tries=1, due_at=now)
    effects.settle([post.reactor()], now=now)
    assert states() == [expected]


def test_a_local_act_that_fails_leaves_nothing_of_itself(log: Log, now: datetime) -> None:
    def act(effect: Effect) -> None:
        Heartbeat.objects.create(name="trace", beat_at=now)
        raise ValueError

    reactor = Reactor("post", lambda entry: [Act("letter")], act, Promise.LOCAL)
    run(Followers(reactors=[reactor]), now, turns=1)
    log(1)
    run(Followers(reactors=[reactor]), now, turns=2)
    assert not Heartbeat.objects.exists()


def test_an_act_claimed_by_another_process_is_not_done_again(log: Log, now: datetime) -> None:
    post = Post()
    run(post.followers(), now, turns=1)
    log(1)
    followers.run_once(Followers(reactors=[Reactor("post", post.effects, lambda effect: None)]), now=now)
    Effect.objects.update(state="due", tries=0)
    first = Effect.objects.order_by("pk").first()
    assert first is not None

    def steal(effect: Effect) -> None:
        post.sent.append(effect.key)
        Effect.objects.filter(state="due").update(state="sending", tries=1)

    effects.run(Reactor("post", post.effects, steal), now=now)
    assert post.sent == [first.key]
