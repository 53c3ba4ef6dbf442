"""``sunlit ledger recover --new-origin``: where a log cannot go on, its end is named and what is left is taken over."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sunlit.ledger import (
    checkpoints,
    commands,
    growing,
    guard,
    house,
    journal,
    keys,
    published,
    reopening,
    selectors,
    sequencer,
    verification,
)
from sunlit.ledger.effects import Act, Reactor
from sunlit.ledger.followers import Followers, View, run_once
from sunlit.ledger.models import Checkpoint, Cursor, Effect, Entry, Head, Tile

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
Log = Callable[..., None]
NAME = "sunlit.example/ledger/2"


@pytest.fixture(autouse=True)
def plain_house(settings: Any) -> None:
    settings.LEDGER_CONTENT_SOURCES = settings.LEDGER_FOLLOWERS = ""


def reopen(*arguments: str | Path, answer: str = "") -> Result:
    return CliRunner().invoke(commands.cli, ["recover", "--new-origin", NAME, *map(str, arguments)], input=answer)


@pytest.fixture
def lost(log: Log) -> list[bytes]:
    """A log of 1,300 entries of which ten are nowhere; the bodies that are left."""
    log(600)
    log(700)
    Entry.objects.filter(position__gte=1290).delete()
    shutil.rmtree(journal.directory())
    return bodies()


def bodies() -> list[bytes]:
    return [bytes(body) for body in Entry.objects.order_by("position").values_list("body", flat=True)]


def test_it_begins_with_the_end_of_the_old_log_and_takes_what_is_left(lost: list[bytes], now: Any, home: Path) -> None:
    old, note = keys.verifier(), published.read() or ""
    end = checkpoints.parse(note)
    result = reopen("--yes")
    assert result.exit_code == 0, result.output
    assert f"{NAME} is open with 1291 entries" in result.output
    first = Entry.objects.get(position=0)
    assert (first.event, first.ref) == ("ledger.opened", end.text().strip().replace("\n", "#"))
    assert bodies()[1:] == lost
    sequencer.sign_checkpoint(now=now)
    assert verification.verify().is_clean
    assert Checkpoint.objects.count() == 1
    assert checkpoints.verified(published.read() or "", keys.verifier()).origin == NAME
    assert keys.verifier().public != old.public
    archive = home / "ledger" / "archive" / "1"
    assert (archive / "checkpoint").read_text() == note
    assert (archive / "ledger.vkey").read_text().strip() == old.vkey()
    assert len((archive / "checkpoints.jsonl").read_text().splitlines()) == 2
    assert len((archive / "entries.jsonl").read_text().splitlines()) == 1290
    keys.ensure()
    assert keys.origin() == NAME


def test_gaps_in_the_old_log_are_closed_and_the_journal_fills_what_it_can(log: Log, now: Any, home: Path) -> None:
    log(20)
    before = bodies()
    Entry.objects.filter(position__in=[3, 9]).delete()
    path = next(journal.directory().glob("*.jsonl"))
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:9], b"nonsense\n", *lines[10:]]))
    assert reopen("--yes").exit_code == 0
    assert bodies()[1:] == [body for position, body in enumerate(before) if position != 9]
    assert len(list((home / "ledger" / "archive" / "1" / "journal").iterdir())) == 2
    assert sequencer.sign_checkpoint(now=now) is not None
    assert verification.verify().is_clean


def test_it_asks_first(lost: list[bytes]) -> None:
    result = reopen(answer="n\n")
    assert result.exit_code == 1
    assert "Readers and witnesses have to be told" in result.output
    assert selectors.head().size == 1300
    assert reopening.unfinished() is None
    assert reopen(answer="y\n").exit_code == 0


def test_a_log_that_can_go_on_is_not_left(log: Log) -> None:
    log(5)
    Head.objects.all().delete()
    result = reopen("--yes")
    assert result.exit_code == 1
    assert "the old log can go on" in result.output


def test_a_log_whose_key_is_lost_is_continued_under_a_new_one(log: Log, now: Any) -> None:
    log(5)
    for path in keys.paths():
        path.unlink(missing_ok=True)
    assert reopen("--yes").exit_code == 0
    assert Entry.objects.get(position=0).ref.startswith("sunlit.example/ledger#5#")
    assert sequencer.sign_checkpoint(now=now) is not None


@pytest.mark.parametrize("name", ["sunlit.example/ledger", "two words", "", "a+b"])
def test_a_name_that_cannot_be(lost: list[bytes], name: str) -> None:
    result = CliRunner().invoke(commands.cli, ["recover", "--yes", f"--new-origin={name}"])
    assert result.exit_code == 1
    assert selectors.head().size == 1300


def test_a_second_time_everything_is_kept_apart(lost: list[bytes], log: Log, now: Any, home: Path) -> None:
    assert reopen("--yes").exit_code == 0
    sequencer.sign_checkpoint(now=now)
    Entry.objects.filter(position=5).delete()
    shutil.rmtree(journal.directory())
    third = "sunlit.example/ledger/3"
    assert CliRunner().invoke(commands.cli, ["recover", "--yes", "--new-origin", third]).exit_code == 0
    assert sorted(path.name for path in (home / "ledger" / "archive").iterdir()) == ["1", "2"]
    assert list(Entry.objects.filter(event="ledger.opened").values_list("position", flat=True)) == [0, 1]


@pytest.mark.parametrize("stage", ["archive", "clear", "fill", "follow"])
def test_stopped_in_any_stage_it_goes_on(lost: list[bytes], act: Log, now: Any, stage: str, monkeypatch: Any) -> None:
    done = getattr(reopening, f"_{stage}")

    def half(*arguments: Any) -> None:
        append, calls = growing.append, [0]

        def once(*given: Any) -> Head:
            calls[0] += 1
            if calls[0] == 3:
                raise KeyboardInterrupt
            return append(*given)

        with monkeypatch.context() as patch:
            patch.setattr(growing, "append", once)
            done(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(reopening, f"_{stage}", half)
        assert reopen("--yes").exit_code == 1
    act(1)
    with pytest.raises(guard.SigningRefused, match="the opening of a new log was interrupted"):
        sequencer.sequence(now=now)
    assert "--new-origin" in CliRunner().invoke(commands.cli, ["recover"]).output
    other = CliRunner().invoke(commands.cli, ["recover", "--yes", "--new-origin", "x"])
    assert f"give --new-origin {NAME}" in other.output
    assert reopen("--yes").exit_code == 0
    assert bodies()[1:] == lost
    assert sequencer.sequence(now=now) == 1
    assert sequencer.sign_checkpoint(now=now) is not None
    assert verification.verify().is_clean
    assert Tile.objects.filter(level=0).count() == 6


def test_views_are_computed_anew_and_reactors_do_not_act_twice(log: Log, now: Any, monkeypatch: Any) -> None:
    sent: list[str] = []
    seen: list[str] = []
    reactor = Reactor("mail", lambda entry: [Act("send")], lambda effect: sent.append(effect.key))
    view = View("titles", lambda entries: seen.extend(e.ref for e in entries), seen.clear)
    everyone = Followers(views=[view], reactors=[reactor])
    monkeypatch.setattr(house, "followers", lambda: everyone)
    run_once(everyone, now=now)
    log(12)
    run_once(everyone, now=now)
    Entry.objects.filter(position__in=[2, 11]).delete()
    shutil.rmtree(journal.directory())
    assert reopen("--yes").exit_code == 0
    assert len(sent) == 12
    assert seen == list(Entry.objects.order_by("position").values_list("ref", flat=True))
    assert Cursor.objects.get(follower="mail").position == 11
    assert sorted(Effect.objects.values_list("position", flat=True)) == [-12, -3, *range(1, 11)]
    log(1)
    for _ in range(3):
        run_once(everyone, now=now)
    assert len(sent) == 13
    assert sent[-1] == "mail:11:send"
    assert len(seen) == 12
