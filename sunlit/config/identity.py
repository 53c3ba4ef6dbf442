"""The identity service by which people may log in (OpenID Connect), as the environment names it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

PROVIDER = "identity"
"""Stands in the address to which the service sends people back, so it never changes."""


@dataclass(frozen=True)
class Identity:
    """An identity service and how this instance is known there."""

    issuer: str
    client_id: str
    secret: str
    name: str


def from_environment() -> Identity | None:
    """Return the identity service, or None if none is set; raises ImproperlyConfigured for half a setting."""
    issuer = os.environ.get("SUNLIT_OIDC_ISSUER", "").rstrip("/")
    client_id = os.environ.get("SUNLIT_OIDC_CLIENT_ID", "")
    secret = os.environ.get("SUNLIT_OIDC_CLIENT_SECRET", "")
    if not (issuer or client_id or secret):
        return None
    if not (issuer and client_id and secret):
        raise ImproperlyConfigured(
            "SUNLIT_OIDC_ISSUER, SUNLIT_OIDC_CLIENT_ID and SUNLIT_OIDC_CLIENT_SECRET belong together: set all or none"
        )
    return Identity(issuer, client_id, secret, os.environ.get("SUNLIT_OIDC_NAME") or urlsplit(issuer).netloc)


def origins(identity: Identity | None) -> list[str]:
    """Return the origin to which a browser is sent to log in."""
    if identity is None:
        return []
    parts = urlsplit(identity.issuer)
    return [f"{parts.scheme}://{parts.netloc}"]


def providers(identity: Identity | None) -> dict[str, Any]:
    """Return the identity service in the words of allauth."""
    if identity is None:
        return {}
    app = {
        "provider_id": PROVIDER,
        "name": identity.name,
        "client_id": identity.client_id,
        "secret": identity.secret,
        "settings": {"server_url": identity.issuer},
    }
    return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True, "SCOPE": ["openid"]}}
