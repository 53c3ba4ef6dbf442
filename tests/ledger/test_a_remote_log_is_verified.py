"""``sunlit ledger verify URL``: anyone can recompute a log through what it serves, and notice if it is rewritten."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sunlit.ledger import checkpoints, commands, exports, keys, merkle, notes, remote, rotation, tiles
from sunlit.ledger.models import Entry

Log = Callable[..., None]
pytestmark = pytest.mark.django_db


class Quiet(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    (tmp_path / "copy").mkdir()
    return tmp_path / "copy"


@pytest.fixture
def url(copy: Path) -> Iterator[str]:
    """The address of a real web server that serves the copy."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(copy)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def verify(*arguments: str | Path) -> Result:
    return CliRunner().invoke(commands.cli, ["verify", *map(str, arguments)])


@pytest.fixture
def grown(log: Log, copy: Path) -> None:
    log(700)
    exports.export(copy)


def resign(copy: Path, size: int, root: bytes) -> None:
    """Sign another statement with the real key, as the log's own keeper could."""
    note = checkpoints.signed(checkpoints.Checkpoint(keys.origin(), size, root), keys.signer())
    (copy / "checkpoint").write_text(note)


def test_a_static_copy_is_verified(grown: None, url: str) -> None:
    result = verify(url)
    assert result.exit_code == 0, result.output
    assert "sunlit.example/ledger: 700 entries, 4 tiles: all is as it was signed" in result.output
    assert f"--vkey {keys.verifier().vkey()}" in result.output


@pytest.mark.django_db(transaction=True)
def test_a_running_instance_is_verified(log: Log, live_server: Any, tmp_path: Path) -> None:
    log(300)
    state = tmp_path / "state"
    assert verify(live_server.url, "--state", state).exit_code == 0
    log(400)
    result = verify(f"{live_server.url}/ledger/", "--state", state, "--vkey", keys.vkey_path())
    assert result.exit_code == 0, result.output
    assert "it has only grown since last time: from 300 entries to 700" in result.output


def test_a_log_of_three_levels(log: Log, copy: Path, url: str) -> None:
    log(66_000)
    exports.export(copy)
    result = verify(url)
    assert "66000 entries, 261 tiles: all is as it was signed" in result.output
    assert "16384 of 66000 entries" in result.output


def test_another_key_is_not_believed(grown: None, url: str) -> None:
    other = notes.verifier_of(keys.origin(), Ed25519PrivateKey.generate()).vkey()
    result = verify(url, "--vkey", other)
    assert result.exit_code == 1
    assert "NOT VERIFIED: the checkpoint is not signed by" in result.output


def test_a_changed_entry_is_named(grown: None, url: str, copy: Path) -> None:
    path = copy / "tile" / "entries" / "000"
    path.write_bytes(path.read_bytes().replace(b"2026-00017#1", b"2026-00018#1"))
    result = verify(url)
    assert result.exit_code == 1
    assert "entry 17 is not what its tile says" in result.output
    assert "the 700 entries do not give the signed root" in result.output


@pytest.mark.parametrize("name", ["0/001", "1/000.p/2", "0/002.p/188"])
def test_a_changed_tile_is_named(grown: None, url: str, copy: Path, name: str) -> None:
    path = copy / "tile" / name
    path.write_bytes(bytes(32) + path.read_bytes()[32:])
    result = verify(url)
    assert result.exit_code == 1
    assert ("entry 256 " if name == "0/001" else "entry 512 " if name[0] == "0" else f"tile {name} ") in result.output


@pytest.mark.parametrize("name", ["0/001", "entries/002.p/188"])
def test_a_missing_tile_is_named(grown: None, url: str, copy: Path, name: str) -> None:
    (copy / "tile" / name).unlink()
    result = verify(url)
    assert result.exit_code == 1
    assert "NOT VERIFIED" in result.output
    assert "is not there" in result.output


def test_the_full_tile_stands_in_for_its_part(log: Log, copy: Path, url: str, tmp_path: Path) -> None:
    log(200)
    exports.export(copy)
    note = (copy / "checkpoint").read_text()
    log(400)
    (copy / "tile" / "0" / "000.p" / "200").unlink()
    (copy / "tile" / "entries" / "000.p" / "200").unlink()
    exports.export(copy)
    (copy / "checkpoint").write_text(note)
    assert "200 entries, 1 tiles: all is as it was signed" in verify(url).output


