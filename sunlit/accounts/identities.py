"""Who a person is at the identity service."""

from __future__ import annotations

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction

from sunlit.units import audit
from sunlit.units.audit import AuditEvent
from sunlit.units.models import User

PROVIDER = "identity"
"""The identity service's name in ``SOCIALACCOUNT_PROVIDERS``."""


def service_name() -> str:
    """Return what the identity service is called, or '' if this instance has none."""
    return settings.IDENTITY.name if settings.IDENTITY else ""


def known() -> dict[str, str]:
    """Return the user names by subject identifier."""
    found = SocialAccount.objects.filter(provider=PROVIDER).values_list("uid", "user__username")
    return dict(found)


@transaction.atomic
def make_known(user: User, subject: str, *, administrator: User | None = None) -> None:
    """Let a person log in by the identity service, where they bear a subject identifier."""
    _account, new = SocialAccount.objects.get_or_create(
        provider=PROVIDER, uid=subject, defaults={"user_id": user.pk, "extra_data": {}}
    )
    if new:
        audit.write(AuditEvent.IDENTITY_LINKED, actor=administrator, subject=f"user:{user.pk}")


def is_linked(user: User) -> bool:
    """Tell whether a person can log in by the identity service."""
    return bool(SocialAccount.objects.filter(provider=PROVIDER, user_id=user.pk).exists())
