"""Checkpoints: signed when something changed, durable before published, refused where history does not fit."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sunlit.ledger import checkpoints, guard, keys, merkle, published, selectors, sequencer, tiles
from sunlit.ledger.models import Checkpoint, Entry, Head, Tile

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
Log = Callable[..., None]


def test_a_checkpoint_is_stored_and_published_alike(log: Log, home: Path) -> None:
    log(3)
    row = Checkpoint.objects.get()
    assert (home / "ledger" / "checkpoint").read_text() == row.note == selectors.published_note()
    statement = checkpoints.verified(row.note, keys.verifier())
    assert statement == checkpoints.Checkpoint("sunlit.example/ledger", 3, bytes(selectors.head().root))


def test_nothing_is_signed_where_nothing_changed(log: Log, now: datetime) -> None:
    assert sequencer.sign_checkpoint(now=now) is None
    assert not Checkpoint.objects.exists()
    log(1)
    assert sequencer.sign_checkpoint(now=now) is None
    assert Checkpoint.objects.count() == 1


def test_each_checkpoint_extends_the_one_before(log: Log) -> None:
    for count in (1, 2, 300, 5):
        log(count)
    rows = list(Checkpoint.objects.order_by("size"))
    reader = tiles.subtree_reader(selectors.tile)
    for old, new in pairwise(rows):
        proof = merkle.consistency_proof(old.size, new.size, reader)
        assert merkle.extends(old.size, new.size, bytes(old.root), bytes(new.root), proof)


@pytest.mark.django_db(transaction=True)
def test_it_is_on_disk_before_anyone_sees_it(log: Log, act: Log, now: datetime, monkeypatch: Any) -> None:
    act(2)
    sequencer.sequence()
    seen: list[bool] = []
    monkeypatch.setattr(published, "publish", lambda note: seen.append(Checkpoint.objects.filter(note=note).exists()))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        sequencer.sign_checkpoint(now=now)
    assert seen == [True]
    statements = " ".join(query["sql"] for query in queries)
    expected = "PRAGMA synchronous=FULL" if connection.vendor == "sqlite" else "SET LOCAL synchronous_commit TO on"
    assert expected in statements
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA synchronous").fetchone()[0] == 1


def test_a_stop_between_storing_and_publishing_is_made_good(log: Log, now: datetime) -> None:
    log(2)
    before = published.read()
    log(2)
    published.publish(before or "")
    assert selectors.published_size() == 2
    assert sequencer.sign_checkpoint(now=now) is None
    assert selectors.published_size() == 4


def shorten(size: int) -> None:
    """Put an older database in place."""
    edge = selectors.edge(size)
    Entry.objects.filter(position__gte=size).delete()
    Checkpoint.objects.filter(size__gt=size).delete()
    Tile.objects.all().delete()
    for address, data in edge.partial():
        Tile.objects.create(level=address.level, number=address.number, hashes=data)
    Head.objects.update(size=size, root=edge.root())


def test_a_restored_backup_neither_signs_nor_sequences(log: Log, act: Log, now: datetime) -> None:
    log(5)
    log(5)
    shorten(5)
    act(1)
    with pytest.raises(guard.SigningRefused, match="holds 5 entries, but a checkpoint over 10 was already published"):
        sequencer.sequence()
    with pytest.raises(guard.SigningRefused, match="sunlit ledger recover"):
        sequencer.sign_checkpoint(now=now)
    assert Entry.objects.count() == 5


def test_a_backup_that_has_grown_again_does_not_sign_its_second_history(
    log: Log, act: Log, now: datetime, home: Path
) -> None:
    log(5)
    log(5)
    note = published.read() or ""
    shorten(5)
    (home / "ledger" / "checkpoint").unlink()
    shutil.rmtree(home / "ledger" / "journal")
    log(7)  # on a host that lost published copy and journal as well
    published.publish(note)
    with pytest.raises(guard.SigningRefused, match="the first 10 entries are not those that were signed"):
        sequencer.sign_checkpoint(now=now)


def test_a_changed_tile_under_a_signed_checkpoint_stops_signing(log: Log, act: Log, now: datetime) -> None:
    log(5)
    act(1)
    sequencer.sequence()
    tile = Tile.objects.get()
    Tile.objects.filter(pk=tile.pk).update(hashes=bytes(32) + bytes(tile.hashes)[32:])
    with pytest.raises(guard.SigningRefused, match="has been changed"):
        sequencer.sign_checkpoint(now=now)


def test_a_damaged_published_copy_stops_everything(log: Log, act: Log, home: Path) -> None:
    log(1)
    (home / "ledger" / "checkpoint").write_text("garbage")
    act(1)
    with pytest.raises(guard.SigningRefused, match="cannot be read"):
        sequencer.sequence()


def test_a_log_keeps_its_name_when_the_instance_moves_to_another_port(log: Log, settings: Any, now: datetime) -> None:
    log(1)
    settings.LEDGER_ORIGIN = "elsewhere.example/ledger"
    keys.ensure()
    log(1)
    assert checkpoints.parse(published.read() or "").origin == "sunlit.example/ledger"


def test_a_log_that_has_not_signed_yet_takes_the_new_name(settings: Any) -> None:
    settings.LEDGER_ORIGIN = "elsewhere.example/ledger"
    keys.ensure()
    assert keys.origin() == "elsewhere.example/ledger"


def test_another_key_does_not_sign_for_this_log(log: Log, act: Log, now: datetime) -> None:
    log(1)
    keys.key_path().unlink()
    keys.ensure()
    act(1)
    sequencer.sequence()
    with pytest.raises(keys.KeyRefused, match="is not the key that"):
        sequencer.sign_checkpoint(now=now)
