"""``sunlit ledger``: what an operator or a citizen with a proof file types."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sunlit.ledger import commands, commitments, house, keys, notes, selectors
from sunlit.ledger.contents import Content
from sunlit.ledger.models import Entry

pytestmark = pytest.mark.django_db
Log = Callable[..., None]


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(commands.cli, [str(argument) for argument in arguments])


def test_every_command_is_documented() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "engines" / "ledger.md").read_text()
    for name in commands.cli.commands:
        assert f"`sunlit ledger {name}" in page


def test_vkey() -> None:
    assert run("vkey").output.strip() == keys.verifier().vkey()
    keys.vkey_path().unlink()
    result = run("vkey")
    assert result.exit_code == 1
    assert "sunlit init" in result.output


def test_verify_says_that_all_is_well_or_what_is_wrong(log: Log, settings: Any) -> None:
    settings.LEDGER_CONTENT_SOURCES = ""
    log(30)
    result = run("verify")
    assert result.exit_code == 0
    assert result.output == "30 entries, 1 tiles, 1 checkpoints: all is as it was signed\n"
    Entry.objects.filter(position=4).delete()
    result = run("verify", "--content")
    assert result.exit_code == 1
    assert "NOT as it was signed" in result.output
    assert "entry 4: it has been removed" in result.output


def test_verify_content_asks_the_registered_sources(log: Log, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    log(1)
    settings.LEDGER_CONTENT_SOURCES = "house.sources"
    gone = SimpleNamespace(name="record", contents=lambda: [Content("/r/1", None, position=0)])
    monkeypatch.setattr(house, "import_string", {"house.sources": lambda: [gone]}.__getitem__)
    assert run("verify").exit_code == 0
    result = run("verify", "--content")
    assert result.exit_code == 1
    assert "1 documents: NOT as it was signed" in result.output
    assert "record /r/1: it is gone, but entry 0 says that it was published" in result.output


def test_proof_by_position_and_by_reference(log: Log, tmp_path: Path) -> None:
    log(5)
    assert run("proof", "3").output == selectors.proof_for(3)
    target = tmp_path / "receipt.tlog-proof"
    assert run("proof", "113300001/2026-00003#1", "-o", target).exit_code == 0
    assert target.read_text() == selectors.proof_for(3)
    log(1, ref="113300001/2026-00003#1")
    assert "there is also entry 5, record.published" in run("proof", "113300001/2026-00003#1").output
    for unknown in ("17", "nothing", "113300001/2026-99999#1"):
        assert run("proof", unknown).exit_code == 1


def test_check_proof_needs_nothing_but_the_file_and_the_key(log: Log, tmp_path: Path) -> None:
    log(5)
    target = tmp_path / "receipt"
    target.write_bytes(selectors.proof_for(3).encode())
    vkey = keys.verifier().vkey()
    result = run("check-proof", target, "--vkey", vkey)
    assert result.exit_code == 0
    assert "proved: entry 3 of the 5 signed by sunlit.example/ledger" in result.output
    assert "2026-03-02 record.published 113300001/2026-00003#1" in result.output
    assert run("check-proof", target, "--vkey", keys.vkey_path()).exit_code == 0
    target.write_bytes(selectors.proof_for(3).replace("index 3", "index 2").encode())
    result = run("check-proof", target, "--vkey", vkey)
    assert result.exit_code == 1
    assert "NOT PROVED" in result.output
    other = notes.verifier_of("sunlit.example/ledger", keys.Ed25519PrivateKey.generate()).vkey()
    assert run("check-proof", target, "--vkey", other).exit_code == 1
    assert run("check-proof", target, "--vkey", "nonsense").exit_code == 1


def test_check_proof_binds_the_document(log: Log, tmp_path: Path) -> None:
    salt, document = commitments.new_salt(), {"title": "处罚决定", "amount": 500}
    log(1, commitment=commitments.commit(salt, document))
    receipt, record = tmp_path / "receipt", tmp_path / "record.json"
    receipt.write_bytes(selectors.proof_for(0).encode())
    arguments = ("check-proof", receipt, "--vkey", keys.verifier().vkey(), "--document", record)
    record.write_text(json.dumps({"document": document, "salt": notes.encode64(salt), "entry": 0}))
    result = run(*arguments)
    assert result.exit_code == 0
    assert "the document is the one to which the entry is bound" in result.output
    record.write_text(json.dumps({"document": {**document, "amount": 5}, "salt": notes.encode64(salt)}))
    assert "one of the two was changed" in run(*arguments).output
    record.write_text("[]")
    assert run(*arguments).exit_code == 1


def test_export_needs_something_signed(log: Log, tmp_path: Path) -> None:
    assert "nothing has been signed yet" in run("export", tmp_path / "copy").output
    log(300)
    result = run("export", tmp_path / "copy")
    assert result.exit_code == 0
    assert "300 entries" in result.output
    files = {str(path.relative_to(tmp_path / "copy")) for path in (tmp_path / "copy").rglob("*") if path.is_file()}
    tile_files = {"0/000", "0/001.p/44", "1/000.p/1", "entries/000", "entries/001.p/44"}
    assert files == {"checkpoint", "vkey", "vkeys"} | {f"tile/{name}" for name in tile_files}
