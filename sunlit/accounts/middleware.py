"""Who is here, and whether the desk opens to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from sunlit.accounts import factors, sessions
from sunlit.accounts.policy import needs_second_factor
from sunlit.calendars import today
from sunlit.units import selectors
from sunlit.units.models import User

GetResponse = Callable[[HttpRequest], HttpResponseBase]
# The address spaces that open only with a second factor, where one is compulsory.
BEHIND = frozenset({"workbench", "accounts"})
_SETTLED = "second_factor"


class Presence:
    """Notes now and then that a session is in use."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Note it after the answer, and only if the answer looked at who is asking."""
        response = self.get_response(request)
        if request.session.accessed and SESSION_KEY in request.session and not request.session.modified:
            sessions.touch(request)
        return response


class SecondFactor:
    """Sends whoever needs a second factor and has none to set one up before the desk opens."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the question on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Redirect before the view runs."""
        match = request.resolver_match
        if settings.MFA == "off" or match is None or not BEHIND.intersection(match.app_names):
            return None
        user = request.user
        if not isinstance(user, User) or request.session.get(_SETTLED) or not _lacks_one(user):
            return None
        return HttpResponseRedirect(f"{reverse('mfa_index')}?needed=1")


def settle(request: HttpRequest) -> None:
    """Remember in the session that whoever it belongs to came in without needing a second factor of their own."""
    request.session[_SETTLED] = True


def _lacks_one(user: User) -> bool:
    roles = selectors.memberships(user, today=today()).values_list("role", flat=True)
    return needs_second_factor(settings.MFA, roles) and not factors.has_any(user)
