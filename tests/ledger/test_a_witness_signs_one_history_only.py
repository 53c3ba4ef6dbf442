"""The witness program: what it answers to each request, and that no race and no kill makes it sign two histories."""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import json
import stat
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sunlit.ledger import checkpoints, cosignatures, merkle, notes
from tests.ledger.witnessing import (
    KEY,
    NAME,
    ORIGIN,
    PROGRAM,
    VKEY,
    History,
    Paper,
    call,
    cosigned_at,
    prepare,
    press_while_killed,
    request,
    running,
)

TRUE, FALSE = History(), History("x", 3)
NOTE = checkpoints.signed(TRUE.checkpoint(5), KEY)


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paper]:
    with running(tmp_path_factory.mktemp("paper"), VKEY) as witness:
        yield witness


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Paper]:
    with running(tmp_path / "paper", VKEY) as witness:
        yield witness


def test_it_signs_growth_and_the_same_again(fresh: Paper) -> None:
    for old, size in ((0, 0), (0, 1), (1, 2), (2, 2), (2, 7), (7, 256), (256, 300)):
        status, _, answer = fresh.post(TRUE.body(old, size))
        assert status == 200, answer
        assert cosigned_at(answer, TRUE.checkpoint(size).text(), fresh)


def test_another_size_than_it_holds_is_told(fresh: Paper) -> None:
    fresh.post(TRUE.body(0, 5))
    assert fresh.post(TRUE.body(0, 9)) == (409, "text/x.tlog.size", "5\n")
    assert fresh.post(TRUE.body(7, 9)) == (409, "text/x.tlog.size", "5\n")
    assert fresh.post(TRUE.body(3, 3)) == (409, "text/x.tlog.size", "5\n")


def test_another_history_is_refused(fresh: Paper) -> None:
    fresh.post(TRUE.body(0, 5))
    assert fresh.post(FALSE.body(5, 5)) == (409, "text/x.tlog.size", "5\n")
    assert fresh.post(FALSE.body(5, 9))[0] == 422
    assert fresh.post(request(5, [], checkpoints.signed(TRUE.checkpoint(9), KEY)))[0] == 422
    assert fresh.post(TRUE.body(5, 9))[0] == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"\xff\n\n", 400),
        (b"old 0\n\n", 400),
        (request("00", [], NOTE), 400),
        (request("-1", [], NOTE), 400),
        (request("1e3", [], NOTE), 400),
        (request(2**63, [], NOTE), 400),
        (request(0, [bytes(31)], NOTE), 400),
        (request(0, [bytes(32)] * 64, NOTE), 400),
        (request(0, [], NOTE.replace("\n5\n", "\n05\n")), 400),
        (request(0, [], NOTE.replace("—", "-")), 400),
        (request(0, [], NOTE[:-1]), 400),
        (request(6, [], NOTE), 400),
        (request(0, [], NOTE + NOTE.splitlines(keepends=True)[-1] * 100), 400),
        (request(0, [], checkpoints.signed(checkpoints.Checkpoint("other.example", 5, bytes(32)), KEY)), 404),
        (request(0, [], NOTE.replace("\n5\n", "\n6\n")), 403),
        (request(0, [], notes.sign(TRUE.checkpoint(5).text(), ORIGIN, Ed25519PrivateKey.generate())), 403),
        (request(0, [], notes.sign(TRUE.checkpoint(5).text(), "other.example", KEY)), 403),
        (request(0, [bytes(32)], NOTE), 422),
    ],
)
def test_what_cannot_be_cosigned_is_refused_with_its_status(paper: Paper, body: bytes, status: int) -> None:
    assert paper.post(body)[0] == status
    assert "nothing yet" in paper.ask("GET", "/")[2]


def test_other_signatures_on_the_checkpoint_do_not_matter(fresh: Paper) -> None:
    stranger = notes.parse(notes.sign(TRUE.checkpoint(5).text(), "w.example", Ed25519PrivateKey.generate()))
    assert fresh.post(request(0, [], NOTE + stranger.signatures[0].line()))[0] == 200


