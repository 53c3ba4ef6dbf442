"""Salted commitments: the ledger binds itself to documents without holding any of them.

Whoever has document and salt can recompute the commitment; once both are erased the ledger proves only that something
was there (Personal Information Protection Law art. 47: erasure stays possible).
"""

import hmac
import secrets

from sunlit.ledger import canonical

SALT_SIZE = 32
COMMITMENT_SIZE = 32
# Keeps the commitment of a file apart from that of any document: canonical JSON never begins with this byte.
_FILE = b"\x00file\x00"


def new_salt() -> bytes:
    """Return a fresh secret of 32 bytes."""
    return secrets.token_bytes(SALT_SIZE)


def commit(salt: bytes, document: object) -> bytes:
    """Return HMAC-SHA256(salt, canonical bytes of ``document``); raise NotCanonical where it has no canonical form."""
    return commit_encoded(salt, canonical.encode(document))


def commit_encoded(salt: bytes, encoded: bytes) -> bytes:
    """Return HMAC-SHA256(salt, ``encoded``) for a caller that has the canonical bytes of the document already."""
    return hmac.digest(salt, encoded, "sha256")


def file_commit(salt: bytes, sha256_hex: str) -> bytes:
    """Return HMAC-SHA256(salt, 0x00 ``file`` 0x00 ‖ SHA-256 of the file); raise ValueError for another hash."""
    digest = bytes.fromhex(sha256_hex)
    if len(digest) != 32:
        raise ValueError(f"{sha256_hex!r} is not the SHA-256 of a file")
    return hmac.digest(salt, _FILE + digest, "sha256")
