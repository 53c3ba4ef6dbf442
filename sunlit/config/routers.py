"""Which table lives in which database file."""

from __future__ import annotations

from typing import Any

from django.conf import settings

AUX_APPS = frozenset({"django_cache"})
AUX_MODELS = frozenset({("accounts", "session")})


class AuxRouter:
    """Keeps sessions and throttles in the second SQLite file; with one server for everything it has no say."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        """Read a table where it is kept."""
        return self._database(model._meta.app_label, model._meta.model_name)

    def db_for_write(self, model: Any, **hints: Any) -> str | None:
        """Write a table where it is kept."""
        return self._database(model._meta.app_label, model._meta.model_name)

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool | None:
        """Create a table only in the file in which it is kept."""
        if "aux" not in settings.DATABASES:
            return None
        return (db == "aux") == _is_aux(app_label, model_name)

    def _database(self, app_label: str, model_name: str | None) -> str | None:
        return "aux" if _is_aux(app_label, model_name) and "aux" in settings.DATABASES else None


def _is_aux(app_label: str, model_name: str | None) -> bool:
    return app_label in AUX_APPS or (app_label, model_name) in AUX_MODELS
