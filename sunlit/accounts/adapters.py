"""Where allauth asks this house: who may come in, what is said, and how secrets are kept."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sunlit.accounts import breakglass, journal, middleware, secrets, sessions
from sunlit.calendars import clock
from sunlit.screens.limits import client_address
from sunlit.sight import viewer_of
from sunlit.units.audit import AuditEvent
from sunlit.units.models import User

# What is said after a change; allauth's other messages say what the page shows anyway.
SAID = {
    "mfa/messages/totp_activated.txt": gettext_lazy("The authenticator app is set up."),
    "mfa/messages/totp_deactivated.txt": gettext_lazy("The authenticator app is no longer asked for."),
    "mfa/messages/webauthn_added.txt": gettext_lazy("The passkey is added."),
    "mfa/messages/webauthn_removed.txt": gettext_lazy("The passkey is removed."),
    "mfa/messages/recovery_codes_generated.txt": gettext_lazy("There are new recovery codes; the old ones are void."),
    "account/messages/password_changed.txt": gettext_lazy("The password is changed; your other sessions have ended."),
    "socialaccount/messages/account_connected.txt": gettext_lazy("Your account is linked."),
    "socialaccount/messages/account_connected_other.txt": gettext_lazy(
        "That identity is linked to another account already. Ask the administrator of your unit."
    ),
    "socialaccount/messages/account_disconnected.txt": gettext_lazy("Your account is no longer linked."),
}


class Accounts(DefaultAccountAdapter):
    """Log-in of people of the house; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Answer no: administrators make accounts."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address as every other limit counts it."""
        return client_address(request)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Lead staff to their desk and residents to their own page, unless they wanted something else."""
        working = bool(viewer_of(request).memberships)
        return resolve_url(settings.STAFF_REDIRECT_URL if working else settings.LOGIN_REDIRECT_URL)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say it in our words, or not at all."""
        said = message or SAID.get(message_template or "")
        if said:
            messages.add_message(request, level, str(said), extra_tags=extra_tags)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Say of a closed account what is said of one that does not exist."""
        return HttpResponseRedirect(f"{reverse('account_login')}?refused=1")

    def pre_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse | None:
        """Refuse closed accounts, and emergency accounts that are spent."""
        if not breakglass.may_enter(user, now=clock.now()):
            return self.respond_user_inactive(request, user)
        answer: HttpResponse | None = super().pre_login(request, user, **more)
        return answer

    def login(self, request: HttpRequest, user: User) -> None:
        """Open the session, and write down that it was opened."""
        try:
            lasts = breakglass.spend(user, address=client_address(request), now=clock.now())
        except PermissionError:
            raise ImmediateHttpResponse(self.respond_user_inactive(request, user)) from None
        super().login(request, user)
        sessions.mark(request)
        if lasts is not None:
            middleware.settle(request)
            request.session.set_expiry(min(int(lasts.total_seconds()), request.session.get_expiry_age()))
        journal.note(AuditEvent.LOGGED_IN, request, actor=user)

    def logout(self, request: HttpRequest) -> None:
        """Close the session, and write down that it was closed."""
        if isinstance(request.user, User):
            journal.note(AuditEvent.LOGGED_OUT, request)
        logout(request)


class Factors(DefaultMFAAdapter):
    """Second factors, with their secrets sealed."""

    def get_totp_label(self, user: User) -> str:
        """Return the user name, which is what the person types here."""
        return user.username

    def encrypt(self, text: str) -> str:
        """Seal a secret."""
        return secrets.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret."""
        return secrets.unseal(encrypted_text)


class Identities(DefaultSocialAccountAdapter):
    """Log-in by the identity service: only for people who are known here."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Answer no: whoever is not known here gets no account."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Tell a stranger whom to ask."""
        is_linking = sociallogin.state.get("process") == "connect"
        if not sociallogin.is_existing and not is_linking:
            raise ImmediateHttpResponse(render(request, "accounts/stranger.html", {}, status=403))

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        """Return to one's own page."""
        return reverse("portal:me")

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        """Say that the identity service did not let the person in, on the log-in page."""
        messages.error(request, _("The identity service did not confirm who you are. Try again, or use your password."))
        raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))
