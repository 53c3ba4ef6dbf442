"""Puts a plan into force."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sunlit.plan.language import Plan
from sunlit.plan.models import PlanVersion


@transaction.atomic
def store_and_activate(plan: Plan, now: datetime) -> PlanVersion:
    """Store a plan if it is new and make it the active version; a plan that is active already stays as it is.

    A version that comes back keeps the instant at which it was first applied. Of two that are activated at once the
    constraint on active versions lets one through; the other raises IntegrityError and can be tried again.
    """
    version, _created = PlanVersion.objects.get_or_create(
        hash=plan.hash, defaults={"document": plan.canonical, "applied_at": now}
    )
    if not version.active:
        PlanVersion.objects.filter(active=True).update(active=False)
        PlanVersion.objects.filter(pk=version.pk).update(active=True)
        version.active = True
    return version
