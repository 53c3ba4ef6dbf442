"""What happens at the doors goes into the audit journal."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from sunlit.screens.limits import client_address
from sunlit.units import audit
from sunlit.units.audit import AuditEvent, Detail
from sunlit.units.models import User


def note(
    event: AuditEvent,
    request: HttpRequest,
    *,
    about: User | None = None,
    actor: User | None = None,
    detail: Detail | None = None,
) -> None:
    """Write down what the asker did, or what was done to ``about``."""
    who = actor or (request.user if isinstance(request.user, User) else None)
    subject = f"user:{about.pk}" if about else ""
    audit.write(event, actor=who, subject=subject, address=client_address(request), detail=detail)


def refused(request: HttpRequest, username: str) -> None:
    """Write down a log-in that failed; of an unknown name nothing is kept, for people type passwords there."""
    known = User.objects.filter(username=username).first()
    audit.write(
        AuditEvent.LOG_IN_FAILED,
        actor=None,
        subject=f"user:{known.pk}" if known else "",
        address=client_address(request),
    )


def listen() -> None:
    """Connect allauth's signals about second factors and linked identities to the journal, and to nothing else."""
    from allauth.mfa import signals as factors
    from allauth.socialaccount import signals as identities

    for signal, event in (
        (factors.authenticator_added, AuditEvent.FACTOR_ADDED),
        (factors.authenticator_removed, AuditEvent.FACTOR_REMOVED),
        (factors.authenticator_reset, AuditEvent.FACTOR_RESET),
        (factors.authentication_failed, AuditEvent.FACTOR_FAILED),
        (identities.social_account_added, AuditEvent.IDENTITY_LINKED),
        (identities.social_account_removed, AuditEvent.IDENTITY_UNLINKED),
    ):
        signal.connect(_writer(event), weak=False, dispatch_uid=f"audit:{event}")


def _writer(event: AuditEvent) -> Any:
    def write(sender: Any, request: HttpRequest, **more: Any) -> None:
        about = more.get("user") or (more["socialaccount"].user if "socialaccount" in more else None)
        about = about or (more["sociallogin"].user if "sociallogin" in more else None)
        kind = str(more["authenticator"].type) if "authenticator" in more else ""
        note(event, request, about=about, detail={"type": kind} if kind else None)

    return write
