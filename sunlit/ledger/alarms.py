"""Alarms: what a person has to look at, said once and kept until it is over."""

import logging
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from sunlit.ledger.models import Alarm

logger = logging.getLogger(__name__)
_QUIET = timedelta(minutes=1)


def sound(name: str, sentence: str, *, now: datetime) -> None:
    """Open the alarm ``name``, or renew it at most once a minute; the log file hears of it each time it is written."""
    known = Alarm.objects.filter(name=name, cleared_at=None).first()
    if known and known.sentence == sentence and now - known.last_at < _QUIET:
        return
    logger.error("%s: %s", name, sentence)
    if known:
        Alarm.objects.filter(pk=known.pk).update(sentence=sentence, last_at=now)
        return
    try:
        with transaction.atomic():
            Alarm.objects.create(name=name, sentence=sentence, raised_at=now, last_at=now)
    except IntegrityError:  # another process has just sounded it
        Alarm.objects.filter(name=name, cleared_at=None).update(last_at=now)


def clear(name: str, *, now: datetime) -> None:
    """Close the alarm ``name`` if it is open."""
    if Alarm.objects.filter(name=name, cleared_at=None).exists():
        Alarm.objects.filter(name=name, cleared_at=None).update(cleared_at=now)
