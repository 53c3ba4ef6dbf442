"""``sunlit ledger recover``: after an old backup, damage, a lost published copy; and where nothing helps."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sunlit.ledger import (
    commands,
    commitments,
    guard,
    house,
    journal,
    published,
    selectors,
    sequencer,
    verification,
    worker,
)
from sunlit.ledger.contents import Content
from sunlit.ledger.effects import Act, Reactor
from sunlit.ledger.followers import Followers, run_once
from sunlit.ledger.models import Checkpoint, Cursor, Effect, Entry, Head, Pending, Tile

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
Log = Callable[..., None]


@pytest.fixture(autouse=True)
def plain_house(settings: Any) -> None:
    settings.LEDGER_CONTENT_SOURCES = settings.LEDGER_FOLLOWERS = ""


def recover(*arguments: str | Path) -> Result:
    return CliRunner().invoke(commands.cli, ["recover", *map(str, arguments)])


def restore(size: int) -> None:
    """Put the tables back to what they were when the log held ``size`` entries."""
    edge = selectors.edge(size)
    Entry.objects.filter(position__gte=size).delete()
    Checkpoint.objects.filter(size__gt=size).delete()
    Tile.objects.filter(level=0, number__gt=size >> 8).delete()
    for address, data in edge.partial():
        Tile.objects.filter(level=address.level, number=address.number).update(hashes=data)
    if not size >> 8:
        Tile.objects.filter(level__gt=0).delete()
    Head.objects.update(size=size, root=edge.root())


@pytest.fixture
def grown(log: Log) -> list[tuple[Any, ...]]:
    """A log of 1,300 entries, signed at 300, 600, and 1,300; its rows."""
    for count in (300, 300, 700):
        log(count)
    return rows()


def rows() -> list[tuple[Any, ...]]:
    found = Entry.objects.order_by("position").values_list(*journal.Record._fields, "leaf_hash")
    return [(row[0], bytes(row[1]), *row[2:-1], bytes(row[-1])) for row in found]


def is_whole(before: list[tuple[Any, ...]], now: Any) -> bool:
    """Tell whether every column is back, and signing goes on."""
    same = rows()[: len(before)] == before and verification.verify().is_clean
    while sequencer.sequence(now=now):
        pass
    return same and sequencer.sign_checkpoint(now=now) is not None and verification.verify().is_clean


def test_a_sound_log_is_left_alone(grown: Any) -> None:
    result = recover()
    assert result.exit_code == 0
    assert "1300 entries are as the world has seen them: nothing was wrong" in result.output
    assert not Pending.objects.exists()


@pytest.mark.parametrize("size", [0, 1, 255, 256, 600, 1299])
def test_an_old_backup_is_brought_up_to_the_published_checkpoint(grown: Any, size: int, now: Any) -> None:
    note = published.read()
    restore(size)
    result = recover()
    assert result.exit_code == 0, result.output
    assert f"{1300 - size} entries replayed" in result.output
    assert published.read() == note
    assert selectors.head().size == 1300
    assert Pending.objects.get().event == "ledger.recovered"
    assert is_whole(grown, now)


def test_a_lost_database_comes_back_out_of_the_journal_alone(grown: Any, now: Any) -> None:
    for model in (Entry, Tile, Head, Checkpoint):
        model.objects.all().delete()
    published.path().unlink()
    assert recover().exit_code == 0
    assert is_whole(grown, now)


def test_acts_that_waited_in_the_backup_are_not_entered_twice(log: Log, act: Log, now: Any) -> None:
    log(5)
    act(3)
    waiting = list(Pending.objects.values("event", "subject", "ref", "tags", "batch", "body"))
    sequencer.sequence(now=now)
    sequencer.sign_checkpoint(now=now)
    before = rows()
    restore(5)
    act(1)
    Pending.objects.bulk_create(Pending(**{**row, "body": bytes(row["body"])}) for row in waiting)
    assert recover().exit_code == 0
    assert sorted(Pending.objects.values_list("event", flat=True)) == ["ledger.recovered", "record.published"]
    assert is_whole(before, now)


def test_what_the_backup_added_unsigned_waits_again(log: Log, act: Log, now: Any) -> None:
    log(5)
    log(5)
    before, note, kept = rows(), published.read() or "", journal.directory()
    restore(5)
    published.path().unlink()
    shutil.move(kept, kept.with_name("elsewhere"))
    act(7, ref="added/1#1")
    sequencer.sequence(now=now)  # nothing was left that could have forbidden it
    shutil.move(kept.with_name("elsewhere"), kept)
    published.publish(note)
    result = recover()
    assert result.exit_code == 0, result.output
    assert "7 unsigned entries waiting again" in result.output
    assert Pending.objects.filter(ref="added/1#1").count() == 7
    assert is_whole(before, now)


def test_two_signed_histories_are_not_joined(log: Log, now: Any) -> None:
    log(5)
    log(5)
    note, kept = published.read() or "", journal.directory()
    restore(5)
    published.path().unlink()
    shutil.move(kept, kept.with_name("elsewhere"))
    log(7)
    shutil.rmtree(kept)
    shutil.move(kept.with_name("elsewhere"), kept)
    published.publish(note)
    result = recover()
    assert result.exit_code == 1
    assert "database and journal have parted, and both were signed" in result.output
    assert selectors.head().size == 12


@pytest.mark.parametrize("damage", ["lost head", "wrong head", "lost tiles", "wrong tile", "extra tiles", "all of it"])
def test_tiles_and_head_are_computed_again_from_the_entries(grown: Any, now: Any, damage: str) -> None:
    if damage in ("lost head", "all of it"):
        Head.objects.all().delete()
    if damage == "wrong head":
        Head.objects.update(size=1200, root=bytes(32))
    if damage in ("lost tiles", "all of it"):
        Tile.objects.filter(level=0, number__in=[0, 2, 5]).delete()
        Tile.objects.filter(level=1).delete()
    if damage == "wrong tile":
        Tile.objects.filter(level=0, number=1).update(hashes=bytes(8192))
    if damage in ("extra tiles", "all of it"):
        Tile.objects.create(level=0, number=77, hashes=bytes(32))
        Tile.objects.create(level=3, number=0, hashes=bytes(32))
    assert recover().exit_code == 0
    assert not Pending.objects.exists()
    assert verification.verify().is_clean
    assert rows() == grown
    assert recover().output.endswith("nothing was wrong\n")


def test_unsigned_entries_survive_a_lost_head(grown: Any, act: Log, now: Any) -> None:
    act(9)
    sequencer.sequence(now=now)
    Head.objects.all().delete()
    assert recover().exit_code == 0
    assert selectors.head().size == 1309
    assert is_whole(grown, now)


def test_entries_that_were_removed_or_changed_come_back_out_of_the_journal(grown: Any, now: Any, home: Path) -> None:
    Entry.objects.filter(position__in=[3, 700, 701]).delete()
    Entry.objects.filter(position=44).update(body=b"{}", ref="someone was here")
    Entry.objects.filter(position=45).update(leaf_hash=bytes(32))
    result = recover()
    assert result.exit_code == 0, result.output
    assert "5 entries put right" in result.output
    assert "someone was here" in (home / "ledger" / "replaced.jsonl").read_text()
    assert rows() == grown


def test_a_wrong_hash_beside_a_right_entry_needs_no_journal(grown: Any) -> None:
    shutil.rmtree(journal.directory())
    Entry.objects.filter(position=45).update(leaf_hash=bytes(32))
    assert recover().exit_code == 0
    assert rows() == grown


def test_a_lost_published_copy_is_taken_from_whoever_has_it(log: Log, now: Any, home: Path) -> None:
    log(5)
    log(5)
    before, note = rows(), published.read() or ""
    restore(5)
    published.path().unlink()
    journal.checkpoint_path().unlink()
    (home / "printed").write_text(note)
    result = recover("--checkpoint", home / "printed")
    assert result.exit_code == 0, result.output
    assert published.read() == note
    assert is_whole(before, now)


@pytest.mark.parametrize("change", [("\n10\n", "\n9\n"), ("sunlit", "moonlit"), ("\n\n", "\n")])
def test_a_checkpoint_that_this_log_has_not_signed_is_not_believed(log: Log, home: Path, change: Any) -> None:
    log(10)
    (home / "printed").write_text((published.read() or "").replace(*change))
    result = recover("--checkpoint", home / "printed")
    assert result.exit_code == 1
    assert "is not a checkpoint of this log" in result.output


def test_a_damaged_published_copy_is_replaced_by_the_journals(log: Log) -> None:
    log(3)
    note = published.read()
    published.path().write_text("garbage")
    assert recover().exit_code == 0
    assert published.read() == note


def test_a_damaged_published_copy_with_nothing_in_its_place_is_asked_for(log: Log) -> None:
    log(3)
    published.path().write_text("garbage")
    journal.checkpoint_path().unlink()
    result = recover()
    assert result.exit_code == 1
    assert "--checkpoint" in result.output


def test_a_damaged_checkpoint_in_the_database_is_put_right(log: Log) -> None:
    log(3)
    Checkpoint.objects.update(note="garbage", root=bytes(32))
    assert recover().exit_code == 0
    assert verification.verify().is_clean


def test_what_is_missing_for_good_is_said_exactly(grown: Any) -> None:
    restore(600)
    shutil.rmtree(journal.directory())
    result = recover()
    assert result.exit_code == 1
    assert "entries 600 to 1299 of the 1300 that were signed, neither database nor journal has" in result.output
    assert "--new-origin" in result.output
    assert selectors.head().size == 600


def test_a_journal_that_does_not_give_the_signed_root_changes_nothing(grown: Any) -> None:
    restore(600)
    path = sorted(journal.directory().glob("*.jsonl"))[-1]
    lines = path.read_bytes().splitlines(keepends=True)
    lines[650] = lines[651].replace(b'"position":651', b'"position":650')
    path.write_bytes(b"".join(lines))
    result = recover()
    assert result.exit_code == 1
    assert "gives the root of the published checkpoint" in result.output
    assert selectors.head().size == 600


def test_a_damaged_line_of_the_journal_costs_that_entry_alone(grown: Any, now: Any) -> None:
    path = sorted(journal.directory().glob("*.jsonl"))[0]
    lines = path.read_bytes().splitlines(keepends=True)
    lines[3] = b"nonsense\n"
    path.write_bytes(b"".join(lines))
    restore(600)
    assert recover().exit_code == 0
    assert rows() == grown


def test_a_dry_run_changes_nothing(grown: Any) -> None:
    restore(600)
    result = recover("--dry-run")
    assert "the log has 1300 entries: 600 are sound in the database, 700 come out of the journal" in result.output
    assert selectors.head().size == 600


def test_it_keeps_away_while_a_worker_runs(log: Log) -> None:
    with worker.alone():
        result = recover()
    assert result.exit_code == 1
    assert "another worker holds" in result.output


def test_staff_are_told_which_documents_are_lost(log: Log, act: Log, settings: Any, monkeypatch: Any, now: Any) -> None:
    salt, document = bytes(32), {"title": "kept"}
    log(3)
    log(1, subject="record:7", ref="x/7#1", commitment=commitments.commit(salt, document))
    log(2)
    restore(3)

    class Shelf:
        name = "shelf"

        def contents(self) -> list[Content]:
            """One document is still there, another has taken the number of one that is lost."""
            return [
                Content("7", commitments.commit(salt, document), subject="record:7", ref="x/7#1"),
                Content("4", commitments.commit(salt, document), subject="record:3", ref="113300001/2026-00003#1"),
            ]

    monkeypatch.setattr(house, "content_sources", lambda: [Shelf()])
    result = recover()
    assert "2 replayed entries have no document in the tables" in result.output
    assert "5 2026-03-02 record.published 113300001/2026-00005#1 (record:5)" in result.output
    assert "record:7" not in result.output
    assert "sunlit rebuild" in result.output
    assert len((settings.HOME / "ledger" / "recovered.csv").read_text().splitlines()) == 4


def test_reactors_do_not_act_twice_upon_what_is_replayed(log: Log, monkeypatch: Any, now: Any) -> None:
    sent: list[int] = []
    reactor = Reactor("mail", lambda entry: [Act("send")], lambda effect: sent.append(effect.position))
    everyone = Followers(reactors=[reactor])
    monkeypatch.setattr(house, "followers", lambda: everyone)
    run_once(everyone, now=now)
    log(5)
    run_once(everyone, now=now)
    old = Cursor.objects.get()
    log(5)
    run_once(everyone, now=now)
    assert sent == list(range(10))
    restore(5)
    Effect.objects.filter(position__gte=5).delete()
    old.save()
    assert "mail does not act upon the entries 5 to 9" in recover().output
    run_once(everyone, now=now)
    assert sent == list(range(10))
    sequencer.sequence(now=now)
    run_once(everyone, now=now)
    assert sent == list(range(11))


def test_the_guard_lets_go_only_once_all_is_back(grown: Any, act: Log, now: Any, monkeypatch: Any) -> None:
    restore(0)
    append = commands.recovering.growing.append

    def stop_after(*arguments: Any) -> Head:
        head = append(*arguments)
        if head.size > 900:
            raise KeyboardInterrupt
        return head

    monkeypatch.setattr(commands.recovering.growing, "append", stop_after)
    recover()
    monkeypatch.undo()
    assert 0 < selectors.head().size < 1300
    act(1)
    with pytest.raises(guard.SigningRefused):
        sequencer.sequence(now=now)
    assert recover().exit_code == 0
    assert len(commands.recovering.listed()) == 1300
    assert is_whole(grown, now)
