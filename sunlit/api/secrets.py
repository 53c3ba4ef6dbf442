"""A token's secret: shown once, kept as a keyed hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from django.conf import settings

_PURPOSE = b"sunlit tokens of other systems\x00"
LIVE, SANDBOX = "sunlit_", "sunlit_test_"


def new(*, sandbox: bool) -> str:
    """Return a fresh token of 256 bits; its beginning says what it is, so that a lost one is recognised."""
    return f"{SANDBOX if sandbox else LIVE}{secrets.token_urlsafe(32)}"


def digest(token: str) -> str:
    """Return by what a token is found; a copy of the database alone gives no token away."""
    key = hashlib.sha256(_PURPOSE + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, token.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
