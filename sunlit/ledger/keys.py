"""The log's own key: made once, readable by its owner only, and the name it signs under.

``HOME/keys/ledger.key`` holds the secret; ``ledger.vkey`` beside it what everyone may know. The name in the vkey is the
log's name for good: changing the port or host of an instance later does not rename a log that has already signed.
``ledger.vkeys`` lists every key that the log has had, once it has had more than one (``rotation``).
"""

import contextlib
import os
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings

from sunlit.ledger import checkpoints, notes, published
from sunlit.ledger.locks import held


class KeyRefused(RuntimeError):
    """Say why the log's key cannot be used, and what to do."""


def key_path() -> Path:
    """Return where the secret key lies."""
    return Path(settings.HOME) / "keys" / "ledger.key"


def vkey_path() -> Path:
    """Return where the verifier key lies."""
    return Path(settings.HOME) / "keys" / "ledger.vkey"


def old_key_path() -> Path:
    """Return where the key that is about to be retired lies while both sign."""
    return Path(settings.HOME) / "keys" / "ledger.old.key"


def new_key_path() -> Path:
    """Return where a new key lies until it is in use."""
    return Path(settings.HOME) / "keys" / "ledger.new.key"


def history_path() -> Path:
    """Return the file that lists every key that the log has had."""
    return Path(settings.HOME) / "keys" / "ledger.vkeys"


def lock() -> AbstractContextManager[None]:
    """Return the lock that keeps apart who signs and who changes keys."""
    return held(Path(settings.HOME) / "ledger" / "keys.lock")  # the keys' own folder may be read-only


def paths() -> tuple[Path, ...]:
    """Return every file of the log's keys."""
    return key_path(), vkey_path(), old_key_path(), new_key_path(), history_path()


def replace(name: str) -> None:
    """Make a new key for a new log called ``name``; whatever keys there were are gone."""
    for path in paths():
        path.unlink(missing_ok=True)
    key_path().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    create(key_path(), new_pem())
    replace_file(vkey_path(), f"{notes.verifier_of(name, load(key_path())).vkey()}\n".encode())


def ensure() -> Path:
    """Make the log's key (mode 0600) and verifier key where they are missing; return the path of the secret."""
    path = key_path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        create(path, new_pem())
    # A log that continues an older one was given its name by hand.
    is_first = not (Path(settings.HOME) / "ledger" / "archive").exists()
    renamed = is_first and published.read() is None and vkey_path().exists() and origin() != settings.LEDGER_ORIGIN
    if renamed or not vkey_path().exists():
        vkey = notes.verifier_of(settings.LEDGER_ORIGIN, load(path)).vkey()
        replace_file(vkey_path(), f"{vkey}\n".encode())
    return path


def verifier() -> notes.Verifier:
    """Return the log's verifier; raise KeyRefused where the instance has none yet."""
    try:
        return notes.parse_vkey(vkey_path().read_text("utf-8"))
    except FileNotFoundError as error:
        raise KeyRefused("this instance has no ledger key yet; `sunlit init` makes one") from error
    except notes.BadNote as error:
        raise KeyRefused(f"{vkey_path()} is damaged: {error}") from error


@dataclass(frozen=True)
class Term:
    """Say from which day to which a key signs or has signed; ``end`` is empty for one that still does."""

    verifier: notes.Verifier
    begin: str
    end: str = ""

    def line(self) -> str:
        """Return the term as a line: verifier key, first day, last day or ``-``."""
        return f"{self.verifier.vkey()} {self.begin} {self.end or '-'}\n"


def history() -> list[Term]:
    """Return the terms of all keys that the log has had, the oldest first; empty while it has its first.

    Raises KeyRefused where the list is damaged.
    """
    try:
        lines = history_path().read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []
    try:
        parts = [line.split(" ") for line in lines]
        return [Term(notes.parse_vkey(vkey), begin, "" if end == "-" else end) for vkey, begin, end in parts]
    except ValueError as error:
        raise KeyRefused(f"{history_path()} is damaged: {error}; restore it from a backup") from error


def verifiers() -> tuple[notes.Verifier, ...]:
    """Return every key that this log signs or has signed with, the present one first."""
    present = verifier()
    return present, *(term.verifier for term in reversed(history()) if term.verifier != present)


def signers() -> list[Ed25519PrivateKey]:
    """Return the keys that sign: the present one, and while keys are changed the old one; raise as ``signer`` does."""
    with lock():
        present = signer()
        old = load(old_key_path()) if old_key_path().exists() else present
    return [present] if public(old) == public(present) else [present, old]


def public(key: Ed25519PrivateKey) -> bytes:
    """Return the public half of a key."""
    return key.public_key().public_bytes_raw()


def verified(note: str) -> checkpoints.Checkpoint:
    """Return the checkpoint in ``note`` if one of the log's own keys signed it, or raise BadCheckpoint."""
    return checkpoints.verified_by_any(note, verifiers())


def origin() -> str:
    """Return the log's name, fixed when its key was made."""
    return verifier().name


def signer() -> Ed25519PrivateKey:
    """Return the log's secret key; raise KeyRefused where it is missing, open to others, or not the vkey's."""
    key = load(key_path())
    if notes.verifier_of(origin(), key) != verifier():
        raise KeyRefused(f"{key_path()} is not the key that {vkey_path()} describes; restore both from one backup")
    return key


def new_pem() -> bytes:
    """Return a new secret key as it is kept in a file."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def load(path: Path) -> Ed25519PrivateKey:
    """Return the secret key in ``path``; raise KeyRefused where it is missing, open to others, or no such key."""
    try:
        mode, pem = path.stat().st_mode, path.read_bytes()
    except FileNotFoundError as error:
        raise KeyRefused("this instance has no ledger key yet; `sunlit init` makes one") from error
    if mode & 0o077:
        raise KeyRefused(f"{path} can be read by others; run `chmod 600 {path}`")
    key = load_pem_private_key(pem, None)
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyRefused(f"{path} does not hold an Ed25519 key")
    return key


def create(path: Path, data: bytes) -> None:
    """Write a new file for its owner only; whoever comes second keeps what the first has written."""
    draft = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def replace_file(path: Path, data: bytes) -> None:
    """Replace a file that everyone may know in one step."""
    draft = path.with_suffix(f".{os.getpid()}.new")
    draft.write_bytes(data)
    draft.replace(path)
