"""Who calls: a token, the account behind it, and how far it reaches."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from sunlit.api import meters, secrets
from sunlit.api.models import Token
from sunlit.api.problems import Problem, no_token
from sunlit.calendars import clock, today
from sunlit.screens.limits import client_address
from sunlit.units import actors
from sunlit.units.actors import Actor
from sunlit.units.models import Unit
from sunlit.units.roles import Role

_USED = timedelta(minutes=1)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,80}")


@dataclass(frozen=True)
class Caller:
    """A system that calls now."""

    token: Token
    actor: Actor
    now: datetime


class Bearer(HttpBearer):
    """Takes calls with a token that holds today; all others are answered alike."""

    openapi_name = "token"

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """Return who calls; raises Problem for a token that is not taken, and for too many calls."""
        now = clock.now()
        meters.take(f"net:{client_address(request)}", settings.API_RATE_ADDRESS, at=now.timestamp())
        found = _find(token)
        if found is None or not found.holds(today()):
            raise no_token()
        meters.take(f"token:{found.pk}", settings.API_RATE, at=now.timestamp())
        if found.last_used_at is None or now - found.last_used_at > _USED:
            Token.objects.filter(pk=found.pk).update(last_used_at=now)
        return Caller(found, actors.of(found.account, found.unit, Role.EDITOR), now)


def _find(token: str) -> Token | None:
    if _TOKEN.fullmatch(token) is None:
        return None
    return Token.objects.select_related("unit", "account", "vouched_by").filter(digest=secrets.digest(token)).first()


def unit_for(caller: Caller, code: str) -> Unit:
    """Return a unit for which the token may write; raise Problem, in the same words for one that does not exist."""
    own = caller.token.unit
    found = own if own.code == code else Unit.objects.filter(code=code, closed=None).first()
    within = found is not None and (found.pk == own.pk or (caller.token.below and found.is_within(own.path)))
    if found is None or not within:
        detail = _("This token does not write for the unit %(unit)s.") % {"unit": code}
        raise Problem(403, "not-allowed", detail, [{"pointer": "/unit", "detail": detail}])
    return found
