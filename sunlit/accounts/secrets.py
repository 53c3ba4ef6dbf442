"""Keep the secrets of second factors sealed in the database; the key is the instance's own."""

from __future__ import annotations

import base64
import hashlib
import secrets

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

_PURPOSE = b"sunlit second factors\x00"


def seal(text: str) -> str:
    """Return a secret so that a copy of the database alone does not give it away."""
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Return the secret; with another key, a fresh random one, which no code fits."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        # Never an empty one: anyone could compute the codes of that.
        return base64.b32encode(secrets.token_bytes(20)).decode()


def _box() -> Fernet:
    key = hashlib.sha256(_PURPOSE + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
