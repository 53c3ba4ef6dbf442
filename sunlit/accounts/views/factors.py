"""allauth's pages of second factors, where they need something of ours: passkey options as plain attributes."""

from __future__ import annotations

import json
from typing import Any

from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.webauthn.views import AddWebAuthnView, ReauthenticateWebAuthnView
from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache


class _Options:
    """Gives templates ``options``, the text that our script reads from an attribute: no page has a script in it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Put the options of the passkey beside the rest, and leave ``site`` to be ours."""
        found: dict[str, Any] = super().get_context_data(**kwargs)
        found.pop("site", None)
        found["options"] = json.dumps(found.get("js_data", {}), cls=DjangoJSONEncoder)
        return found


@method_decorator(never_cache, name="dispatch")
class Authenticate(_Options, AuthenticateView):
    """Ask for the second factor."""


@method_decorator(never_cache, name="dispatch")
class AddPasskey(_Options, AddWebAuthnView):
    """Add a passkey."""


@method_decorator([never_cache, login_required], name="dispatch")
class ReauthenticatePasskey(_Options, ReauthenticateWebAuthnView):
    """Confirm by a passkey that it is still the same person."""


authenticate = Authenticate.as_view()
add_passkey = AddPasskey.as_view()
reauthenticate_passkey = ReauthenticatePasskey.as_view()
reauthenticate = login_required(ReauthenticateView.as_view())
