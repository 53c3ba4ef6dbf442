"""Proof files (C2SP tlog-proof): a citizen's receipt, checked without asking anyone.

The ``extra`` line holds the entry itself, so that the file alone is enough: it shows the entry, its place in the log
and the signature of the log.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sunlit.ledger import checkpoints, merkle, notes

MAGIC = "c2sp.org/tlog-proof@v1"
MAX_PATH = 63


class BadProof(ValueError):
    """Say why a proof file is not accepted."""


@dataclass(frozen=True)
class Proof:
    """Hold what a proof file says; ``extra`` is the entry in files that this log gives out."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    extra: bytes = b""

    def render(self) -> str:
        """Return the text of the file."""
        lines = [MAGIC]
        if self.extra:
            lines.append(f"extra {notes.encode64(self.extra)}")
        lines.append(f"index {self.index}")
        lines += [notes.encode64(value) for value in self.path]
        return "\n".join(lines) + "\n\n" + self.checkpoint


def parse(text: str) -> Proof:
    """Return what a proof file says, not yet checked; raise BadProof where it is not one."""
    head, gap, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not gap or lines[0] != MAGIC:
        raise BadProof(f"a proof file begins with the line {MAGIC} and has an empty line before its checkpoint")
    rest = lines[1:]
    try:
        extra = notes.decode64(rest.pop(0).removeprefix("extra ")) if rest and rest[0].startswith("extra ") else b""
        index = _parse_index(rest.pop(0) if rest else "")
        path = tuple(notes.decode64(line) for line in rest)
    except notes.BadNote as error:
        raise BadProof(str(error)) from error
    if len(path) > MAX_PATH or any(len(value) != merkle.HASH_SIZE for value in path):
        raise BadProof(f"the proof is not a list of at most {MAX_PATH} hashes of {merkle.HASH_SIZE} bytes")
    return Proof(index, path, checkpoint, extra)


def verify(proof: Proof, entry: bytes, verifier: notes.Verifier) -> checkpoints.Checkpoint:
    """Return the signed checkpoint under which ``entry`` stands at the proof's index, or raise BadProof."""
    try:
        signed = checkpoints.verified(proof.checkpoint, verifier)
    except checkpoints.BadCheckpoint as error:
        raise BadProof(str(error)) from error
    if not merkle.includes(proof.index, signed.size, merkle.leaf_hash(entry), proof.path, signed.root):
        raise BadProof(
            f"the entry is not entry {proof.index} of the {signed.size} entries that {signed.origin} has signed"
        )
    return signed


def build(index: int, path: Sequence[bytes], checkpoint: str, entry: bytes) -> Proof:
    """Return the proof for ``entry`` at ``index``, with the entry itself in ``extra``."""
    return Proof(index, tuple(path), checkpoint, entry)


def _parse_index(line: str) -> int:
    digits = line.removeprefix("index ")
    if (
        not line.startswith("index ")
        or not (digits.isascii() and digits.isdigit())
        or len(digits) > 19
        or str(int(digits)) != digits
    ):
        raise BadProof(f"expected a line such as 'index 17', found {line[:60]!r}")
    return int(digits)
