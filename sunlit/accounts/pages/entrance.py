"""What the log-in page holds."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib.auth.forms import AuthenticationForm

from sunlit.accounts import identities
from sunlit.screens.page import HTML_ONLY


@dataclass(frozen=True)
class LoginPage:
    """The question for name and password, and the other ways in."""

    target: str
    username: str
    is_refused: bool
    service: str
    provider: str
    form: AuthenticationForm = field(metadata=HTML_ONLY)


def login_page(form: AuthenticationForm, target: str, *, is_refused: bool) -> LoginPage:
    """Fill the log-in page; a refusal never says whether there is anyone of that name."""
    name = str(form.data.get("username", ""))[:150] if form.is_bound else ""
    return LoginPage(target, name, is_refused, identities.service_name(), identities.PROVIDER, form)
