"""Checkpoints (C2SP tlog-checkpoint): what the log signs about itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sunlit.ledger import merkle, notes


class BadCheckpoint(ValueError):
    """Say why a checkpoint is not accepted."""


@dataclass(frozen=True)
class Checkpoint:
    """State that the log ``origin`` holds ``size`` entries under ``root``."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{notes.encode64(self.root)}\n"


def parse_text(text: str) -> Checkpoint:
    """Return the checkpoint that the text of a note states, ignoring further lines; raise BadCheckpoint."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1]:
        raise BadCheckpoint("a checkpoint has a line for origin, size and root")
    origin, size, root = lines[:3]
    if not origin or not size.isascii() or not size.isdigit() or str(int(size[:20])) != size:
        raise BadCheckpoint(
            f"a checkpoint begins with an origin and a size, not with {origin[:80]!r} and {size[:20]!r}"
        )
    try:
        data = notes.decode64(root)
    except notes.BadNote as error:
        raise BadCheckpoint(str(error)) from error
    if len(data) != merkle.HASH_SIZE:
        raise BadCheckpoint(f"the root of a checkpoint has {merkle.HASH_SIZE} bytes, this one has {len(data)}")
    return Checkpoint(origin, int(size), data)


def parse(raw: str) -> Checkpoint:
    """Return the checkpoint in the note ``raw``, signatures unread; raise BadCheckpoint where it is not one."""
    try:
        return parse_text(notes.parse(raw).text)
    except notes.BadNote as error:
        raise BadCheckpoint(str(error)) from error


def verified(raw: str, verifier: notes.Verifier) -> Checkpoint:
    """Return the checkpoint in the note ``raw`` if ``verifier`` signed it for its own log, or raise BadCheckpoint."""
    try:
        found = parse_text(notes.verified(raw, verifier))
    except notes.BadNote as error:
        raise BadCheckpoint(str(error)) from error
    if found.origin != verifier.name:
        raise BadCheckpoint(f"the checkpoint is of the log {found.origin}, the key is of {verifier.name}")
    return found


def verified_by_any(raw: str, verifiers: Sequence[notes.Verifier]) -> Checkpoint:
    """Return the checkpoint in the note ``raw`` if one of ``verifiers`` signed it, or raise BadCheckpoint."""
    refusals: list[BadCheckpoint] = []
    for verifier in verifiers:
        try:
            return verified(raw, verifier)
        except BadCheckpoint as error:
            refusals.append(error)
    raise refusals[0] if refusals else BadCheckpoint("no key is known that could have signed it")


def signed(checkpoint: Checkpoint, *keys: Ed25519PrivateKey) -> str:
    """Return the note of ``checkpoint`` signed by each of ``keys``; their name is the log's origin."""
    return notes.sign(checkpoint.text(), checkpoint.origin, *keys)
