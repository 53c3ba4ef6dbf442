"""Publish what the recipes make, through the same acts as everybody else, each on its own day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from sunlit.demo.people import Cast
from sunlit.demo.recipes import Dish
from sunlit.plan.language import Plan
from sunlit.records.acts import drafting, publishing, retiring, reviewing
from sunlit.records.models import Record, Revision
from sunlit.units.models import Unit

# Few enough that a write transaction stays short.
AT_ONCE = 25
OFFICE_HOURS = time(9, 5)


@dataclass(frozen=True)
class Loader:
    """Publishes dishes in order; what is loaded is loaded, so that an interrupted run goes on where it stopped."""

    plan: Plan
    cast: Cast
    units: dict[str, Unit]

    def load(self, dishes: Sequence[Dish], progress: Callable[[int], None]) -> int:
        """Publish every dish that is not there yet and return how many that were."""
        done = Record.objects.filter(demo=True).count()
        left = iter(list(enumerate(dishes))[done:])
        loaded = 0
        for group in iter(lambda: list(islice(left, AT_ONCE)), []):
            with transaction.atomic():
                for place, dish in group:
                    self._publish(dish, instant(dish, place))
            loaded += len(group)
            progress(len(group))
        return loaded

    def _publish(self, dish: Dish, now: datetime) -> None:
        unit = self.units[dish.unit]
        revision = drafting.draft(
            dish.kind,
            unit,
            dish.data,
            actor=self.cast.editor,
            now=now,
            audience=dish.audience or None,
            scope=dish.scope,
            demo=True,
        )
        self._bring_live(revision, now)
        self._befall(revision.record, dish, now + timedelta(days=12))

    def _bring_live(self, revision: Revision, now: datetime) -> None:
        drafting.submit(revision, actor=self.cast.editor, now=now)
        reviewing.review(revision, actor=self.cast.reviewer, now=now)
        if self.plan.kinds[revision.record.kind].settings.secrecy_review:
            reviewing.review_secrecy(revision, actor=self.cast.secrecy_reviewer, now=now)
        reviewing.approve(revision, actor=self.cast.approver, now=now)
        publishing.publish(revision, actor=self.cast.approver, now=now)

    def _befall(self, record: Record, dish: Dish, now: datetime) -> None:
        """Let happen to a record what its recipe says."""
        if dish.fate == "corrected":
            self._bring_live(drafting.correct(record, actor=self.cast.editor, now=now, note=dish.reason), now)
        elif dish.fate == "withdrawn":
            retiring.withdraw(record, actor=self.cast.approver, now=now, reason=dish.reason)
        elif dish.fate == "unpublished":
            retiring.unpublish(record, actor=self.cast.approver, now=now, reason=dish.reason)


def instant(dish: Dish, place: int) -> datetime:
    """Return the moment of publication: within office hours, and never the same minute for everybody."""
    local = datetime.combine(dish.day, OFFICE_HOURS, tzinfo=ZoneInfo(settings.TIME_ZONE))
    return local + timedelta(minutes=(place * 37) % 465, seconds=(place * 13) % 60)
