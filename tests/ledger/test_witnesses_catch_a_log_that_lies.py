"""The worker and a real witness: cosigned checkpoints are published; a forked or rolled-back log is found out."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from sunlit.ledger import (
    checkpoints,
    cosignatures,
    journal,
    keys,
    notes,
    published,
    selectors,
    sequencer,
    verification,
    witnesses,
    worker,
)
from sunlit.ledger.followers import Followers
from sunlit.ledger.models import Alarm, Checkpoint, Entry, Head, Tile, Witness
from sunlit.ledger.witnesses import Rounds
from sunlit.ledger.worker import Tick
from tests.ledger.witnessing import NAME, Paper, running

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
Log = Callable[..., None]


@pytest.fixture
def paper(tmp_path: Path, settings: Any) -> Iterator[Paper]:
    with running(tmp_path / "paper", keys.verifier().vkey()) as witness:
        settings.WITNESSES = witness.setting
        yield witness


def turn(rounds: Rounds, now: datetime) -> None:
    """Take one turn, and as many more as it needs until nobody is being asked."""
    rounds.turn(now)
    until = time.monotonic() + 20
    while rounds._asked:
        assert time.monotonic() < until, "a witness is still being asked"
        time.sleep(0.01)
        if not rounds._answers.empty():
            rounds.turn(now)


def cosigned(note: str | None, paper: Paper) -> bool:
    return cosignatures.find(notes.parse(note or ""), cosignatures.parse_vkey(paper.vkey)) is not None


def said(name: str = NAME) -> str:
    return " ".join(alarm.sentence for alarm in selectors.open_alarms() if alarm.name == f"witness {name}")


def test_a_checkpoint_is_cosigned_stored_and_published_alike(paper: Paper, log: Log, now: datetime) -> None:
    rounds = Rounds()
    for count in (1, 2, 300, 5):
        log(count)
        assert not cosigned(published.read(), paper)
        turn(rounds, now)
        row = selectors.last_checkpoint()
        assert row is not None
        assert published.read() == row.note
        assert cosigned(row.note, paper)
        assert checkpoints.verified(row.note, keys.verifier()).size == row.size
    assert Witness.objects.get().size == 308
    assert not selectors.open_alarms()
    assert verification.verify().is_clean
    assert sequencer.sign_checkpoint(now=now) is None  # nothing to mend between stored and published
    assert cosigned(published.read(), paper)


def test_the_page_of_the_witness_says_what_it_has_cosigned(paper: Paper, log: Log, now: datetime) -> None:
    assert "nothing yet" in paper.ask("GET", "/")[2]
    log(3)
    turn(Rounds(), now)
    status, kind, text = paper.ask("GET", "/")
    assert (status, kind) == (200, "text/plain; charset=utf-8")
    assert "entries  3\n" in text
    assert bytes(selectors.head().root).hex() in text
    assert paper.vkey in text


def test_nobody_is_asked_twice_for_the_same(paper: Paper, log: Log, now: datetime) -> None:
    log(2)
    rounds = Rounds()
    turn(rounds, now)
    note = published.read()
    rounds.turn(now + timedelta(seconds=2))
    assert not rounds._asked
    assert published.read() == note


def test_a_cosignature_that_comes_late_does_not_bring_an_older_checkpoint_back(
    paper: Paper, log: Log, now: datetime
) -> None:
    log(2)
    rounds = Rounds()
    rounds.turn(now)
    log(2)
    turn(rounds, now)
    rows = Checkpoint.objects.order_by("size")
    assert [row.size for row in rows] == [2, 4]
    assert all(cosigned(row.note, paper) for row in rows)
    assert selectors.published_size() == 4


def test_a_witness_of_which_nothing_is_known_any_more_tells_its_size(paper: Paper, log: Log, now: datetime) -> None:
    log(2)
    turn(Rounds(), now)
    Witness.objects.all().delete()
    log(3)
    turn(Rounds(), now)
    assert cosigned(published.read(), paper)
    assert not selectors.open_alarms()


def rewrite(size: int) -> None:
    """Put an older state of everything in place, the published copy and the journal too, as a restored disk would."""
    edge = selectors.edge(size)
    Entry.objects.filter(position__gte=size).delete()
    Checkpoint.objects.filter(size__gt=size).delete()
    Tile.objects.all().delete()
    for address, data in edge.partial():
        Tile.objects.create(level=address.level, number=address.number, hashes=data)
    Head.objects.update(size=size, root=edge.root())
    last = selectors.last_checkpoint()
    published.path().unlink()
    shutil.rmtree(journal.directory())
    if last:
        published.publish(last.note)


def test_a_log_put_back_to_an_older_state_learns_of_it_at_the_start(paper: Paper, log: Log, now: datetime) -> None:
    log(5)
    turn(Rounds(), now)
    log(5)
    turn(Rounds(), now)
    rewrite(5)
    Witness.objects.update(size=5)
    turn(Rounds(), now)
    assert "has cosigned 10 entries of this log, which has signed only 5: the log was rolled back" in said()


def test_a_log_rolled_back_and_grown_again_is_not_cosigned(paper: Paper, log: Log, now: datetime) -> None:
    log(5)
    turn(Rounds(), now)
    log(5)
    turn(Rounds(), now)
    rewrite(5)
    log(9)
    turn(Rounds(), now)
    assert "the first 10 of today: the log was forked or changed" in said()
    assert not cosigned(published.read(), paper)
    assert Witness.objects.get().tries > 0


def test_another_root_over_as_many_entries_is_not_cosigned(paper: Paper, log: Log, now: datetime) -> None:
    log(5)
    turn(Rounds(), now)
    log(5)
    turn(Rounds(), now)
    rewrite(5)
    log(5)
    turn(Rounds(), now)
    assert "has cosigned another root over the same 10 entries: the log was forked" in said()
    assert not cosigned(published.read(), paper)
    held = paper.ask("GET", "/")[2]
    log(1)
    turn(Rounds(), now + timedelta(hours=1))
    assert not cosigned(published.read(), paper)
    assert paper.ask("GET", "/")[2] == held


def test_a_witness_that_does_not_know_the_log(tmp_path: Path, settings: Any, log: Log, now: datetime) -> None:
    with running(tmp_path / "paper") as paper:
        settings.WITNESSES = paper.setting
        log(1)
        turn(Rounds(), now)
    assert "does not know this log" in said()


def test_a_witness_that_knows_another_key_of_the_log(tmp_path: Path, settings: Any, log: Log, now: datetime) -> None:
    other = notes.Verifier(keys.origin(), bytes(range(32))).vkey()
    with running(tmp_path / "paper", other) as paper:
        settings.WITNESSES = paper.setting
        log(1)
        turn(Rounds(), now)
    assert "does not accept this log's signature" in said()


def test_a_wrong_key_of_the_witness(paper: Paper, settings: Any, log: Log, now: datetime) -> None:
    wrong = cosignatures.Cosigner(NAME, bytes(32)).vkey()
    settings.WITNESSES = f"{wrong}={paper.url}"
    log(1)
    turn(Rounds(), now)
    assert "without a valid cosignature" in said()
    assert len(notes.parse(published.read() or "").signatures) == 1
    settings.WITNESSES = paper.setting
    turn(Rounds(), now + timedelta(minutes=1))
    assert not selectors.open_alarms()
    assert cosigned(published.read(), paper)


@pytest.mark.parametrize(
    "word", ["nonsense", "a+b+c=https://paper.example", "https://paper.example", f"{NAME}+00000000+AAAA=ftp://x"]
)
def test_a_setting_with_a_fault_is_an_alarm_and_the_others_are_asked(
    paper: Paper, settings: Any, log: Log, now: datetime, word: str
) -> None:
    settings.WITNESSES = f"{word}\n  {paper.setting}"
    log(1)
    turn(Rounds(), now)
    (alarm,) = selectors.open_alarms()
    assert alarm.name == "witnesses"
    assert alarm.sentence.startswith(f"SUNLIT_WITNESSES: '{word}' is left out: ")
    assert cosigned(published.read(), paper)


def test_a_witness_that_is_away_is_an_alarm_after_an_hour_and_asked_less_and_less(
    paper: Paper, log: Log, now: datetime
) -> None:
    rounds = Rounds()
    log(1)
    turn(rounds, now)
    paper.kill()
    log(1)
    asked = []
    for second in range(0, 4_400, 20):
        moment = now + timedelta(days=3, seconds=second)
        before = Witness.objects.get().tries
        turn(rounds, moment)
        if Witness.objects.get().tries > before:
            asked.append(second)
        assert bool(selectors.open_alarms()) == (asked[-1] >= 3_600)
    assert asked[:4] == [0, 20, 40, 80]
    assert asked[-1] - asked[-2] == 600
    assert "has given no cosignature since 2026-03-05 01:00 UTC: 127.0.0.1 could not be reached" in said()
    paper.start()
    turn(rounds, now + timedelta(days=4))
    assert not selectors.open_alarms()
    assert cosigned(published.read(), paper)


def test_a_witness_that_hangs_holds_up_nobody(paper: Paper, settings: Any, log: Log, now: datetime) -> None:
    silent = cosignatures.Cosigner("hall.example", bytes(32)).vkey()
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        settings.WITNESSES = f"{silent}=http://127.0.0.1:{deaf.getsockname()[1]} {paper.setting}"
        log(1)
        rounds = Rounds()
        started = time.monotonic()
        rounds.turn(now)
        assert time.monotonic() - started < 1
        while len(rounds._asked) > 1:
            time.sleep(0.01)
            rounds.turn(now)
        assert cosigned(published.read(), paper)
        assert threading.active_count() < 20
    assert not Alarm.objects.exists()


def test_a_witness_taken_out_of_the_setting_is_forgotten(paper: Paper, settings: Any, log: Log, now: datetime) -> None:
    log(1)
    paper.kill()
    Witness.objects.create(name=NAME, silent_since=now - timedelta(hours=2))
    turn(Rounds(), now)
    assert said()
    settings.WITNESSES = ""
    Rounds().turn(now)
    assert not selectors.open_alarms()
    assert not Witness.objects.exists()


def test_who_has_cosigned_is_told_for_each_named_witness(paper: Paper, settings: Any, log: Log, now: datetime) -> None:
    absent = cosignatures.Cosigner("hall.example", bytes(32)).vkey()
    log(1)
    turn(Rounds(), now)
    settings.WITNESSES = f"{paper.setting} {absent}=https://hall.example"
    first, second = witnesses.cosigners(published.read() or "")
    assert (first.name, second) == (NAME, witnesses.Cosigned("hall.example", None))
    assert first.at is not None
    assert [one.at for one in witnesses.cosigners("damaged")] == [None, None]


@pytest.mark.django_db(transaction=True)
def test_a_running_worker_has_its_checkpoints_cosigned_while_it_goes_on(paper: Paper, act: Log) -> None:
    stop = threading.Event()
    tick = Tick("witnesses", timedelta(milliseconds=200), Rounds().turn)

    def work() -> None:
        try:
            worker.run(Followers(), ticks=(tick,), stop=stop)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        act(3)
        until = time.monotonic() + 20
        while not (published.read() and cosigned(published.read(), paper)):
            assert time.monotonic() < until, "it was not cosigned"
            time.sleep(0.05)
        act(1)
        while selectors.head().size < 4:
            assert time.monotonic() < until, "the worker does not go on"
            time.sleep(0.05)
    finally:
        stop.set()
        thread.join(timeout=30)
    assert not selectors.open_alarms()


def test_a_late_cosignature_and_a_new_checkpoint_at_once_leave_the_new_one(log: Log, paper: Paper) -> None:
    log(2)
    old = published.read() or ""
    log(2)
    new = published.read() or ""

    def amend() -> None:
        for _ in range(200):
            published.amend(old)

    def publish() -> None:
        for _ in range(200):
            published.publish(new)

    threads = [threading.Thread(target=each) for each in (amend, publish)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert published.read() == new
    assert not published.amend(old)
