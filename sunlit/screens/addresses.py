"""Where a reader may be sent."""

from __future__ import annotations

from django.utils.http import url_has_allowed_host_and_scheme


def safe_next(wanted: str, otherwise: str = "/") -> str:
    """Return the path to go on to if it lies on this site, else ``otherwise``."""
    is_path = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_path else otherwise
