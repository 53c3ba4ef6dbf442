"""The plan versions that were applied; every process runs the active one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class PlanVersion(models.Model):
    """A plan as it was applied, named by its hash. At most one version is active; the document never changes."""

    hash = models.CharField(max_length=64, unique=True)
    document = models.TextField()
    applied_at = models.DateTimeField()
    active = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["active"], condition=Q(active=True), name="plan_one_active_version"),
        ]

    def __str__(self) -> str:
        return f"{self.hash[:12]}{' (active)' if self.active else ''}"