def test_large_requests_and_other_addresses_are_turned_away(paper: Paper) -> None:
    assert paper.post(b"x" * (64 * 1024))[0] == 400
    assert paper.post(b"", "/elsewhere")[0] == 404
    assert paper.ask("GET", "/elsewhere")[0] == 404
    assert paper.ask("PUT", "/add-checkpoint", b"")[0] == 501
    with contextlib.suppress(OSError):  # that it hangs up before it was told everything is as good
        assert paper.post(b"x" * (64 * 1024 + 1))[0] == 413


def load_program() -> object:
    spec = importlib.util.spec_from_file_location("sunlit_witness", PROGRAM)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["sunlit_witness"] = module
    spec.loader.exec_module(module)
    return module


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 70), st.integers(0, 70), st.data())
def test_its_proofs_are_checked_by_the_rule_and_by_nothing_less(old: int, new: int, data: st.DataObject) -> None:
    extends = load_program().extends  # type: ignore[attr-defined]
    old, new = sorted((old, new))
    before, after = TRUE.checkpoint(old).root, TRUE.checkpoint(new).root
    proof = merkle.consistency_proof(old, new, TRUE.subtree)
    assert extends(old, new, before, after, proof)
    other = FALSE.checkpoint(new).root
    if other != after and old:
        assert not extends(old, new, before, other, proof)
    assert not extends(old, new, before, after, [*proof, bytes(32)])
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        assert not extends(old, new, before, after, proof[:at] + proof[at + 1 :])
        assert not extends(old, new, before, after, [*proof[:at], bytes(32), *proof[at + 1 :]])


def at_once(paper: Paper, bodies: list[bytes]) -> list[tuple[int, str, str]]:
    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(paper.post, bodies))


def test_of_two_histories_at_the_same_moment_one_wins(fresh: Paper) -> None:
    leaves: list[bytes] = []
    for size in range(1, 60):
        sides = [History(size=0), History(size=0)]
        for mark, side in enumerate(sides):
            side.leaves = [*leaves, merkle.leaf_hash(f"{size} {mark}".encode())]
        answers = at_once(fresh, [side.body(size - 1, size) for side in sides * 3])
        assert {status for status, _, _ in answers} == {200, 409}
        lines = [answer for status, _, answer in answers if status == 200]
        winners = [side for side in sides if any(_fits(line, side.checkpoint(size).text(), fresh) for line in lines)]
        assert len(winners) == 1
        leaves = winners[0].leaves


def _fits(answer: str, text: str, paper: Paper) -> bool:
    try:
        return cosigned_at(answer, text, paper) is not None
    except cosignatures.BadCosignature:
        return False


def test_killed_at_any_moment_and_started_again_it_never_signs_two_histories(fresh: Paper) -> None:
    signed = press_while_killed(fresh, (TRUE, FALSE), kills=8)
    assert min(map(len, signed)) == 0, "it has cosigned both histories"
    assert max(map(len, signed)) > 5


def test_its_key_is_for_its_owner_only_and_is_never_overwritten(tmp_path: Path) -> None:
    paper = prepare(tmp_path / "paper")
    key = paper.folder / "witness.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert cosignatures.parse_vkey(paper.vkey).name == NAME
    again = call("keygen", "--name", NAME, "--key", key)
    assert again.returncode == 1
    assert "is there already" in again.stderr
    key.chmod(0o644)
    refused = call("serve", "--config", paper.folder / "witness.json")
    assert refused.returncode == 1
    assert "chmod 600" in refused.stderr


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"logs": [VKEY[:-4]]}, "is not the verifier key"),
        ({"logs": [VKEY, VKEY]}, "names a log twice"),
        ({"logs": "x"}, "must be a list of verifier keys"),
        ({"listen": "8085"}, "host and port"),
        ({"extra": 1}, "must hold exactly"),
        ({"name": "a b"}, "cannot name a witness"),
        ({"state": "no/such/folder"}, "cannot be used"),
    ],
)
def test_a_faulty_configuration_is_refused_in_words(tmp_path: Path, change: dict[str, object], words: str) -> None:
    paper = prepare(tmp_path / "paper", VKEY)
    config = paper.folder / "witness.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), **change}))
    done = call("serve", "--config", config)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_it_stands_on_its_own() -> None:
    tree = ast.parse(PROGRAM.read_text("utf-8"))
    names = {
        node.module.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module
    }
    names |= {
        alias.name.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    assert names - sys.stdlib_module_names == {"cryptography"}
