"""Witnesses of this log as the operator names them, and what is said between log and witness (C2SP tlog-witness)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from urllib.parse import urlsplit

from sunlit.ledger import cosignatures, notes, outgoing
from sunlit.ledger.outgoing import Answer, NoAnswer, NotAllowed

SETTING = "SUNLIT_WITNESSES"
MAX_NAME = 100
_PAIR = re.compile(r"(?P<vkey>\S+?)=(?P<url>https?://\S+)")


@dataclass(frozen=True)
class Peer:
    """Hold a witness that the operator has named: its key and where it is asked."""

    cosigner: cosignatures.Cosigner
    url: str

    @property
    def name(self) -> str:
        """Return the name under which it cosigns."""
        return self.cosigner.name

    @property
    def host(self) -> str:
        """Return the host that is asked."""
        return urlsplit(self.url).hostname or ""


@lru_cache(maxsize=4)
def parse(setting: str) -> tuple[tuple[Peer, ...], tuple[str, ...]]:
    """Return the witnesses in ``setting``, pairs ``key=address`` between spaces, and a sentence for each fault."""
    found: dict[str, Peer] = {}
    faults: list[str] = []
    for word in setting.split():
        try:
            peer = _peer(word)
        except (notes.BadNote, NotAllowed) as error:
            faults.append(f"{SETTING}: {word[:120]!r} is left out: {error}.")
            continue
        if peer.name in found:
            faults.append(f"{SETTING} names {peer.name} twice; the first is used.")
        found.setdefault(peer.name, peer)
    return tuple(found.values()), tuple(faults)


def _peer(word: str) -> Peer:
    pair = _PAIR.fullmatch(word)
    if pair is None:
        raise notes.BadNote("a witness is written as its verifier key, an equals sign and its address (https://…)")
    cosigner = cosignatures.parse_vkey(pair["vkey"])
    if len(cosigner.name) > MAX_NAME:
        raise notes.BadNote(f"the name of a witness has at most {MAX_NAME} characters")
    outgoing.split(pair["url"])
    return Peer(cosigner, pair["url"].rstrip("/"))


@dataclass(frozen=True)
class Question:
    """Hold what one witness is asked: to cosign the checkpoint in ``note``, knowing the first ``old`` entries."""

    peer: Peer
    old: int
    size: int
    proof: Sequence[bytes]
    note: str

    @property
    def text(self) -> str:
        """Return the text of the checkpoint."""
        return notes.parse(self.note).text

    def body(self) -> bytes:
        """Return the body of ``add-checkpoint``."""
        lines = [f"old {self.old}", *map(notes.encode64, self.proof)]
        return ("\n".join(lines) + "\n\n" + self.note).encode()


class Outcome(Enum):
    """How asking a witness ended."""

    COSIGNED = auto()
    AGAIN = auto()  # it holds another size than expected: ask again from there
    REFUSED = auto()  # a person has to look at it
    SILENT = auto()  # no usable answer: try again later, and tell a person only if it lasts


@dataclass(frozen=True)
class Verdict:
    """Say how asking ended: in a sentence, with the size that the witness holds where it told, and its signature."""

    outcome: Outcome
    sentence: str
    held: int | None = None
    signature: notes.Signature | None = None


def judge(question: Question, answer: Answer | NoAnswer, signed: int) -> Verdict:
    """Return what an answer means for a log whose largest signed checkpoint covers ``signed`` entries."""
    name, url = question.peer.name, question.peer.url
    if isinstance(answer, NotAllowed):
        return Verdict(Outcome.REFUSED, f"The witness {name} is not asked: {answer}. Correct {SETTING}.")
    if isinstance(answer, NoAnswer):
        return Verdict(Outcome.SILENT, str(answer))
    if answer.status == 200:
        return _cosigned(question, answer)
    if answer.status == 409:
        return _conflict(question, answer, signed)
    sentences = {
        400: f"The witness {name} cannot read what this log sends ({_said(answer)}). Tell who runs it.",
        403: f"The witness {name} does not accept this log's signature: it knows another key for it. "
        "Send who runs it what `sunlit ledger vkey` prints.",
        404: f"The witness {name} does not know this log, or {url} is not its address. "
        "Send who runs it what `sunlit ledger vkey` prints.",
        422: f"The witness {name} holds {question.old} entries of this log that are not the first {question.old} of "
        "today: the log was forked or changed. It cosigns nothing more. Run `sunlit ledger verify`.",
    }
    if answer.status in sentences:
        return Verdict(Outcome.REFUSED, sentences[answer.status])
    return Verdict(Outcome.SILENT, f"{question.peer.host} answered with status {answer.status}")


def _cosigned(question: Question, answer: Answer) -> Verdict:
    try:
        lines = answer.body.decode("utf-8")
        signature = cosignatures.read_answer(lines, question.text, question.peer.cosigner)
    except (UnicodeDecodeError, cosignatures.BadCosignature) as error:
        said = str(error) if isinstance(error, cosignatures.BadCosignature) else "it answered with something else"
        sentence = f"The witness {question.peer.name} has not cosigned: {said}. Is its key in {SETTING} the right one?"
        return Verdict(Outcome.REFUSED, sentence)
    return Verdict(Outcome.COSIGNED, f"cosigned {question.size} entries", question.size, signature)


def _conflict(question: Question, answer: Answer, signed: int) -> Verdict:
    name, said = question.peer.name, answer.body[:40].strip()
    if not (said.isdigit() and len(said) < 19):
        sentence = f"The witness {name} holds another size than expected and does not say which. Tell who runs it."
        return Verdict(Outcome.REFUSED, sentence)
    held = int(said)
    if held > signed:
        sentence = (
            f"The witness {name} has cosigned {held} entries of this log, which has signed only {signed}: the log was "
            "rolled back, as after restoring an old backup. It cosigns nothing more. Restore a newer database."
        )
        return Verdict(Outcome.REFUSED, sentence, held)
    if held == question.old == question.size:
        sentence = (
            f"The witness {name} has cosigned another root over the same {held} entries: the log was forked. "
            "It cosigns nothing more. Run `sunlit ledger verify`."
        )
        return Verdict(Outcome.REFUSED, sentence, held)
    return Verdict(Outcome.AGAIN, f"it says that it holds {held} entries", held)


def _said(answer: Answer) -> str:
    return outgoing.printable(answer.body[:200].decode("utf-8", "replace")) or "it does not say why"
