"""How often a token, and an address, may call: counted over all processes, one statement a call."""

from __future__ import annotations

import hashlib

from django.db import IntegrityError, router, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from sunlit.api.models import Meter
from sunlit.api.problems import Problem

WINDOW = 60
"""Seconds in which calls are counted together."""


def take(who: str, most: int, *, at: float) -> None:
    """Take one of ``most`` places of the minute; raise Problem (429) when none is left."""
    key = hashlib.sha256(who.encode("utf-8", "replace")).hexdigest()[:40]
    window = int(at) // WINDOW
    if _count(key, window) > most:
        wait = WINDOW - int(at) % WINDOW
        detail = _("More than %(most)d calls in a minute. Wait, or send many records in one call.") % {"most": most}
        raise Problem(429, "too-many", detail, headers={"Retry-After": str(wait)}, lasting=False)


def forget_before(at: float) -> int:
    """Delete the counters of past minutes."""
    return Meter.objects.filter(window__lt=int(at) // WINDOW - 1).delete()[0]


def _count(key: str, window: int) -> int:
    rows = Meter.objects.filter(who=key, window=window)
    if not rows.update(count=F("count") + 1):
        try:
            with transaction.atomic(using=router.db_for_write(Meter)):
                Meter.objects.create(who=key, window=window)
        except IntegrityError:
            rows.update(count=F("count") + 1)
    return rows.values_list("count", flat=True).first() or 1
