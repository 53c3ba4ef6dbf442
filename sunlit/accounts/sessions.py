"""The session engine: Django's own in the database, with who, where from, since when and last seen when."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import QuerySet
from django.http import HttpRequest

from sunlit.accounts.devices import device_of
from sunlit.accounts.models import Session
from sunlit.calendars import clock
from sunlit.screens.limits import client_address
from sunlit.units.models import User

# How old "last seen" may be: a write for every page would cost more than the minutes are worth.
STALE = timedelta(minutes=5)
_CLIENT = "client"


class SessionStore(DatabaseStore):
    """Keeps sessions in ``accounts_session``."""

    last_seen: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return the table of sessions."""
        return Session

    def load(self) -> Any:
        """Read the session, and remember when it was last seen."""
        row = self._get_session_from_db()  # type: ignore[attr-defined]  # the stubs leave it out
        self.last_seen = row.last_seen if row else None
        return self.decode(row.session_data) if row else {}

    def create_model_instance(self, data: Mapping[str, Any]) -> Session:
        """Return the row of a session, with whose it is."""
        now = clock.now()
        client = data.get(_CLIENT, {})
        return Session(
            session_key=self._get_or_create_session_key(),  # type: ignore[attr-defined]  # as above
            session_data=self.encode(dict(data)),
            expire_date=self.get_expiry_date(),
            user_id=int(data[SESSION_KEY]) if SESSION_KEY in data else None,
            device=client.get("device", ""),
            address=client.get("address", ""),
            since=datetime.fromisoformat(client["since"]) if "since" in client else now,
            last_seen=now,
        )


def mark(request: HttpRequest) -> None:
    """Write into the session of who has just logged in where from and since when."""
    request.session[_CLIENT] = {
        "device": device_of(request.META.get("HTTP_USER_AGENT", "")),
        "address": client_address(request)[:45],
        "since": clock.now().isoformat(),
    }


def touch(request: HttpRequest) -> None:
    """Note that a session is in use, unless that was noted a moment ago."""
    seen = getattr(request.session, "last_seen", None)
    now = clock.now()
    if seen is not None and now - seen > STALE:
        row = Session.objects.filter(session_key=request.session.session_key)
        row.update(last_seen=now, address=client_address(request)[:45])


def of(user: User, *, now: datetime) -> QuerySet[Session]:
    """Return a person's sessions that have not run out, the latest first."""
    return Session.objects.filter(user_id=user.pk, expire_date__gt=now).order_by("-last_seen", "session_key")


def handle(session_key: str) -> str:
    """Return a name for a session that may stand in a page: the key itself would let its reader in."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:16]


def end_one(user: User, name: str) -> int:
    """End the session of a person that ``handle`` names; returns how many that were."""
    keys = [key for key in _keys(user) if handle(key) == name]
    return _delete(keys)


def end_all(user: User, *, but: str | None = None) -> int:
    """End every session of a person, but for the one with a key; returns how many that were."""
    return _delete([key for key in _keys(user) if key != but])


def forget_expired(now: datetime) -> int:
    """Delete the sessions that have run out; returns how many there were."""
    return Session.objects.filter(expire_date__lte=now).delete()[0]


def _keys(user: User) -> list[str]:
    return list(Session.objects.filter(user_id=user.pk).values_list("session_key", flat=True))


def _delete(keys: list[str]) -> int:
    return Session.objects.filter(session_key__in=keys).delete()[0]
