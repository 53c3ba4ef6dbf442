"""What the clock does to records: release what is scheduled, end what has been shown long enough."""

from __future__ import annotations

import logging
from datetime import datetime

from sunlit.ledger import alarms
from sunlit.records import releases, selectors
from sunlit.records.acts import retiring
from sunlit.records.acts.emergency import publication_alarm
from sunlit.records.acts.retiring import takedown_alarm
from sunlit.records.acts.rules import ActRefused, local_day
from sunlit.records.models import Batch, Record
from sunlit.records.states import READABLE, BatchState
from sunlit.units import actors

logger = logging.getLogger(__name__)
AT_ONCE = 50


def due(now: datetime) -> int:
    """Do everything whose time has come and return how much was done."""
    return releases.release_due(now) + end_due(now)


def end_due(now: datetime) -> int:
    """End what has been shown long enough, and look after what people have left lying; return how much was ended.

    Called by the worker every second and once at its start, so that what fell due while it stood still is caught up.
    """
    remind_of_takedowns(now)
    remind_of_publications(now)
    releases.look(now)
    return expire_due(now)


def expire_due(now: datetime) -> int:
    """End the display of the records whose last day is past."""
    hidden = Batch.objects.exclude(state=BatchState.RELEASED).values("pk")
    over = Record.objects.filter(expires_on__lt=local_day(now), state__in=READABLE).exclude(batch_id__in=hidden)
    done = 0
    for record in over.select_related("unit", "live").order_by("expires_on", "pk")[:AT_ONCE]:
        try:
            retiring.expire(record, actor=actors.system(), now=now)
            done += 1
        except ActRefused as refusal:
            logger.warning("%s was not ended: %s", record, refusal.reason)
    return done


def remind_of_takedowns(now: datetime) -> None:
    """Sound an alarm for each emergency takedown that nobody has reviewed by its day."""
    for notice in selectors.takedowns_to_review(before=local_day(now))[:AT_ONCE]:
        sentence = f"the takedown of {notice.record} was to be reviewed by {notice.review_due}"
        alarms.sound(takedown_alarm(notice.pk), sentence, now=now)


def remind_of_publications(now: datetime) -> None:
    """Sound an alarm for each emergency publication that nobody has reviewed by its day."""
    for later in selectors.publications_to_review(before=local_day(now))[:AT_ONCE]:
        sentence = f"the emergency publication of {later.revision.record} was to be reviewed by {later.due}"
        alarms.sound(publication_alarm(later.pk), sentence, now=now)
