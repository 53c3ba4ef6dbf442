"""Cosignatures: what a witness adds to a checkpoint, read and kept as C2SP tlog-cosignature says."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from sunlit.ledger import checkpoints, cosignatures, notes

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
LOG = notes.verifier_of("sunlit.example/ledger", KEY)
PAPER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
PAPER = cosignatures.Cosigner("paper.example/witness", PAPER_KEY.public_key().public_bytes_raw())
NAMES = st.text(st.characters(exclude_categories=["Z", "C"], exclude_characters="+"), min_size=1, max_size=40)
STATEMENTS = st.builds(
    checkpoints.Checkpoint, st.just(LOG.name), st.integers(0, 2**62), st.binary(min_size=32, max_size=32)
)
TIMES = st.integers(0, cosignatures.LAST_TIME)


def cosign(text: str, time: int, cosigner: cosignatures.Cosigner = PAPER) -> notes.Signature:
    value = time.to_bytes(8, "big") + PAPER_KEY.sign(cosignatures.message(text, time))
    return notes.Signature(cosigner.name, cosigner.key_id, value)


@given(NAMES, st.binary(min_size=32, max_size=32))
def test_the_key_of_a_witness_is_read_as_it_is_written(name: str, public: bytes) -> None:
    cosigner = cosignatures.Cosigner(name, public)
    assert cosignatures.parse_vkey(cosigner.vkey()) == cosigner
    with pytest.raises(notes.BadNote):
        notes.parse_vkey(cosigner.vkey())  # the key of a witness is not the key of a log
    with pytest.raises(notes.BadNote):
        cosignatures.parse_vkey(notes.Verifier(name, public).vkey())


@pytest.mark.parametrize(
    "bad", ["", "paper.example", PAPER.vkey().replace("+", "-"), PAPER.vkey()[:-4], "x" + PAPER.vkey()]
)
def test_what_is_no_key_of_a_witness_is_refused(bad: str) -> None:
    with pytest.raises(notes.BadNote):
        cosignatures.parse_vkey(bad)


@given(STATEMENTS, TIMES)
def test_a_cosignature_says_when_and_over_what(statement: checkpoints.Checkpoint, time: int) -> None:
    signature = cosign(statement.text(), time)
    assert PAPER.time_of(statement.text(), signature) == time
    assert cosignatures.read_answer(signature.line(), statement.text(), PAPER) == signature


@given(STATEMENTS, TIMES, st.data())
def test_a_cosignature_with_anything_changed_counts_for_nothing(
    statement: checkpoints.Checkpoint, time: int, data: st.DataObject
) -> None:
    good = cosign(statement.text(), time)
    at = data.draw(st.integers(0, len(good.value) * 8 - 1))
    changed = bytearray(good.value)
    changed[at // 8] ^= 1 << at % 8
    assert PAPER.time_of(statement.text(), notes.Signature(good.name, good.key_id, bytes(changed))) is None
    longer = checkpoints.Checkpoint(statement.origin, statement.size + 1, statement.root)
    assert PAPER.time_of(longer.text(), good) is None
    with pytest.raises(cosignatures.BadCosignature, match="without a valid cosignature"):
        cosignatures.read_answer(good.line(), longer.text(), PAPER)


def test_a_plain_signature_by_the_key_of_a_witness_is_no_cosignature() -> None:
    text = checkpoints.Checkpoint(LOG.name, 3, bytes(32)).text()
    plain = notes.Signature(PAPER.name, PAPER.key_id, PAPER_KEY.sign(text.encode()))
    assert PAPER.time_of(text, plain) is None


@given(STATEMENTS, st.lists(st.tuples(st.integers(0, 3), TIMES), max_size=12))
def test_each_witness_has_one_line_and_the_log_keeps_its_own(
    statement: checkpoints.Checkpoint, rounds: list[tuple[int, int]]
) -> None:
    raw = checkpoints.signed(statement, KEY)
    known = [cosignatures.Cosigner(f"w{n}.example", PAPER.public) for n in range(4)]
    last: dict[int, int] = {}
    for which, time in rounds:
        raw = cosignatures.add(raw, cosign(statement.text(), time, known[which]))
        last[which] = time
    note = notes.parse(raw)
    assert note.signatures[0].name == LOG.name
    assert len(note.signatures) == 1 + len(last)
    assert checkpoints.verified(raw, LOG) == statement
    assert [cosignatures.find(note, each) for each in known] == [last.get(n) for n in range(4)]


def test_lines_of_strangers_in_an_answer_are_left_out() -> None:
    text = checkpoints.Checkpoint(LOG.name, 3, bytes(32)).text()
    stranger = cosignatures.Cosigner("stranger.example", bytes(32))
    lines = cosign(text, 5, stranger).line() + cosign(text, 7).line()
    assert cosignatures.read_answer(lines, text, PAPER) == cosign(text, 7)
    with pytest.raises(cosignatures.BadCosignature, match="something else than signature lines"):
        cosignatures.read_answer("<html>\n", text, PAPER)
