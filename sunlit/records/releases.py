"""Releases at their minute: what is due comes out in the order of its instants, many texts in a short transaction.

Whatever fell due while the worker stood still is caught up at its start; a text or a bundle that cannot be released is
set aside and stops nobody behind it. Nothing is released twice: each release is a compare-and-swap of its text.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import QuerySet

from sunlit.ledger import alarms
from sunlit.ledger.worker import MORE
from sunlit.plan import selectors as plans
from sunlit.plan.language import Plan
from sunlit.records.acts import bundling, publishing, releasing
from sunlit.records.acts.releasing import Wording
from sunlit.records.acts.reviewing import undo_reviews
from sunlit.records.acts.rules import ActRefused
from sunlit.records.models import Bundle, BundleState, Revision
from sunlit.records.states import RevisionState
from sunlit.units import actors

logger = logging.getLogger(__name__)
AT_ONCE = {"sqlite": 25, "postgresql": 75}
"""Texts of one transaction, which takes less than a tenth of a second; with SQLite nobody else can save meanwhile."""
TURN_SECONDS = 0.8
"""How long releases go on before the ledger and all else get their turn."""
AFTERWARDS_SECONDS = 0.002
"""Between two transactions, so that who waits to save is not kept waiting by us alone."""
AHEAD = timedelta(seconds=60)
MOST_AHEAD = 2_000
"""Texts that are kept ready for their minute; more would only fill the memory."""
A_FEW = 25
"""Texts that are made ready in one turn."""
LATE = timedelta(seconds=60)
ALARM = "release late"


class Press:
    """Releases what is due, and makes ready in the minute before what will be, so that the minute itself only flips.

    What was made ready counts only while plan, text and record are what they were: the release itself compares them.
    """

    def __init__(self) -> None:
        self._ready: dict[int, Wording | None] = {}

    def turn(self, now: datetime) -> object:
        """Release what is due for a little while; tell the worker if there is more."""
        deadline = time.monotonic() + TURN_SECONDS
        if _sound_if_late(now):
            look(now)
        while self.step(now) is not None:
            if time.monotonic() >= deadline:
                return MORE
            time.sleep(AFTERWARDS_SECONDS)
        self._make_ready(now)
        return None

    def step(self, now: datetime) -> int | None:
        """Deal with the next few texts, or the next bundle; return how many came out, None where nothing is due."""
        bundle = _due_bundles(now).first()
        texts = _due_texts(now)
        if bundle is not None:
            texts = texts.filter(scheduled_for__lte=bundle.scheduled_for)
        due = list(texts.values_list("pk", "version")[: AT_ONCE[connection.vendor]])
        if due:
            return self._texts(due, now)
        return None if bundle is None else _bundle(bundle, now)

    def _texts(self, due: Sequence[tuple[int, int]], now: datetime) -> int:
        """Release texts in one transaction, or else one by one, so that only the one that cannot be is set aside."""
        try:
            wordings = self._wordings(due)
            for one in wordings:
                releasing.judge([one])
            with transaction.atomic():
                releasing.release_prepared(wordings, actor=actors.system(), now=now)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            if not isinstance(error, ActRefused):
                logger.exception("%d texts could not be released together; trying them one by one", len(due))
            return sum(_alone(revision, now) for revision in _read([pk for pk, _version in due]))
        return len(due)

    def _wordings(self, due: Sequence[tuple[int, int]]) -> list[Wording]:
        """Return texts ready for release, in their order; none that was made ready is used twice."""
        plan = plans.current()
        known = {pk: one for pk, _version in due if (one := self._ready.pop(pk, None)) is not None}
        stands = {pk for pk, version in due if pk in known and _stands(known[pk], plan, version)}
        read = {one.pk: releasing.prepare(one, plan) for one in _read([pk for pk, _v in due if pk not in stands])}
        return [known[pk] if pk in stands else read[pk] for pk, _version in due]

    def _make_ready(self, now: datetime) -> None:
        """Make a few texts ready that are due within a minute; what is wrong with one is said at its minute."""
        if len(self._ready) >= MOST_AHEAD:
            return
        coming = _due_texts(now + AHEAD).values_list("pk", flat=True)[:MOST_AHEAD]
        wanted = [pk for pk in coming if pk not in self._ready][:A_FEW]
        if not wanted:
            if not coming:
                self._ready.clear()
            return
        plan = plans.current()
        for revision in _read(wanted):
            self._ready[revision.pk] = None
            with suppress(ActRefused):
                self._ready[revision.pk] = releasing.prepare(revision, plan)


def release_due(now: datetime) -> int:
    """Release all that is due and return how many texts came out."""
    done, press = 0, Press()
    while (released := press.step(now)) is not None:
        done += released
    return done


def _stands(ready: Wording, plan: Plan, version: int) -> bool:
    return ready.plan.hash == plan.hash and ready.revision.version == version


def _read(ids: Sequence[int]) -> list[Revision]:
    rows = Revision.objects.filter(pk__in=ids, state=RevisionState.SCHEDULED)
    return list(rows.select_related("record__unit", "record__live", "verdict").order_by("scheduled_for", "pk"))


def look(now: datetime) -> None:
    """Sound an alarm while a release is more than a minute late, and clear it when none is."""
    if not _sound_if_late(now):
        alarms.clear(ALARM, now=now)


def _sound_if_late(now: datetime) -> bool:
    late = _due_texts(now - LATE).count() + _due_bundles(now - LATE).count()
    if late:
        sentence = f"{late} texts or bundles were to be released more than a minute ago; they follow now, in order"
        alarms.sound(ALARM, sentence, now=now)
    return bool(late)


def _due_texts(now: datetime) -> QuerySet[Revision]:
    waiting = Revision.objects.filter(state=RevisionState.SCHEDULED, scheduled_for__lte=now)
    return waiting.order_by("scheduled_for", "pk")


def _due_bundles(now: datetime) -> QuerySet[Bundle]:
    return Bundle.objects.filter(state=BundleState.OPEN, scheduled_for__lte=now).order_by("scheduled_for", "pk")


def _alone(revision: Revision, now: datetime) -> bool:
    try:
        publishing.publish_scheduled(revision, actor=actors.system(), now=now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        _set_aside(revision, _reason(error), now)
        return False
    return True


def _bundle(bundle: Bundle, now: datetime) -> int:
    try:
        bundling.publish_scheduled_bundle(bundle, actor=actors.system(), now=now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        current = Bundle.objects.get(pk=bundle.pk)
        if current.scheduled_for == bundle.scheduled_for:
            bundling.take_time_off(current, _reason(error), now=now)
        return 0
    return bundle.members.count()


def _reason(error: Exception) -> str:
    if isinstance(error, ActRefused):
        return error.reason
    logger.exception("a release failed")
    return f"{type(error).__name__}: {error}"


def _set_aside(revision: Revision, reason: str, now: datetime) -> None:
    """Make a text a draft again with the reason, unless someone has moved it meanwhile."""
    logger.warning("%s was not published on time: %s", revision, reason)
    current = Revision.objects.filter(pk=revision.pk, state=RevisionState.SCHEDULED).first()
    if current is not None and current.scheduled_for is not None and current.scheduled_for <= now:
        undo_reviews(current, reason[:500])