def test_a_log_that_was_rewritten_since_is_found_out(log: Log, copy: Path, url: str, tmp_path: Path) -> None:
    state = tmp_path / "state"
    log(300)
    exports.export(copy)
    assert verify(url, "--state", state).exit_code == 0
    before = state.read_text()
    bodies = [b"rewritten %d" % n for n in range(400)]
    edge = tiles.Edge()
    for body in bodies:
        for address, data in edge.add(merkle.leaf_hash(body)):
            (copy / "tile" / tiles.path(address)).write_bytes(data)
    for address, data in edge.partial():
        (copy / "tile" / tiles.path(address)).write_bytes(data)
    (copy / "tile" / "entries" / "000").write_bytes(tiles.pack_entries(bodies[:256]))
    (copy / "tile" / "entries" / "001.p" / "144").write_bytes(tiles.pack_entries(bodies[256:]))
    resign(copy, 400, edge.root())
    assert verify(url).exit_code == 0  # taken alone it is a log like any other
    result = verify(url, "--state", state)
    assert result.exit_code == 1
    assert "the first 300 entries are not those of last time: the log was rewritten" in result.output
    assert state.read_text() == before


def test_a_log_that_was_rolled_back_is_found_out(log: Log, copy: Path, url: str, tmp_path: Path) -> None:
    state = tmp_path / "state"
    log(300)
    exports.export(copy)
    old = (copy / "checkpoint").read_text()
    log(10)
    exports.export(copy)
    assert verify(url, "--state", state).exit_code == 0
    (copy / "checkpoint").write_text(old)
    assert "last time it had 310: the log was rolled back" in verify(url, "--state", state).output


def test_another_history_of_the_same_length_is_found_out(grown: None, url: str, tmp_path: Path) -> None:
    state = tmp_path / "state"
    assert verify(url, "--state", state).exit_code == 0
    seen = json.loads(state.read_text())
    state.write_text(json.dumps({**seen, "root": notes.encode64(bytes(32))}))
    assert "the log was rewritten" in verify(url, "--state", state).output


def test_a_key_that_changes_without_a_word_is_found_out(grown: None, url: str, copy: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    assert verify(url, "--state", state).exit_code == 0
    thief = Ed25519PrivateKey.generate()
    said = checkpoints.parse((copy / "checkpoint").read_text())
    (copy / "checkpoint").write_text(checkpoints.signed(said, thief))
    (copy / "vkey").write_text(notes.verifier_of(said.origin, thief).vkey())
    result = verify(url, "--state", state)
    assert result.exit_code == 1
    assert "no entry says that the key was changed" in result.output


def test_a_key_that_was_changed_in_the_open_is_believed(grown: None, log: Log, url: str, copy: Path, now: Any) -> None:
    state = copy.parent / "state"
    assert verify(url, "--state", state).exit_code == 0
    rotation.begin(now.date())
    log(1)
    exports.export(copy)
    before = keys.verifiers()[1].vkey()
    assert verify(url, "--vkey", before).exit_code == 0  # both sign
    rotation.retire(now.date())
    log(1)
    exports.export(copy)
    assert "NOT VERIFIED" in verify(url, "--vkey", before).output  # whoever pins a key has to take the new one
    result = verify(url, "--state", state)
    assert result.exit_code == 0, result.output
    assert json.loads(state.read_text())["vkey"] == keys.verifier().vkey()


def test_nothing_sensible_at_the_address(url: str, copy: Path, tmp_path: Path) -> None:
    for address in (url, "ftp://example.org", "http://127.0.0.1:1", f"{url}/checkpoint"):
        result = verify(address)
        assert result.exit_code == 1
        assert "NOT VERIFIED" in result.output
    (copy / "checkpoint").write_bytes(b"\xff\xfe")
    assert "is not text" in verify(url).output
    (tmp_path / "state").write_text("{}")
    assert "restore or remove it" in verify(url, "--state", tmp_path / "state").output


def test_options_that_do_not_go_together(url: str, tmp_path: Path) -> None:
    assert verify(url, "--content").exit_code == 2
    assert verify("--state", tmp_path / "state").exit_code == 2


def test_little_is_kept_in_memory(log: Log, copy: Path, url: str, monkeypatch: Any) -> None:
    """Bodies and tiles are forgotten: what is held at once does not grow with the log."""
    import tracemalloc

    log(3_000)
    exports.export(copy)
    assert Entry.objects.count() == 3_000
    server = remote.Server(url)
    tracemalloc.start()
    remote.verify(server, progress=lambda done, size: None)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    server.close()
    assert peak < 1_000_000
