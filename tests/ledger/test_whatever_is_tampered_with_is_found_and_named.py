"""Tampering with an entry, removal, reordering, forking, an edited document, a restored old database."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import models

from sunlit.ledger import checkpoints, commitments, journal, keys, merkle, published, selectors, tiles, verification
from sunlit.ledger.contents import Content
from sunlit.ledger.findings import Fault
from sunlit.ledger.models import Checkpoint, Entry, Head, Tile

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
Log = Callable[..., None]


@pytest.fixture
def grown(log: Log) -> Log:
    """A log of 700 entries, signed at 300, 600 and 700."""
    log(300)
    log(300)
    log(100)
    assert verification.verify().is_clean
    return log


def found() -> set[tuple[Fault, str]]:
    return {(finding.fault, finding.where) for finding in verification.verify().findings}


def swap(position: int, **values: Any) -> None:
    assert Entry.objects.filter(position=position).update(**values) == 1


def rewrite(position: int, body: bytes) -> None:
    """Change an entry as someone would who knows about leaf hashes."""
    swap(position, body=body, leaf_hash=merkle.leaf_hash(body))


def rebuild_tiles() -> None:
    """Make tiles and head fit the entries again, as someone would who has the source code."""
    Tile.objects.all().delete()
    edge = tiles.Edge()
    rows: dict[tuple[int, int], bytes] = {}
    for leaf in Entry.objects.order_by("position").values_list("leaf_hash", flat=True):
        rows.update(((a.level or 0, a.number), data) for a, data in edge.add(bytes(leaf)))
    rows.update(((a.level or 0, a.number), data) for a, data in edge.partial())
    Tile.objects.bulk_create(Tile(level=lv, number=n, hashes=data) for (lv, n), data in rows.items())
    Head.objects.update(size=edge.size, root=edge.root())


def body_of(position: int) -> bytes:
    return bytes(Entry.objects.get(position=position).body)


def test_a_log_left_alone_is_clean(grown: Log) -> None:
    report = verification.verify()
    assert (report.entries, report.checkpoints, report.tiles) == (700, 3, 4)
    assert report.is_clean


def test_an_empty_log_is_clean() -> None:
    assert verification.verify().is_clean


def test_a_changed_entry(grown: Log) -> None:
    swap(17, body=body_of(17).replace(b"2026-03-02", b"2026-03-03"))
    assert found() == {(Fault.ENTRY_CHANGED, "entry 17")}


def test_a_changed_entry_whose_leaf_hash_was_made_to_fit(grown: Log) -> None:
    rewrite(17, body_of(17).replace(b"2026-03-02", b"2026-03-03"))
    assert found() == {(Fault.ENTRY_CHANGED, "entry 17")}


def test_a_changed_entry_whose_tiles_and_head_were_made_to_fit(grown: Log) -> None:
    rewrite(450, body_of(450).replace(b"2026-03-02", b"2026-03-03"))
    rebuild_tiles()
    assert found() == {
        (Fault.FORKED, "checkpoint 600"),
        (Fault.FORKED, "checkpoint 700"),
        (Fault.FORKED, "the published checkpoint"),
    }


def test_a_forked_log_whose_checkpoints_were_signed_anew_with_the_real_key(grown: Log) -> None:
    rewrite(450, body_of(450).replace(b"2026-03-02", b"2026-03-03"))
    rebuild_tiles()
    for row in Checkpoint.objects.all():
        root = selectors.root_at(row.size)
        note = checkpoints.signed(checkpoints.Checkpoint(keys.origin(), row.size, root), keys.signer())
        Checkpoint.objects.filter(pk=row.pk).update(root=root, note=note)
    assert found() == {(Fault.FORKED, "the published checkpoint")}


def test_a_removed_entry(grown: Log) -> None:
    Entry.objects.filter(position=17).delete()
    assert found() == {(Fault.ENTRY_MISSING, "entry 17")}


def test_a_removed_entry_with_the_gap_closed(grown: Log) -> None:
    Entry.objects.filter(position=698).delete()
    Entry.objects.filter(position=699).update(position=698)
    assert found() == {(Fault.ENTRY_MOVED, "entry 698"), (Fault.ENTRY_MISSING, "entry 699")}


def test_a_removed_entry_with_everything_made_to_fit(grown: Log) -> None:
    Entry.objects.filter(position=17).delete()
    for position in range(18, 700):
        Entry.objects.filter(position=position).update(position=position - 1)
    rebuild_tiles()
    assert found() == {
        (Fault.FORKED, "checkpoint 300"),
        (Fault.FORKED, "checkpoint 600"),
        (Fault.ROLLED_BACK, "checkpoint 700"),
        (Fault.ROLLED_BACK, "the published checkpoint"),
    }


def test_two_entries_in_another_order(grown: Log) -> None:
    Entry.objects.filter(position=3).update(position=10_000)
    Entry.objects.filter(position=5).update(position=3)
    Entry.objects.filter(position=10_000).update(position=5)
    assert found() == {(Fault.ENTRY_MOVED, "entry 3"), (Fault.ENTRY_MOVED, "entry 5")}
    sentences = {str(finding) for finding in verification.verify().findings}
    assert "entry 3: it holds what the tree recorded as entry 5" in sentences


def test_an_entry_put_behind_the_end(grown: Log, now: Any) -> None:
    body = body_of(1)
    Entry.objects.create(position=700, body=body, leaf_hash=merkle.leaf_hash(body), event="x", sequenced_at=now)
    assert found() == {(Fault.ENTRY_EXTRA, "entry 700")}


def test_a_label_that_does_not_say_what_the_entry_says(grown: Log) -> None:
    swap(8, ref="113300001/2026-00009#1")
    assert found() == {(Fault.LABEL_CHANGED, "entry 8")}


def test_changed_tiles(grown: Log) -> None:
    tile = Tile.objects.get(level=1, number=0)
    Tile.objects.filter(pk=tile.pk).update(hashes=bytes(32) + bytes(tile.hashes)[32:])
    assert found() == {(Fault.TILE_CHANGED, "tile 1/000")}
    Tile.objects.filter(pk=tile.pk).delete()
    assert (Fault.TILE_MISSING, "tile 1/000") in found()


def test_a_changed_hash_in_the_lowest_tile(grown: Log) -> None:
    tile = Tile.objects.get(level=0, number=0)
    Tile.objects.filter(pk=tile.pk).update(hashes=bytes(tile.hashes)[:-32] + bytes(32))
    assert (Fault.ENTRY_CHANGED, "entry 255") in found()
    assert not {where for _, where in found() if "checkpoint" in where}


def test_a_changed_head(grown: Log) -> None:
    Head.objects.update(root=bytes(32))
    assert found() == {(Fault.HEAD_CHANGED, "the head")}


@pytest.mark.parametrize("change", [("600\n", "601\n"), ("sunlit.example", "sunlit.invalid"), ("\n\n", "\n")])
def test_a_changed_checkpoint(grown: Log, change: tuple[str, str]) -> None:
    row = Checkpoint.objects.get(size=600)
    Checkpoint.objects.filter(pk=600).update(note=row.note.replace(*change))
    assert found() == {(Fault.CHECKPOINT_CHANGED, "checkpoint 600")}


def test_a_checkpoint_signed_with_another_key(grown: Log) -> None:
    row = Checkpoint.objects.get(size=600)
    other = checkpoints.Checkpoint(keys.origin(), 600, bytes(row.root))
    forged = checkpoints.signed(other, keys.Ed25519PrivateKey.generate())
    Checkpoint.objects.filter(pk=600).update(note=forged)
    assert found() == {(Fault.CHECKPOINT_CHANGED, "checkpoint 600")}


def test_a_restored_old_database(grown: Log) -> None:
    restore(300)
    assert found() == {(Fault.ROLLED_BACK, "the published checkpoint")}
    (finding,) = verification.verify().findings
    assert "covers 700 entries, the log holds 300" in finding.sentence


def restore(size: int) -> None:
    """Put the tables back to what they were when the log held ``size`` entries."""
    Entry.objects.filter(position__gte=size).delete()
    Checkpoint.objects.filter(size__gt=size).delete()
    rebuild_tiles()


def test_after_many_faults_of_a_kind_the_rest_is_counted(grown: Log) -> None:
    Entry.objects.filter(position__lt=100).update(body=b"{}")
    report = verification.verify()
    assert report.counts[Fault.ENTRY_CHANGED] > 99
    assert len(report.findings) == 20


@dataclass(frozen=True)
class Shelf:
    """Documents that a test can edit."""

    documents: dict[int, object]
    salt: bytes = bytes(32)
    name: str = "document"

    def contents(self) -> Iterable[Content]:
        for number, document in self.documents.items():
            commitment = None if document is None else commitments.commit(self.salt, document)
            yield Content(f"no. {number}", commitment, subject=f"doc:{number}", ref=f"doc/{number}#1")


@pytest.fixture
def shelf(log: Log) -> Shelf:
    shelf = Shelf({number: {"title": "处罚决定", "amount": number} for number in range(20)})
    for number, document in shelf.documents.items():
        commitment = commitments.commit(shelf.salt, document)
        log(1, subject=f"doc:{number}", ref=f"doc/{number}#1", commitment=commitment)
    return shelf


def test_documents_left_alone_are_those_of_the_log(shelf: Shelf) -> None:
    report = verification.verify(sources=[shelf])
    assert report.is_clean
    assert report.contents == 20


@pytest.mark.parametrize(
    ("number", "document", "fault"),
    [
        (7, {"title": "处罚决定", "amount": 8}, Fault.CONTENT_CHANGED),
        (7, {"title": "處罰決定", "amount": 7}, Fault.CONTENT_CHANGED),
        (7, None, Fault.CONTENT_CHANGED),
        (99, {"title": "smuggled in"}, Fault.CONTENT_UNKNOWN),
    ],
)
def test_an_edited_removed_or_smuggled_document(shelf: Shelf, number: int, document: object, fault: Fault) -> None:
    shelf.documents[number] = document
    report = verification.verify(sources=[shelf])
    assert [(f.fault, f.where) for f in report.findings] == [(fault, f"document no. {number}")]


def test_a_document_can_be_found_by_position(shelf: Shelf) -> None:
    @dataclass(frozen=True)
    class ByPosition(Shelf):
        def contents(self) -> Iterable[Content]:
            for number, document in self.documents.items():
                yield Content(f"no. {number}", commitments.commit(self.salt, document), position=number)

    shelf.documents[3] = {"title": "edited"}
    report = verification.verify(sources=[ByPosition(shelf.documents)])
    assert [(f.fault, f.where) for f in report.findings] == [(Fault.CONTENT_CHANGED, "document no. 3")]


def test_every_table_of_the_log_itself_is_covered(grown: Log) -> None:
    """Whoever adds a table that the log's truth depends on must extend the verification."""
    checked: set[type[models.Model]] = {Entry, Tile, Head, Checkpoint}
    local = {"Pending", "Release", "Cursor", "Parked", "Effect", "Heartbeat", "Alarm", "Touch", "Witness"}
    assert {model.__name__ for model in checked} | local == {
        model.__name__ for model in Entry._meta.apps.get_app_config("ledger").get_models()
    }


def test_the_published_copy_itself_is_checked(grown: Log) -> None:
    published.publish((published.read() or "").replace("700\n", "699\n"))
    assert found() == {(Fault.CHECKPOINT_CHANGED, "the published checkpoint")}


def test_a_journal_that_could_not_bring_the_log_back(grown: Log) -> None:
    (path,) = journal.directory().glob("*.jsonl")
    whole = path.read_bytes()
    for damaged in (whole.replace(b'"position":17', b'"position":18'), whole[:-5], b""):
        path.write_bytes(damaged)
        assert found() == {(Fault.JOURNAL_DAMAGED, "the journal")}
    path.write_bytes(whole.replace(b'"ref":"113300001/2026-00017#1"', b'"ref":""'))
    assert found() == set()  # what is not hashed cannot be checked
    lines = whole.splitlines(keepends=True)
    lines[17] = lines[18].replace(b'"position":18', b'"position":17')
    path.write_bytes(b"".join(lines))
    assert found() == {(Fault.JOURNAL_DAMAGED, "the journal")}
    journal.checkpoint_path().write_text("garbage")
    assert found() == {(Fault.JOURNAL_DAMAGED, "the journal")}
