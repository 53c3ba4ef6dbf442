"""Which table lives in which database file."""

from __future__ import annotations

from typing import Any

from django.conf import settings

AUX_APPS = frozenset({"django_cache"})
AUX_MODELS = frozenset({"accounts.session", "records.autosave", "api.meter", "asked.count"})


class AuxRouter:
    """Keeps sessions, throttles and what is typed but not saved in the second SQLite file, if there is one."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        """Read a table where it is kept."""
        return self._database(f"{model._meta.app_label}.{model._meta.model_name}")

    def db_for_write(self, model: Any, **hints: Any) -> str | None:
        """Write a table where it is kept."""
        return self._database(f"{model._meta.app_label}.{model._meta.model_name}")

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool | None:
        """Create a table only in the file in which it is kept."""
        if "aux" not in settings.DATABASES:
            return None
        return (db == "aux") == _comes_and_goes(f"{app_label}.{model_name or ''}")

    def _database(self, label: str) -> str | None:
        return "aux" if _comes_and_goes(label) and "aux" in settings.DATABASES else None


def _comes_and_goes(label: str) -> bool:
    return label in AUX_MODELS or label.partition(".")[0] in AUX_APPS
