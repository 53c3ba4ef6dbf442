"""The journal: complete before anything is signed, whole again after a kill, and never another history than the log."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunlit.calendars import clock
from sunlit.ledger import guard, journal, published, selectors, sequencer, worker
from sunlit.ledger.followers import Followers
from sunlit.ledger.journal import Record
from sunlit.ledger.models import Checkpoint, Entry

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
Log = Callable[..., None]


def positions() -> list[int]:
    return [record.position for record in journal.read()]


def last_file() -> Path:
    return sorted(journal.directory().glob("*.jsonl"))[-1]


@pytest.fixture
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "SEGMENT", 100)
    monkeypatch.setattr(journal, "CHUNK", 7)


def test_it_holds_everything_that_an_entry_row_holds(log: Log) -> None:
    log(3, tags=["record:0", "unit:510903"], private=True)
    rows = list(Entry.objects.order_by("position").values_list(*Record._fields))
    assert [tuple(record) for record in journal.read()] == [(row[0], bytes(row[1]), *row[2:]) for row in rows]


def test_only_its_owner_can_read_it(log: Log) -> None:
    log(1)
    assert stat.S_IMODE(last_file().stat().st_mode) == 0o600
    assert stat.S_IMODE(journal.directory().stat().st_mode) == 0o700


def test_it_lies_where_the_setting_says(log: Log, settings: Any, tmp_path: Path) -> None:
    settings.JOURNAL = str(tmp_path / "another disk")
    log(2)
    assert len(list((tmp_path / "another disk").glob("*.jsonl"))) == 1
    assert not (tmp_path / "ledger" / "journal").exists()


def test_a_new_journal_learns_of_what_was_signed_before_it_without_waiting_for_another_entry(log: Log) -> None:
    log(3)
    journal.checkpoint_path().unlink()
    sequencer.sign_checkpoint(now=clock.now())
    kept = journal.checkpoint()
    assert kept is not None
    assert kept.size == 3


def test_it_grows_file_by_file(log: Log, small_files: None) -> None:
    log(90)
    log(250)
    assert positions() == list(range(340))
    assert [path.stem[-3:] for path in sorted(journal.directory().glob("*.jsonl"))] == ["000", "100", "200", "300"]
    assert [record.position for record in journal.read(205)] == list(range(205, 340))


def test_it_is_written_before_the_checkpoint_is_stored_or_seen(act: Log, now: datetime, monkeypatch: Any) -> None:
    act(2)
    sequencer.sequence(now=now)
    seen: list[tuple[int, bool]] = []
    keep = journal.keep

    def kept(note: str) -> None:
        seen.append((len(positions()), published.read() is None))
        keep(note)

    save = Checkpoint.save

    def saved(self: Checkpoint, **options: Any) -> None:
        seen.append((len(positions()), published.read() is None))
        save(self, **options)

    monkeypatch.setattr(journal, "keep", kept)
    monkeypatch.setattr(Checkpoint, "save", saved)
    sequencer.sign_checkpoint(now=now)
    assert seen == [(2, True), (2, True)]
    assert journal.checkpoint() == published.checkpoint()


def test_an_old_log_fills_it_in_slices_and_signs_once_it_is_full(act: Log, now: datetime, monkeypatch: Any) -> None:
    act(50)
    sequencer.sequence(now=now)
    monkeypatch.setattr(sequencer.journal.catch_up, "__kwdefaults__", {"limit": 20})
    assert sequencer.sign_checkpoint(now=now) is None
    assert len(positions()) == 20
    assert sequencer.sign_checkpoint(now=now) is None
    assert not Checkpoint.objects.exists()
    assert sequencer.sign_checkpoint(now=now) is not None
    assert len(positions()) == 50


def test_a_log_that_has_nothing_new_to_sign_fills_it_as_well(log: Log, now: datetime, settings: Any) -> None:
    log(5)
    settings.JOURNAL = str(settings.HOME / "new")
    assert sequencer.sign_checkpoint(now=now) is None
    assert positions() == list(range(5))


@pytest.mark.parametrize("torn", [b"{", b'{"position":5,"body":"e30="', b"\0" * 40, b"\0\n\0\n", b"nonsense\n"])
def test_a_torn_end_is_cut_off_and_written_anew(log: Log, act: Log, now: datetime, torn: bytes) -> None:
    log(5)
    with last_file().open("ab") as file:
        file.write(torn)
    assert positions() == list(range(5))
    log(4)
    assert positions() == list(range(9))


def test_what_was_journalled_but_never_signed_gives_way_to_the_log(log: Log, small_files: None) -> None:
    log(80)
    end = max(journal.read(), key=lambda record: record.position)
    for start, stop in ((80, 100), (100, 130)):  # the power failed before these were stored for good
        journal.write(journal.directory(), [end._replace(position=n, body=b"lost") for n in range(start, stop)], start)
    log(60)
    assert [(r.position, r.body) for r in journal.read()] == [
        (position, bytes(body)) for position, body in Entry.objects.order_by("position").values_list("position", "body")
    ]


def test_one_that_differs_where_it_was_signed_stops_signing(log: Log, act: Log, now: datetime) -> None:
    log(5)
    path = last_file()
    path.write_bytes(path.read_bytes().replace(b'"position":3', b'"position":8'))
    act(1)
    sequencer.sequence(now=now)
    with pytest.raises(guard.SigningRefused, match=r"holds another entry 3 than the log, but entry 3 was signed"):
        sequencer.sign_checkpoint(now=now)


def test_one_that_is_damaged_where_it_was_signed_stops_signing(log: Log, act: Log, now: datetime) -> None:
    log(5)
    path = last_file()
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(guard.SigningRefused, match=r"damaged at its line 5 .the line is torn.*entry 4 was signed"):
        sequencer.sign_checkpoint(now=now)


def test_an_entry_that_is_not_what_the_tiles_hold_is_not_journalled(act: Log, now: datetime) -> None:
    act(5)
    sequencer.sequence(now=now)
    Entry.objects.filter(position=2).update(body=b"{}")
    with pytest.raises(guard.SigningRefused, match="entry 2 is missing or is not what the tiles hold"):
        sequencer.sign_checkpoint(now=now)
    assert not Checkpoint.objects.exists()


def test_one_that_cannot_be_written_stops_signing_with_an_alarm(log: Log, act: Log, settings: Any, now: Any) -> None:
    log(2)
    (settings.HOME / "a file").touch()
    settings.JOURNAL = str(settings.HOME / "a file")
    act(1)
    worker.work(Followers(), (), worker._Clockwork(), now)
    (alarm,) = selectors.open_alarms()
    assert "the journal" in alarm.sentence
    assert "Not a directory" in alarm.sentence
    assert Checkpoint.objects.count() == 1


def test_it_remembers_the_last_checkpoint_where_the_published_copy_is_lost(log: Log, act: Log, now: Any) -> None:
    log(5)
    Entry.objects.all().delete()
    Checkpoint.objects.all().delete()
    selectors.head().delete()
    published.path().unlink()
    act(1)
    with pytest.raises(guard.SigningRefused, match="holds 0 entries, but a checkpoint over 5 was already published"):
        sequencer.sequence()


def test_a_damaged_note_in_it_is_named(log: Log, act: Log) -> None:
    log(1)
    journal.checkpoint_path().write_text("garbage")
    act(1)
    with pytest.raises(guard.SigningRefused, match=r"journal/checkpoint cannot be read"):
        sequencer.sequence()


text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(
    position=st.integers(0, 2**62),
    body=st.binary(max_size=300),
    words=st.tuples(text, text, text, text),
    at=st.datetimes(timezones=st.just(UTC)),
)
def test_a_record_is_read_back_as_it_was_written(position: int, body: bytes, words: Any, at: datetime) -> None:
    record = Record(position, body, *words, batch=3, sequenced_at=at)
    line = record.line().encode()
    assert journal.parse_line(line) == record
    assert line.count(b"\n") == 1


def test_another_process_may_have_written_meanwhile(log: Log, act: Log, now: datetime) -> None:
    log(3)
    journal._tails.clear()
    stale = dict(journal._tails)
    log(3)
    journal._tails.clear()
    journal._tails.update(stale)
    os.utime(last_file())
    with clock.fixed(now):
        log(3)
    assert positions() == list(range(9))
