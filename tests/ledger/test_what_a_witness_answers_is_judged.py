"""The setting that names witnesses, and what each answer of one means for the log."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from sunlit.ledger import checkpoints, cosignatures, notes, outgoing, peers
from sunlit.ledger.outgoing import Answer
from sunlit.ledger.peers import Outcome, Peer, Question

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PAPER = cosignatures.Cosigner("paper.example/witness", bytes(range(32)))
HALL = cosignatures.Cosigner("hall=https.example", bytes(32))
NOTE = checkpoints.signed(checkpoints.Checkpoint("sunlit.example/ledger", 9, bytes(32)), KEY)
ASKED = Question(Peer(PAPER, "https://paper.example/w"), 5, 9, [bytes(32)], NOTE)


@pytest.mark.parametrize("between", [" ", "\n", "  \n\t"])
def test_witnesses_are_pairs_of_key_and_address(between: str) -> None:
    setting = f"{between}{PAPER.vkey()}=https://paper.example/w/{between}{HALL.vkey()}=http://10.0.0.7:8085{between}"
    found, faults = peers.parse(setting)
    assert not faults
    assert [(peer.cosigner, peer.url, peer.host) for peer in found] == [
        (PAPER, "https://paper.example/w", "paper.example"),
        (HALL, "http://10.0.0.7:8085", "10.0.0.7"),
    ]


def test_a_name_given_twice_is_a_fault() -> None:
    found, faults = peers.parse(f"{PAPER.vkey()}=https://a.example {PAPER.vkey()}=https://b.example")
    assert [peer.url for peer in found] == ["https://a.example"]
    assert faults == ("SUNLIT_WITNESSES names paper.example/witness twice; the first is used.",)


@given(st.text(max_size=200))
def test_whatever_is_set_is_read_or_told(setting: str) -> None:
    found, faults = peers.parse(setting)
    assert len(found) + len(faults) == len(setting.split())


def test_the_request_is_what_the_format_asks() -> None:
    assert ASKED.body().decode() == f"old 5\n{notes.encode64(bytes(32))}\n\n{NOTE}"


def judged(status: int, body: bytes = b"", *, asked: Question = ASKED, signed: int = 9) -> peers.Verdict:
    return peers.judge(asked, Answer(status, {}, body), signed)


SAME = Question(ASKED.peer, 9, 9, [], NOTE)


@pytest.mark.parametrize(
    ("status", "body", "asked", "outcome", "words"),
    [
        (200, b"", ASKED, Outcome.REFUSED, "something else than signature lines"),
        (200, b"\xff", ASKED, Outcome.REFUSED, "something else"),
        (400, b"no\x00\nthanks", ASKED, Outcome.REFUSED, "cannot read what this log sends (no thanks)"),
        (403, b"", ASKED, Outcome.REFUSED, "knows another key"),
        (404, b"", ASKED, Outcome.REFUSED, "does not know this log"),
        (409, b"7\n", ASKED, Outcome.AGAIN, "7 entries"),
        (409, b"9\n", ASKED, Outcome.AGAIN, "9 entries"),
        (409, b"9\n", SAME, Outcome.REFUSED, "another root over the same 9 entries: the log was forked"),
        (409, b"10\n", ASKED, Outcome.REFUSED, "has cosigned 10 entries of this log, which has signed only 9"),
        (409, b"", ASKED, Outcome.REFUSED, "does not say which"),
        (409, b"-1", ASKED, Outcome.REFUSED, "does not say which"),
        (409, b"9999999999999999999", ASKED, Outcome.REFUSED, "does not say which"),
        (422, b"", ASKED, Outcome.REFUSED, "not the first 5 of today: the log was forked or changed"),
        (302, b"", ASKED, Outcome.SILENT, "status 302"),
        (429, b"", ASKED, Outcome.SILENT, "status 429"),
        (503, b"", ASKED, Outcome.SILENT, "status 503"),
    ],
)
def test_each_answer_has_its_meaning(status: int, body: bytes, asked: Question, outcome: Outcome, words: str) -> None:
    verdict = judged(status, body, asked=asked)
    assert verdict.outcome is outcome
    assert words in verdict.sentence


def test_a_witness_that_has_seen_a_checkpoint_signed_meanwhile_is_no_alarm() -> None:
    assert judged(409, b"10\n", signed=12).outcome is Outcome.AGAIN


def test_no_answer_waits_and_a_host_that_may_not_be_asked_is_told() -> None:
    assert peers.judge(ASKED, outgoing.NoAnswer("gone"), 9).outcome is Outcome.SILENT
    assert peers.judge(ASKED, outgoing.NotAllowed("gone"), 9).outcome is Outcome.REFUSED


@given(st.integers(100, 599), st.binary(max_size=100), st.integers(0, 20))
def test_no_answer_whatsoever_is_taken_for_a_cosignature(status: int, body: bytes, signed: int) -> None:
    verdict = judged(status, body, signed=signed)
    assert verdict.outcome is not Outcome.COSIGNED
    assert verdict.sentence.isprintable()
    assert verdict.held is None or verdict.held < 2**63
