"""What the clock does to records: publish what is scheduled, end what has been shown long enough."""

from __future__ import annotations

import logging
from datetime import datetime

from sunlit.ledger import alarms
from sunlit.records import selectors
from sunlit.records.acts import publishing, retiring
from sunlit.records.acts.emergency import publication_alarm
from sunlit.records.acts.retiring import takedown_alarm
from sunlit.records.acts.reviewing import undo_reviews
from sunlit.records.acts.rules import ActRefused, local_day
from sunlit.records.models import Batch, Record, Revision
from sunlit.records.states import READABLE, BatchState, RevisionState
from sunlit.units import actors

logger = logging.getLogger(__name__)
AT_ONCE = 50


def due(now: datetime) -> int:
    """Do everything whose time has come, each in its own transaction, and return how much was done.

    Called by the worker every second and once at its start, so that what fell due while it stood still is caught up.
    """
    remind_of_takedowns(now)
    remind_of_publications(now)
    return publish_due(now) + expire_due(now)


def publish_due(now: datetime) -> int:
    """Publish the texts whose instant has come; one that can no longer be published goes back to its author."""
    waiting = Revision.objects.filter(state=RevisionState.SCHEDULED, scheduled_for__lte=now)
    done = 0
    for revision in waiting.select_related("record__unit", "record__live").order_by("scheduled_for", "pk")[:AT_ONCE]:
        try:
            publishing.publish_scheduled(revision, actor=actors.system(), now=now)
            done += 1
        except ActRefused as refusal:
            logger.warning("%s was not published on time: %s", revision, refusal.reason)
            _give_back(revision.pk, refusal.reason)
    return done


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


def _give_back(pk: int, reason: str) -> None:
    """Make a text a draft again unless someone has moved it meanwhile."""
    revision = Revision.objects.filter(pk=pk, state=RevisionState.SCHEDULED).first()
    if revision is not None:
        undo_reviews(revision, reason[:500])
