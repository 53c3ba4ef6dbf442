"""The name of the request at hand, under which the log and the person who asked can speak of the same thing."""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest

HEADER = "X-Request-ID"
_ACCEPTED = re.compile(r"[A-Za-z0-9-]{8,64}")
_current: ContextVar[str] = ContextVar("sunlit_request", default="")


def current() -> str:
    """Return the name of the request that this thread is answering, or nothing outside of any."""
    return _current.get()


def begin(request: HttpRequest) -> str:
    """Name a request: as the trusted proxy in front of us has named it, else anew."""
    given = str(request.META.get("HTTP_X_REQUEST_ID", ""))
    is_trusted = str(request.META.get("REMOTE_ADDR", "")) in settings.TRUSTED_PROXIES
    name = given if is_trusted and _ACCEPTED.fullmatch(given) else secrets.token_hex(8)
    # Not reset at the end: what is logged after the answer, as of a stream that breaks, belongs to it still.
    _current.set(name)
    return name
