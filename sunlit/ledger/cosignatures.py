"""Cosignatures (C2SP tlog-cosignature): what a witness adds to a checkpoint that it has seen to extend all before."""

from dataclasses import dataclass, replace

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sunlit.ledger import notes

COSIGNATURE = b"\x04"
SIZE = 8 + 64  # the time, then the Ed25519 signature
LAST_TIME = 253_402_300_799  # the end of the year 9999: no witness signs later


class BadCosignature(ValueError):
    """Say why an answer of a witness holds no cosignature."""


@dataclass(frozen=True)
class Cosigner:
    """Check cosignatures of one named witness."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Return the four bytes by which a note names this key."""
        return notes.key_id(self.name, self.public, COSIGNATURE)

    def vkey(self) -> str:
        """Return the verifier key, ``<name>+<key id in hex>+<base64 of type and public key>``."""
        return f"{self.name}+{self.key_id.hex()}+{notes.encode64(COSIGNATURE + self.public)}"

    def wrote(self, signature: notes.Signature) -> bool:
        """Tell whether a signature line claims to be by this key."""
        return signature.name == self.name and signature.key_id == self.key_id

    def time_of(self, text: str, signature: notes.Signature) -> int | None:
        """Return when (POSIX time) the witness cosigned ``text``, or None where ``signature`` is not its own."""
        if not self.wrote(signature) or len(signature.value) != SIZE:
            return None
        time = int.from_bytes(signature.value[:8], "big")
        if time > LAST_TIME:
            return None
        try:
            key = Ed25519PublicKey.from_public_bytes(self.public)
            key.verify(signature.value[8:], message(text, time))
        except InvalidSignature:
            return None
        return time


def message(text: str, time: int) -> bytes:
    """Return what a witness signs: that at ``time`` it has seen the checkpoint whose text is ``text``."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def parse_vkey(text: str) -> Cosigner:
    """Return the witness that a verifier key describes; raise BadNote where it is not one for cosignatures."""
    return Cosigner(*notes.split_vkey(text, COSIGNATURE))


def find(note: notes.Note, cosigner: Cosigner) -> int | None:
    """Return when the witness last cosigned ``note``, or None where it has not."""
    times = [cosigner.time_of(note.text, signature) for signature in note.signatures]
    return max((time for time in times if time is not None), default=None)


def read_answer(lines: str, text: str, cosigner: Cosigner) -> notes.Signature:
    """Return the cosignature by ``cosigner`` over ``text`` out of signature lines; those by other keys are ignored.

    Raises BadCosignature where there is none.
    """
    try:
        found = [notes.parse_signature(line) for line in lines.removesuffix("\n").split("\n")]
    except notes.BadNote as error:
        raise BadCosignature(f"it answered with something else than signature lines: {error}") from error
    good = [signature for signature in found if cosigner.time_of(text, signature) is not None]
    if not good:
        raise BadCosignature(f"it answered without a valid cosignature by the key {cosigner.vkey()}")
    return max(good, key=lambda signature: signature.value[:8])


def add(raw: str, signature: notes.Signature) -> str:
    """Return the note ``raw`` with one more signature line, in place of an older one by the same key.

    The signature of the log itself, which comes first, is never replaced. Raises BadNote where ``raw`` is not a note.
    """
    note = notes.parse(raw)
    own, others = note.signatures[:1], note.signatures[1:]
    kept = [other for other in others if (other.name, other.key_id) != (signature.name, signature.key_id)]
    return replace(note, signatures=(*own, *kept, signature)).render()
