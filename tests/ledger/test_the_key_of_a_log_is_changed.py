"""``sunlit ledger rotate-key``: both keys sign for a while, the log says so, and old signatures stay provable."""

from __future__ import annotations

import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.test import Client
from django.urls import reverse

from sunlit.calendars import clock
from sunlit.ledger import (
    checkpoints,
    commands,
    guard,
    keys,
    notes,
    proofs,
    published,
    rotation,
    selectors,
    sequencer,
    verification,
)
from sunlit.ledger.models import Checkpoint, Entry, Pending

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
Log = Callable[..., None]


def rotate(*arguments: str) -> Result:
    with clock.fixed(date(2026, 4, 1)):
        return CliRunner().invoke(commands.cli, ["rotate-key", *arguments])


def grow(now: Any) -> str:
    sequencer.sequence(now=now)
    sequencer.sign_checkpoint(now=now)
    return published.read() or ""


def test_both_keys_sign_until_the_old_one_is_retired(log: Log, now: Any) -> None:
    log(3)
    old = keys.verifier()
    result = rotate()
    assert result.exit_code == 0, result.output
    new = keys.verifier()
    assert new != old
    assert new.name == old.name
    assert new.vkey() in result.output
    note = grow(now)
    assert [line.key_id for line in notes.parse(note).signatures] == [new.key_id, old.key_id]
    assert checkpoints.verified(note, old) == checkpoints.verified(note, new)
    assert rotate("--retire").exit_code == 0
    log(1)
    note = published.read() or ""
    assert [line.key_id for line in notes.parse(note).signatures] == [new.key_id]
    assert verification.verify().is_clean
    assert Checkpoint.objects.count() == 3


def test_the_log_itself_tells_of_it(log: Log, now: Any) -> None:
    log(1)
    rotate()
    grow(now)
    entry = Entry.objects.get(event="key.rotated")
    assert entry.ref == keys.verifier().key_id.hex()


def test_only_the_old_secret_is_deleted(log: Log, now: Any, home: Path) -> None:
    log(1)
    secret = keys.key_path().read_bytes()
    rotate()
    assert (home / "keys" / "ledger.old.key").read_bytes() == secret
    assert stat.S_IMODE(keys.key_path().stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.old_key_path().stat().st_mode) == 0o600
    grow(now)
    rotate("--retire")
    left = {path.name for path in (home / "keys").iterdir()}
    assert left == {"ledger.key", "ledger.vkey", "ledger.vkeys"}
    assert all(secret not in path.read_bytes() for path in (home / "keys").iterdir())


def test_every_key_is_served_with_its_days(log: Log, now: Any, client: Client) -> None:
    log(1)
    old = keys.verifier().vkey()
    url = reverse("ledger:vkeys")
    assert client.get(url).content.decode() == f"{old} 2026-03-02 -\n"
    rotate()
    new = keys.verifier().vkey()
    assert client.get(url).content.decode() == f"{old} 2026-03-02 -\n{new} 2026-04-01 -\n"
    assert client.get(reverse("ledger:vkey")).content.decode() == f"{new}\n"
    grow(now)
    rotate("--retire")
    assert client.get(url).content.decode() == f"{old} 2026-03-02 2026-04-01\n{new} 2026-04-01 -\n"
    keys.vkey_path().unlink()
    keys.history_path().unlink()
    assert client.get(url).status_code == 404


def test_old_receipts_stay_provable_and_new_ones_are_provable_with_both(log: Log, now: Any) -> None:
    log(2)
    old, receipt = keys.verifier(), selectors.proof_for(1)
    rotate()
    grow(now)
    body = bytes(Entry.objects.get(position=1).body)
    for verifier in (old, keys.verifier()):
        assert proofs.verify(proofs.parse(selectors.proof_for(1)), body, verifier).size == 3
    rotate("--retire")
    assert proofs.verify(proofs.parse(receipt), body, old).size == 2


def test_a_key_can_be_changed_again_and_again(log: Log, now: Any) -> None:
    log(1)
    for _ in range(3):
        assert rotate().exit_code == 0
        grow(now)
        assert rotate("--retire").exit_code == 0
        log(1)
    assert len(keys.verifiers()) == len({one.public for one in keys.verifiers()}) == 4
    assert verification.verify().is_clean


def test_what_comes_too_early_is_refused(log: Log, now: Any) -> None:
    assert "nothing has been signed" in rotate().output
    assert "only one key is signing" in rotate("--retire").output
    log(1)
    rotate()
    assert "two keys are signing already" in rotate().output
    assert "not yet in a signed log" in rotate("--retire").output
    sequencer.sequence(now=now)
    assert "not yet in a signed log" in rotate("--retire").output
    grow(now)
    assert rotate("--retire").exit_code == 0


@pytest.mark.parametrize("step", ["create", "_write", "_enter", "hardlink", "swap", "replace_file"])
def test_stopped_at_any_step_it_is_finished_by_the_same_command(
    log: Log, now: Any, step: str, monkeypatch: Any
) -> None:
    log(1)
    old = keys.verifier()

    def stop(*arguments: Any, **other: Any) -> None:
        raise KeyboardInterrupt

    places = {
        "create": (keys, "create"),
        "_write": (rotation, "_write"),
        "_enter": (rotation, "_enter"),
        "hardlink": (Path, "hardlink_to"),
        "swap": (Path, "replace"),
        "replace_file": (keys, "replace_file"),
    }
    if step == "replace_file":
        keys.history_path().write_text("")
    with monkeypatch.context() as patch:
        patch.setattr(*places[step], stop)
        if step == "replace_file":
            patch.setattr(rotation, "_write", lambda found: None)
        assert rotate().exit_code == 1
    if step != "replace_file":  # here the swap is half done, and nothing signs until it is finished
        log(1)
        assert checkpoints.verified(published.read() or "", old)
    assert rotate().exit_code == 0
    note = grow(now)
    assert len(notes.parse(note).signatures) == 2
    assert Entry.objects.filter(event="key.rotated").count() + Pending.objects.count() == 1


def test_a_strange_key_is_no_key_of_the_log(log: Log, now: Any) -> None:
    log(1)
    rotate()
    grow(now)
    keys.history_path().write_text(keys.history_path().read_text().splitlines(keepends=True)[1])
    report = verification.verify()
    assert [finding.where for finding in report.findings] == ["checkpoint 1"]
    keys.history_path().write_text("nonsense\n")
    with pytest.raises(keys.KeyRefused, match="is damaged"):
        verification.verify()


def test_the_guard_asks_for_the_name_alone(log: Log, now: Any) -> None:
    log(1)
    rotate()
    guard.refuse_to_sign(selectors.head())
    assert keys.origin() == "sunlit.example/ledger"
