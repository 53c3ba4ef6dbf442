"""The worker: sequencing within 300 ms, checkpoints, followers, ticks, heartbeat, one at a time, an orderly end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError, connections, transaction

from sunlit.calendars import clock
from sunlit.ledger import keys, published, selectors, worker
from sunlit.ledger.followers import Followers, View
from sunlit.ledger.models import Checkpoint, Entry
from sunlit.ledger.worker import Tick

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
Act = Callable[..., None]
NOBODY = Followers()


@contextmanager
def running(all_followers: Followers = NOBODY, ticks: tuple[Tick, ...] = ()) -> Iterator[list[BaseException]]:
    stop, errors = threading.Event(), []

    def work() -> None:
        try:
            worker.run(all_followers, ticks=ticks, stop=stop)
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield errors
    finally:
        stop.set()
        thread.join(timeout=30)
        assert not thread.is_alive()


def wait_for(happened: Callable[[], bool], seconds: float = 20) -> float:
    started = time.monotonic()
    while not happened():
        assert time.monotonic() - started < seconds, "it did not happen"
        time.sleep(0.01)
    return time.monotonic() - started


def test_an_entry_is_sequenced_signed_and_followed_soon(act: Act) -> None:
    seen: list[int] = []
    view = View("seen", lambda entries: seen.extend(e.position for e in entries), lambda: None)
    with running(Followers(views=[view])):
        wait_for(lambda: selectors.heartbeat_age(clock.now()) is not None)
        waits = []
        for number in range(5):
            with transaction.atomic():
                act(1)
            waits.append(wait_for(lambda number=number: Entry.objects.filter(position=number).exists()))
        # 300 ms on a machine of one's own; the median, so that one hiccup of a shared one does not count.
        assert sorted(waits)[2] < 0.3
        wait_for(lambda: seen == [0, 1, 2, 3, 4])
        assert selectors.published_size() >= 1


def step(clockwork: worker._Clockwork, now: datetime, *ticks: Tick) -> bool:
    return worker.work(NOBODY, ticks, clockwork, now)


def test_checkpoints_are_signed_at_most_every_ten_seconds(act: Act, now: datetime) -> None:
    clockwork = worker._Clockwork()
    for second in range(25):
        act(1)
        step(clockwork, now + timedelta(seconds=second))
    signed = [row.signed_at for row in Checkpoint.objects.order_by("size")]
    assert signed == [now, now + timedelta(seconds=10), now + timedelta(seconds=20)]
    step(clockwork, now + timedelta(seconds=30))
    assert Checkpoint.objects.count() == 4
    step(clockwork, now + timedelta(seconds=40))
    assert Checkpoint.objects.count() == 4
    act(1)
    step(clockwork, now + timedelta(seconds=41))
    assert Checkpoint.objects.count() == 5  # after a quiet time nobody waits


def test_ticks_keep_their_time_and_one_that_fails_does_not_stop_the_others(now: datetime) -> None:
    clockwork, rang = worker._Clockwork(), []

    def fail(at: datetime) -> None:
        raise ValueError("no such table")

    ticks = (Tick("bad", timedelta(seconds=1), fail), Tick("good", timedelta(seconds=3), rang.append))
    for second in range(7):
        step(clockwork, now + timedelta(seconds=second), *ticks)
    assert rang == [now, now + timedelta(seconds=3), now + timedelta(seconds=6)]
    (alarm,) = selectors.open_alarms()
    assert alarm.name == "tick bad"
    step(clockwork, now + timedelta(seconds=8), Tick("bad", timedelta(seconds=1), rang.append))
    assert not selectors.open_alarms()


def test_the_heart_beats(now: datetime) -> None:
    clockwork = worker._Clockwork()
    assert selectors.heartbeat_age(now) is None
    step(clockwork, now)
    assert selectors.heartbeat_age(now + timedelta(seconds=4)) == timedelta(seconds=4)
    step(clockwork, now + timedelta(seconds=5))
    assert selectors.heartbeat_age(now + timedelta(seconds=5)) == timedelta(0)


def test_a_clock_that_jumps_back_does_not_stop_the_worker(act: Act, now: datetime) -> None:
    clockwork = worker._Clockwork()
    act(1)
    step(clockwork, now)
    act(1)
    step(clockwork, now - timedelta(hours=8))
    assert Checkpoint.objects.count() == 2


def test_a_second_worker_is_turned_away() -> None:
    with running():
        wait_for(lambda: selectors.heartbeat_age(clock.now()) is not None)
        with running() as errors:
            wait_for(lambda: bool(errors))
        assert isinstance(errors[0], worker.AnotherWorker)


def test_without_a_key_it_does_not_start() -> None:
    keys.key_path().unlink()
    with running() as errors:
        wait_for(lambda: bool(errors))
    assert isinstance(errors[0], keys.KeyRefused)


def test_a_log_behind_what_was_published_is_an_alarm_and_everything_else_goes_on(act: Act, now: datetime) -> None:
    clockwork, rang = worker._Clockwork(), []
    act(2)
    step(clockwork, now)
    note = published.read() or ""
    act(2)
    step(clockwork, now + timedelta(seconds=20))
    later = published.read() or ""
    published.publish(later.replace("\n4\n", "\n9\n"))
    act(1)
    tick = Tick("good", timedelta(seconds=1), rang.append)
    for second in range(21, 29):
        step(clockwork, now + timedelta(seconds=second), tick)
    (alarm,) = selectors.open_alarms()
    assert "Adding entries now would fork the log" in alarm.sentence
    assert Entry.objects.count() == 4
    assert len(rang) == 8
    published.publish(note)
    for second in range(30, 55):
        step(clockwork, now + timedelta(seconds=second), tick)
    assert not selectors.open_alarms()
    assert selectors.published_size() == 5


def test_a_database_that_goes_away_for_a_while_does_not_end_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[int] = []
    real = worker.work

    def fail_first(*arguments: object) -> bool:
        turns.append(1)
        if len(turns) == 1:
            raise OperationalError("gone")
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(worker, "work", fail_first)
    with running():
        wait_for(lambda: selectors.heartbeat_age(clock.now()) is not None)
