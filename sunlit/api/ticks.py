"""What the clock does for the intake: forget what is kept for a while only."""

from __future__ import annotations

from datetime import datetime, timedelta

from sunlit.api import meters, once, sending
from sunlit.api.models import Sent

REHEARSED = timedelta(days=1)


def forget_old(now: datetime) -> int:
    """Drop answers after seven days, what was sent to the sandbox after one, and the counters of past minutes."""
    old = now - REHEARSED
    count = meters.forget_before(now.timestamp()) + once.forget_before(now - once.KEPT)
    count += Sent.objects.filter(record=None, token__sandbox=True, at__lt=old).delete()[0]
    return count + sending.forget_rehearsed(old)
