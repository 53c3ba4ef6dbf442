"""The log, read by a separate program over the Go project's own note and tlog packages."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sunlit.ledger import exports, keys, published, selectors
from sunlit.ledger.witnesses import Rounds
from tests.ledger.conftest import NOW
from tests.ledger.witnessing import running

pytestmark = pytest.mark.django_db
SOURCE = Path(__file__).resolve().parents[2] / "tools" / "tlogcheck" / "main.go"
GOPATH = "/usr/share/gocode"
NEEDED = "The independent check needs Go: apt-get install golang-go golang-golang-x-mod-dev"


@pytest.fixture(scope="session")
def tlogcheck(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the program; where Go is missing skip with a sentence, but never where CI runs."""
    if shutil.which("go") is None or not Path(GOPATH, "src/golang.org/x/mod/sumdb/tlog").is_dir():
        if os.environ.get("CI"):
            pytest.fail(NEEDED)
        pytest.skip(NEEDED)
    program = tmp_path_factory.mktemp("go") / "tlogcheck"
    environment = {**os.environ, "GOPATH": GOPATH, "GO111MODULE": "off", "CGO_ENABLED": "0"}
    environment.setdefault("GOCACHE", str(program.parent / "cache"))
    subprocess.run(["go", "build", "-o", str(program), str(SOURCE)], env=environment, check=True, timeout=300)
    return program


def check(program: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 700])
def test_it_accepts_log_proofs_and_growth(tlogcheck: Path, log: Callable[..., None], tmp_path: Path, size: int) -> None:
    log(1)
    old = tmp_path / "old"
    old.write_text(published.read() or "")
    if size > 1:
        log(size - 1)
    copy = tmp_path / "copy"
    assert exports.export(copy) == size
    proofs: list[str | Path] = []
    for index in sorted({0, size // 2, size - 1}):
        path = tmp_path / f"{index}.tlog-proof"
        path.write_text(selectors.proof_for(index))
        proofs += ["-proof", path]
    vkey = keys.verifier().vkey()
    done = check(tlogcheck, "-dir", copy, "-vkey", vkey, "-old", old, *proofs)
    assert done.returncode == 0, done.stderr
    assert f"log: {size} entries" in done.stdout
    assert "consistent: the 1 entries" in done.stdout
    assert done.stdout.count("proof: entry") == len(proofs) // 2


def test_it_accepts_a_log_of_three_levels(tlogcheck: Path, log: Callable[..., None], tmp_path: Path) -> None:
    log(66_000)
    exports.export(tmp_path / "copy")
    done = check(tlogcheck, "-dir", tmp_path / "copy")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "copy" / "tile" / "2" / "000.p" / "1").stat().st_size == 32


def test_it_accepts_checkpoints_that_witnesses_have_cosigned(
    tlogcheck: Path, log: Callable[..., None], tmp_path: Path, settings: Any
) -> None:
    log(3)
    with running(tmp_path / "paper", keys.verifier().vkey()) as paper:
        settings.WITNESSES = paper.setting
        rounds = Rounds()
        rounds.turn(NOW)
        while rounds._asked:
            time.sleep(0.01)
            rounds.turn(NOW)
    note = published.read() or ""
    assert note.count("\n— ") == 2
    exports.export(tmp_path / "copy")
    assert (tmp_path / "copy" / "checkpoint").read_text() == note
    proof = tmp_path / "proof"
    proof.write_text(selectors.proof_for(1))
    done = check(tlogcheck, "-dir", tmp_path / "copy", "-vkey", keys.verifier().vkey(), "-proof", proof)
    assert done.returncode == 0, done.stderr


def test_it_refuses_a_copy_in_which_anything_was_changed(
    tlogcheck: Path, log: Callable[..., None], tmp_path: Path
) -> None:
    log(300)
    copy = tmp_path / "copy"
    exports.export(copy)
    # The list of former keys is for people: nothing is checked with it.
    for path in sorted(file for file in copy.rglob("*") if file.is_file() and file.name != "vkeys"):
        original = path.read_bytes()
        middle = len(original) // 2
        path.write_bytes(original[:middle] + bytes([original[middle] ^ 1]) + original[middle + 1 :])
        done = check(tlogcheck, "-dir", copy)
        assert done.returncode == 1, path
        assert "tlogcheck:" in done.stderr
        path.write_bytes(original)
    assert check(tlogcheck, "-dir", copy).returncode == 0


def test_it_refuses_a_proof_for_another_entry(tlogcheck: Path, log: Callable[..., None], tmp_path: Path) -> None:
    log(9)
    path = tmp_path / "proof"
    path.write_text(selectors.proof_for(4).replace("index 4", "index 5"))
    assert check(tlogcheck, "-vkey", keys.verifier().vkey(), "-proof", path).returncode == 1
