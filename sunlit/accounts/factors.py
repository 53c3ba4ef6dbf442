"""A person's second factors, as allauth keeps them."""

from __future__ import annotations

from allauth.mfa.models import Authenticator

from sunlit.units.models import User


def has_any(user: User) -> bool:
    """Tell whether a person has an authenticator app or a passkey; recovery codes alone do not count."""
    return bool(kinds(user) - {str(Authenticator.Type.RECOVERY_CODES)})


def kinds(user: User) -> set[str]:
    """Return the kinds of second factor that a person has set up: totp, webauthn, recovery_codes."""
    return set(Authenticator.objects.filter(user_id=user.pk).values_list("type", flat=True))


def forget_all(user: User) -> int:
    """Take away every second factor of a person who has lost them; returns how many there were."""
    deleted: int = Authenticator.objects.filter(user_id=user.pk).delete()[0]
    return deleted
