"""What the pages about one's own way in hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm

from sunlit.accounts import identities, sessions
from sunlit.screens.page import HTML_ONLY
from sunlit.units.models import User


@dataclass(frozen=True)
class PasswordPage:
    """The form to change a password; ``has_one`` is false for who logs in by the identity service alone."""

    has_one: bool
    form: PasswordChangeForm = field(metadata=HTML_ONLY)


@dataclass(frozen=True)
class LinkPage:
    """The form behind a link; without a user the link is void."""

    username: str
    form: SetPasswordForm[User] | None = field(metadata=HTML_ONLY)


@dataclass(frozen=True)
class SessionView:
    """One session as its owner sees it."""

    name: str
    device: str
    address: str
    since: datetime
    last_seen: datetime
    is_current: bool


@dataclass(frozen=True)
class SessionsPage:
    """A person's sessions."""

    sessions: list[SessionView]


@dataclass(frozen=True)
class IdentityPage:
    """Whether one's account is linked to the identity service."""

    service: str
    provider: str
    is_linked: bool


def password_page(form: PasswordChangeForm, *, has_one: bool) -> PasswordPage:
    """Fill the page on which a password is changed."""
    return PasswordPage(has_one, form)


def link_page(user: User | None, form: SetPasswordForm[User] | None) -> LinkPage:
    """Fill the page behind a link."""
    return LinkPage(user.username if user else "", form)


def sessions_page(user: User, *, current: str, now: datetime) -> SessionsPage:
    """Fill the page of sessions, the one that asks first."""
    found = [
        SessionView(
            sessions.handle(row.session_key),
            row.device,
            row.address,
            row.since,
            row.last_seen,
            row.session_key == current,
        )
        for row in sessions.of(user, now=now)
    ]
    return SessionsPage(sorted(found, key=lambda view: not view.is_current))


def identity_page(user: User) -> IdentityPage:
    """Fill the page about the identity service."""
    return IdentityPage(identities.service_name(), identities.PROVIDER, identities.is_linked(user))
