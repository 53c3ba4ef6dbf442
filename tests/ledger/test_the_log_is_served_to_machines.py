"""/ledger: checkpoint, tiles, entries, verifier key and proofs, as C2SP tlog-tiles asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sunlit.ledger import checkpoints, keys, merkle, notes, proofs, published, selectors, sequencer, tiles
from sunlit.ledger.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
Log = Callable[..., None]


def tile_url(path: str) -> str:
    return reverse("ledger:tile", args=[path])


def test_the_checkpoint(client: Client, log: Log) -> None:
    assert client.get(reverse("ledger:checkpoint")).status_code == 404
    log(3)
    response = client.get(reverse("ledger:checkpoint"))
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Cache-Control"] == "public, max-age=5"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert checkpoints.verified(response.content.decode(), keys.verifier()).size == 3


def test_the_verifier_key(client: Client) -> None:
    response = client.get(reverse("ledger:vkey"))
    assert notes.parse_vkey(response.content.decode()) == keys.verifier()
    keys.vkey_path().unlink()
    assert client.get(reverse("ledger:vkey")).status_code == 404


def test_every_tile_of_the_published_checkpoint_is_served_and_immutable(client: Client, log: Log) -> None:
    log(600)
    leaves = [bytes(leaf) for leaf in Entry.objects.order_by("position").values_list("leaf_hash", flat=True)]
    for address in tiles.tiles_of(600):
        response = client.get(tile_url(tiles.path(address)))
        assert response.status_code == 200
        assert response["Content-Type"] == "application/octet-stream"
        assert "immutable" in response["Cache-Control"]
        assert len(response.content) == address.width * 32
        if address.level == 0:
            start = address.number * 256
            assert tiles.split(response.content) == leaves[start : start + address.width]


def test_every_partial_tile_that_was_ever_published_still_exists(client: Client, log: Log) -> None:
    log(10)
    early = client.get(tile_url("0/000.p/10")).content
    log(290)
    for width in (1, 10, 44, 255):
        assert client.get(tile_url(f"0/000.p/{width}")).status_code == 200
    assert client.get(tile_url("0/000.p/10")).content == early
    assert client.get(tile_url("0/000")).content.startswith(early)
    assert client.get(tile_url("1/000.p/1")).content == merkle.root_of(
        tiles.split(client.get(tile_url("0/000")).content)
    )


def test_entries_are_served_as_they_were_hashed(client: Client, log: Log) -> None:
    log(300)
    first = tiles.unpack_entries(client.get(tile_url("entries/000")).content)
    rest = tiles.unpack_entries(client.get(tile_url("entries/001.p/44")).content)
    assert len(first + rest) == 300
    assert merkle.root_of([merkle.leaf_hash(entry) for entry in first + rest]) == bytes(selectors.head().root)


@pytest.mark.parametrize(
    "path",
    [
        *("0/001", "0/000", "0/000.p/11", "1/000", "1/000.p/1", "63/000.p/1", "entries/000", "entries/000.p/11"),
        *("9/x999/999", "nonsense", "0/0", "entries/../0/000", "0/000.p/0", "0/" + "x999/" * 11 + "999"),
    ],
)
def test_what_does_not_exist_is_not_found(client: Client, log: Log, path: str) -> None:
    log(10)
    assert client.get(tile_url(path)).status_code == 404


def test_what_is_not_yet_signed_is_not_served(client: Client, log: Log, act: Log) -> None:
    log(10)
    act(5)
    sequencer.sequence()
    assert client.get(tile_url("0/000.p/10")).status_code == 200
    assert client.get(tile_url("0/000.p/11")).status_code == 404
    assert client.get(tile_url("entries/000.p/11")).status_code == 404
    assert client.get(reverse("ledger:proof", args=[10])).status_code == 404


def test_a_proof_is_a_download_that_verifies(client: Client, log: Log) -> None:
    log(40)
    response = client.get(reverse("ledger:proof", args=[33]))
    assert response["Content-Disposition"] == 'attachment; filename="entry-33.tlog-proof"'
    proof = proofs.parse(response.content.decode())
    assert proof.extra == bytes(Entry.objects.get(position=33).body)
    assert proofs.verify(proof, proof.extra, keys.verifier()).size == 40
    for position in (40, 2**63, 10**30):
        assert client.get(reverse("ledger:proof", args=[position])).status_code == 404


def test_a_host_without_the_published_copy_serves_the_stored_checkpoint(client: Client, log: Log, home: Any) -> None:
    log(4)
    published.path().unlink()
    response = client.get(reverse("ledger:checkpoint"))
    assert checkpoints.verified(response.content.decode(), keys.verifier()).size == 4
    assert client.get(tile_url("0/000.p/4")).status_code == 200


def test_nothing_is_written_and_nothing_else_is_allowed(
    client: Client, log: Log, django_assert_num_queries: Any
) -> None:
    log(3)
    with django_assert_num_queries(0):
        client.get(reverse("ledger:checkpoint"))
    with django_assert_num_queries(1):
        client.get(tile_url("0/000.p/3"))
    assert client.head(reverse("ledger:checkpoint")).status_code == 200
    for name, arguments in (("checkpoint", []), ("vkey", []), ("tile", ["0/000.p/3"]), ("proof", [0])):
        assert client.post(reverse(f"ledger:{name}", args=arguments)).status_code == 405
