"""Signed notes (C2SP signed-note) with Ed25519 keys."""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
MAX_SIGNATURES = 100
_DASH = "— "


class BadNote(ValueError):
    """Say why a note, a key or a signature is not accepted."""


def encode64(data: bytes) -> str:
    """Return standard base64 with padding."""
    return b64encode(data).decode("ascii")


def decode64(text: str) -> bytes:
    """Return the bytes of standard base64; raise BadNote for any other spelling of them."""
    try:
        data = b64decode(text, validate=True)
    except (Base64Error, ValueError) as error:
        raise BadNote(f"not base64: {text[:60]!r}") from error
    if encode64(data) != text:
        raise BadNote(f"not the standard spelling of base64: {text[:60]!r}")
    return data


def check_name(name: str) -> str:
    """Return ``name`` if it can name a key: not empty, no white space, no ``+``; raise BadNote otherwise."""
    if not name or "+" in name or any(c.isspace() or not c.isprintable() for c in name):
        raise BadNote(f"{name!r} cannot name a key: it must not be empty and must hold no space and no plus sign")
    return name


def key_id(name: str, public: bytes, kind: bytes = ED25519) -> bytes:
    """Return the four bytes by which a note names a key of one kind."""
    return sha256(name.encode() + b"\n" + kind + public).digest()[:4]


@dataclass(frozen=True)
class Signature:
    """Hold one signature line: who signed, with which key, and the signature itself."""

    name: str
    key_id: bytes
    value: bytes

    def line(self) -> str:
        """Return the line as it stands in a note."""
        return f"{_DASH}{self.name} {encode64(self.key_id + self.value)}\n"


@dataclass(frozen=True)
class Note:
    """Hold a text, which ends in a newline, and its signatures."""

    text: str
    signatures: tuple[Signature, ...]

    def render(self) -> str:
        """Return the note as it is published."""
        return self.text + "\n" + "".join(signature.line() for signature in self.signatures)


@dataclass(frozen=True)
class Verifier:
    """Check signatures of one named Ed25519 key."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Return the four bytes by which a note names this key."""
        return key_id(self.name, self.public)

    def vkey(self) -> str:
        """Return the verifier key, ``<name>+<key id in hex>+<base64 of type and public key>``."""
        return f"{self.name}+{self.key_id.hex()}+{encode64(ED25519 + self.public)}"

    def accepts(self, text: str, signature: Signature) -> bool:
        """Tell whether ``signature`` is by this key over ``text``."""
        if signature.name != self.name or signature.key_id != self.key_id:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature.value, text.encode())
        except InvalidSignature:
            return False
        return True


def parse_vkey(text: str) -> Verifier:
    """Return the verifier that a verifier key describes; raise BadNote where it is not one of Ed25519."""
    return Verifier(*split_vkey(text, ED25519))


def split_vkey(text: str, kind: bytes) -> tuple[str, bytes]:
    """Return name and public key out of a verifier key of one kind; raise BadNote where it is none of that kind."""
    parts = text.strip().split("+", 2)
    if len(parts) != 3:
        raise BadNote("a verifier key has three parts, name+id+key")
    name, identity, key = parts
    data = decode64(key)
    if data[:1] != kind or len(data) != 33:
        raise BadNote(f"the verifier key does not hold an Ed25519 key of type 0x{kind.hex()}")
    public, expected = data[1:], key_id(check_name(name), data[1:], kind).hex()
    if identity != expected:
        raise BadNote(f"the verifier key says its id is {identity}, its name and key give {expected}")
    return name, public


def verifier_of(name: str, key: Ed25519PrivateKey) -> Verifier:
    """Return the verifier of what ``key`` signs under ``name``."""
    return Verifier(check_name(name), key.public_key().public_bytes_raw())


def sign(text: str, name: str, *keys: Ed25519PrivateKey) -> str:
    """Return ``text`` as a note signed by each of ``keys`` under ``name``; raise BadNote where it cannot be one."""
    _check_text(text)
    signatures = (Signature(name, verifier_of(name, key).key_id, key.sign(text.encode())) for key in keys)
    return Note(text, tuple(signatures)).render()


def parse(raw: str) -> Note:
    """Return the note written in ``raw``, without looking at who signed; raise BadNote where it is not one."""
    text, gap, tail = raw.rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        raise BadNote("a note is a text, an empty line and signature lines, each ending in a newline")
    _check_text(text + "\n")
    lines = tail.removesuffix("\n").split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise BadNote(f"a note of {len(lines)} signatures is not read; the limit is {MAX_SIGNATURES}")
    return Note(text + "\n", tuple(parse_signature(line) for line in lines))


def parse_signature(line: str) -> Signature:
    """Return the signature that a line of a note holds, its newline left out; raise BadNote where it is none."""
    name, space, value = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space:
        raise BadNote(f"not a signature line: {line[:80]!r}")
    data = decode64(value)
    if len(data) < 5:
        raise BadNote(f"the signature by {name} is too short")
    return Signature(check_name(name), data[:4], data[4:])


def verified(raw: str, verifier: Verifier) -> str:
    """Return the text of the note ``raw`` if ``verifier`` accepts a signature on it; raise BadNote otherwise.

    Signatures by other keys are ignored; a wrong one by this key is not, even beside a right one.
    """
    note = parse(raw)
    own = [s for s in note.signatures if s.name == verifier.name and s.key_id == verifier.key_id]
    if not own:
        raise BadNote(f"the note is not signed by {verifier.name} ({verifier.key_id.hex()})")
    if not all(verifier.accepts(note.text, signature) for signature in own):
        raise BadNote(f"the signature by {verifier.name} does not fit the text")
    return note.text


def _check_text(text: str) -> None:
    if not text.endswith("\n"):
        raise BadNote("the text of a note ends in a newline")
    if any((c < " " and c != "\n") or "\ud800" <= c <= "\udfff" for c in text):
        raise BadNote("the text of a note holds no control characters but newline")
