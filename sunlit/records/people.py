"""How rows of records name a person."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models


def person() -> models.ForeignKey[Any, Any]:
    """Return a column for whoever did something; empty where the system did it. Nobody is looked for by it."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
