"""Sessions, and accounts for emergencies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

if TYPE_CHECKING:
    from sunlit.accounts.sessions import SessionStore


class Session(AbstractBaseSession):
    """A session, with who is logged in by it: a person sees their own and can end them."""

    # No reference: sessions live in another database file than people.
    user_id = models.BigIntegerField(null=True, db_index=True)
    device = models.CharField(max_length=80, blank=True, default="")
    address = models.CharField(max_length=45, blank=True, default="")
    since = models.DateTimeField()
    last_seen = models.DateTimeField()

    def __str__(self) -> str:
        return f"session of {self.user_id} since {self.since:%Y-%m-%d %H:%M}"

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        """Return the engine that keeps these sessions."""
        from sunlit.accounts.sessions import SessionStore

        return SessionStore


class BreakGlass(models.Model):
    """An emergency account: one log-in, within some hours, with every power over publication."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    armed_at = models.DateTimeField()
    armed_until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"emergency account {self.user_id} until {self.armed_until:%Y-%m-%d %H:%M}"
