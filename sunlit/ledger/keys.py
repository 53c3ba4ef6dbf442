"""The log's own key: made once, readable by its owner only, and the name it signs under.

``HOME/keys/ledger.key`` holds the secret; ``ledger.vkey`` beside it what everyone may know. The name in the vkey is the
log's name for good: changing the port or host of an instance later does not rename a log that has already signed.
"""

import contextlib
import os
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


class KeyRefused(RuntimeError):
    """Say why the log's key cannot be used, and what to do."""


def key_path() -> Path:
    """Return where the secret key lies."""
    return Path(settings.HOME) / "keys" / "ledger.key"


def vkey_path() -> Path:
    """Return where the verifier key lies."""
    return Path(settings.HOME) / "keys" / "ledger.vkey"


def paths() -> tuple[Path, ...]:
    """Return every file of the log's keys."""
    return key_path(), vkey_path()


def replace(name: str) -> None:
    """Make a new key for a new log called ``name``; whatever keys there were are gone."""
    for path in paths():
        path.unlink(missing_ok=True)
    key_path().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _create(key_path(), _new_pem())
    _replace(vkey_path(), f"{notes.verifier_of(name, _load(key_path())).vkey()}\n".encode())


def ensure() -> Path:
    """Make the log's key (mode 0600) and verifier key where they are missing; return the path of the secret."""
    path = key_path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _create(path, _new_pem())
    # A log that continues an older one was given its name by hand.
    is_first = not (Path(settings.HOME) / "ledger" / "archive").exists()
    renamed = is_first and published.read() is None and vkey_path().exists() and origin() != settings.LEDGER_ORIGIN
    if renamed or not vkey_path().exists():
        vkey = notes.verifier_of(settings.LEDGER_ORIGIN, _load(path)).vkey()
        _replace(vkey_path(), f"{vkey}\n".encode())
    return path


def verifier() -> notes.Verifier:
    """Return the log's verifier; raise KeyRefused where the instance has none yet."""
    try:
        return notes.parse_vkey(vkey_path().read_text("utf-8"))
    except FileNotFoundError as error:
        raise KeyRefused("this instance has no ledger key yet; `sunlit init` makes one") from error
    except notes.BadNote as error:
        raise KeyRefused(f"{vkey_path()} is damaged: {error}") from error


def verifiers() -> tuple[notes.Verifier, ...]:
    """Return every key that this log signs or has signed with, the present one first."""
    return (verifier(),)


def verified(note: str) -> checkpoints.Checkpoint:
    """Return the checkpoint in ``note`` if one of the log's own keys signed it, or raise BadCheckpoint."""
    return checkpoints.verified_by_any(note, verifiers())


def origin() -> str:
    """Return the log's name, fixed when its key was made."""
    return verifier().name


def signer() -> Ed25519PrivateKey:
    """Return the log's secret key; raise KeyRefused where it is missing, open to others, or not the vkey's."""
    key = _load(key_path())
    if notes.verifier_of(origin(), key) != verifier():
        raise KeyRefused(f"{key_path()} is not the key that {vkey_path()} describes; restore both from one backup")
    return key


def _new_pem() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _load(path: Path) -> Ed25519PrivateKey:
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


def _create(path: Path, data: bytes) -> None:
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


def _replace(path: Path, data: bytes) -> None:
    draft = path.with_suffix(f".{os.getpid()}.new")
    draft.write_bytes(data)
    draft.replace(path)
