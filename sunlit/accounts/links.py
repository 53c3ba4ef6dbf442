"""Links by which a person sets their password: good for three days and for one use."""

from __future__ import annotations

from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from sunlit.units.models import User


def path_for(user: User) -> str:
    """Return the path of a fresh link; it becomes void once the password is set or the person logs in."""
    key = urlsafe_base64_encode(str(user.pk).encode())
    return reverse("account_set_password_from_link", args=[key, default_token_generator.make_token(user)])


def user_of(key: str, token: str) -> User | None:
    """Return whose password a link sets, or None if it is void."""
    try:
        pk = int(urlsafe_base64_decode(key).decode())
    except (ValueError, OverflowError):
        return None
    user = User.objects.filter(pk=pk, is_active=True).first() if pk < 2**63 else None
    return user if user is not None and default_token_generator.check_token(user, token) else None
