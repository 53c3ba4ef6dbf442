"""The daily root: one sheet for a notice board, a text for the radio, and who has cosigned."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from sunlit.calendars import clock
from sunlit.ledger import checkpoints, cosignatures, keys, notes, published
from sunlit.ledger.models import Checkpoint
from sunlit.portal.pages import root

pytestmark = pytest.mark.django_db(databases="__all__")
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
PAPER = cosignatures.Cosigner("paper.example/witness", KEY.public_key().public_bytes_raw())
TODAY = date(2026, 3, 5)


def sign(size: int, at: str) -> Checkpoint:
    """Store a checkpoint signed at an instant of the city's own clock."""
    statement = checkpoints.Checkpoint(keys.origin(), size, sha256(str(size).encode()).digest())
    moment = datetime.fromisoformat(f"{at}+08:00")
    note = checkpoints.signed(statement, keys.signer())
    return Checkpoint.objects.create(size=size, root=statement.root, note=note, signed_at=moment)


@pytest.fixture
def days(city: Any) -> Any:
    Checkpoint.objects.all().delete()
    sign(5, "2026-03-01 10:00")
    sign(7, "2026-03-01 23:59:59")
    sign(9, "2026-03-02 00:00:00")
    sign(12, "2026-03-05 08:00")
    with clock.fixed(datetime(2026, 3, 5, 2, 0, tzinfo=UTC)):
        yield


def ask(path: str) -> dict[str, Any]:
    response = Client().get(path)
    assert response.status_code == 200, path
    found: dict[str, Any] = response.json()
    return found


@pytest.mark.parametrize(
    ("day", "size", "unchanged"), [("2026-03-01", 7, False), ("2026-03-02", 9, False), ("2026-03-04", 9, True)]
)
def test_a_day_has_the_last_root_signed_in_the_citys_own_time(days: None, day: str, size: int, unchanged: bool) -> None:
    page = ask(f"/verify/root/{day}.json")
    assert (page["size"], page["is_unchanged"], page["is_over"]) == (size, unchanged, True)
    assert "".join(map("".join, page["groups"])).lower() == sha256(str(size).encode()).hexdigest()
    assert notes.decode64(page["root"]) == sha256(str(size).encode()).digest()


def test_without_a_day_it_is_the_last_one(days: None) -> None:
    page = ask("/verify/root.json")
    assert (page["day"], page["size"], page["is_over"], page["later"]) == ("2026-03-05", 12, False, "")
    assert page["earlier"] == "/verify/root/2026-03-02/"
    assert ask("/verify/root/2026-03-02.json")["later"] == "/verify/root/2026-03-05/"


@pytest.mark.parametrize(
    "day", ["2026-02-28", "2026-03-06", "20260301", "2026-3-1", "2026-02-30", "9999-12-31", "today"]
)
def test_days_without_a_root_are_not_found(days: None, day: str) -> None:
    for path in (f"/verify/root/{day}/", f"/verify/root/{day}.json", f"/verify/root/{day}.txt"):
        assert Client().get(path).status_code == 404, path


def test_before_anything_was_signed_there_is_no_root(city: Any) -> None:
    Checkpoint.objects.all().delete()
    assert Client().get("/verify/root/").status_code == 404


def test_the_text_for_the_radio_gives_back_the_root(days: None) -> None:
    for prefix in ("", "/zh-hant", "/en"):
        response = Client().get(f"{prefix}/verify/root/2026-03-01.txt")
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        lines = re.findall(r"^(\d+): ((?:[0-9A-F] ){3}[0-9A-F])$", response.content.decode(), re.MULTILINE)
        assert [int(number) for number, _ in lines] == list(range(1, 17))
        heard = "".join(group for _, group in lines).replace(" ", "")
        assert heard.lower() == sha256(b"7").hexdigest()


@given(st.binary(min_size=32, max_size=32))
def test_groups_are_sixteen_of_four_signs(data: bytes) -> None:
    rows = root.in_groups(data)
    assert [len(row) for row in rows] == [4] * 4
    assert bytes.fromhex("".join(map("".join, rows))) == data


def test_the_fingerprint_is_what_sha256sum_gives(days: None) -> None:
    page = ask("/verify/root.json")
    assert "".join(map("".join, page["fingerprint"])).lower() == sha256(page["vkey"].encode()).hexdigest()
    assert page["vkey"] == keys.verifier().vkey()


def cosign(note: str, at: datetime) -> str:
    text, stamp = notes.parse(note).text, int(at.timestamp())
    value = stamp.to_bytes(8, "big") + KEY.sign(cosignatures.message(text, stamp))
    return cosignatures.add(note, notes.Signature(PAPER.name, PAPER.key_id, value))


def test_it_says_which_witnesses_have_cosigned(days: None, settings: Any) -> None:
    absent = cosignatures.Cosigner("hall.example", bytes(32)).vkey()
    settings.WITNESSES = f"{PAPER.vkey()}=https://paper.example {absent}=https://hall.example"
    row = Checkpoint.objects.get(size=12)
    at = row.signed_at + timedelta(seconds=5)
    Checkpoint.objects.filter(size=12).update(note=cosign(row.note, at))
    page = ask("/verify/root.json")
    assert [one["name"] for one in page["cosigners"]] == [PAPER.name, "hall.example"]
    assert [bool(one["at"]) for one in page["cosigners"]] == [True, False]
    html = Client().get("/en/verify/root/").content.decode()
    assert "cosigned 2026-03-05 08:00" in html
    assert "has not cosigned it" in html
    published.publish(Checkpoint.objects.get(size=12).note)
    html = Client().get("/en/verify/").content.decode()
    assert "cosigned 2026-03-05 08:00" in html
    assert 'href="/en/verify/root/"' in html


def test_a_line_that_only_claims_to_be_by_a_witness_counts_for_nothing(days: None, settings: Any) -> None:
    settings.WITNESSES = f"{PAPER.vkey()}=https://paper.example"
    row = Checkpoint.objects.get(size=12)
    forged = notes.Signature(PAPER.name, PAPER.key_id, bytes(72))
    Checkpoint.objects.filter(size=12).update(note=cosignatures.add(row.note, forged))
    assert ask("/verify/root.json")["cosigners"] == [{"name": PAPER.name, "at": None}]
