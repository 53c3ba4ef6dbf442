"""Which table lives in which database file."""

from __future__ import annotations

from typing import Any

from django.conf import settings

AUX_APPS = frozenset({"sessions", "django_cache"})


class AuxRouter:
    """Keeps sessions and throttles in the second SQLite file; with one server for everything it has no say."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        """Read a table where it is kept."""
        return self._database(model._meta.app_label)

    def db_for_write(self, model: Any, **hints: Any) -> str | None:
        """Write a table where it is kept."""
        return self._database(model._meta.app_label)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        """Create a table only in the file in which it is kept."""
        if "aux" not in settings.DATABASES:
            return None
        return (db == "aux") == (app_label in AUX_APPS)

    def _database(self, app_label: str) -> str | None:
        return "aux" if app_label in AUX_APPS and "aux" in settings.DATABASES else None
