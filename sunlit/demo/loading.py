"""Publish what the recipes make, through the same acts as everybody else, each on its own day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from sunlit.demo import pairs, sheets
from sunlit.demo.people import Cast
from sunlit.demo.recipes import Dish
from sunlit.plan.language import Plan
from sunlit.records import references
from sunlit.records.acts import drafting, publishing, retiring, reviewing
from sunlit.records.models import Record, Revision
from sunlit.records.states import Validity
from sunlit.records.steps import steps_of
from sunlit.units import permissions
from sunlit.units.models import Unit

# Few enough that a write transaction takes no longer than a tenth of a second.
AT_ONCE = 6
OFFICE_HOURS = time(9, 5)
OFFICE_DAY = timedelta(hours=7, minutes=45)
# What befalls a record comes some days after its publication.
LATER = timedelta(days=12)

VALIDITIES = {"repealed": Validity.REPEALED, "lapsed": Validity.LAPSED}


@dataclass
class Loader:
    """Publishes dishes in order; what is loaded is loaded, so that an interrupted run goes on where it stopped."""

    plan: Plan
    cast: Cast
    units: dict[str, Unit]
    slugs: dict[str, str] = field(default_factory=dict)

    def load(self, dishes: Sequence[Dish], progress: Callable[[int], None]) -> int:
        """Publish every dish that is not there yet and return how many that were."""
        # The cast was made for this and nobody takes its roles away.
        with permissions.remembering():
            return self._load(dishes, progress)

    def _load(self, dishes: Sequence[Dish], progress: Callable[[int], None]) -> int:
        loaded = 0
        for sheet in sheets.collect(dishes):
            if not sheets.is_there(sheet):
                now = moments(sheet.dishes)[0]
                sheets.bring(sheet, self.plan, self.cast, now=now, progress=lambda _rows: None)
                progress(len(sheet.dishes))
                loaded += len(sheet.dishes)
        single = pairs.beside(self.plan, [dish for dish in dishes if not dish.sheet])
        done = self._recall(single)
        timed = list(zip(single, moments(single), strict=True))
        for group in pairs.groups(self.plan, timed[done:], AT_ONCE):
            with transaction.atomic():
                for first, *others in group:
                    self._publish(first, *others)
            progress(sum(map(len, group)))
        return loaded + len(single) - done

    def count(self, dishes: Sequence[Dish]) -> int:
        """Return how many of the dishes are there already."""
        sheeted = sum(len(sheet.dishes) for sheet in sheets.collect(dishes) if sheets.is_there(sheet))
        return sheeted + self._recall(pairs.beside(self.plan, [dish for dish in dishes if not dish.sheet]))

    def _recall(self, dishes: Sequence[Dish]) -> int:
        """Return how many single dishes are there, and remember the addresses of those that others refer to.

        Records are made in the order of the dishes, one for each, so the first ones that the cast's editor wrote are
        the first dishes.
        """
        written = Revision.objects.filter(number=1, author_id=self.cast.editor.user_id, record__batch_id=0)
        there = list(written.order_by("record_id").values_list("record__slug", flat=True)[: len(dishes)])
        self.slugs |= {dish.key: slug for dish, slug in zip(dishes, there, strict=False) if dish.key and slug}
        return len(there)

    def _publish(self, *timed: tuple[Dish, datetime]) -> None:
        """Publish a record, or a document and its interpretation in one moment."""
        now = timed[0][1]
        revisions = []
        for dish, _moment in timed:
            revision = self._draft(dish, now)
            if dish.key:
                # The next one may name it; its address is put in when both are released.
                self.slugs[dish.key] = references.to(revision.record)
            revisions.append(revision)
        _plain(publishing.publish_together)(revisions, actor=self.cast.approver, now=now)
        for (dish, _moment), revision in zip(timed, revisions, strict=True):
            if dish.key:
                self.slugs[dish.key] = revision.record.slug or ""
            if dish.fate:
                self._befall(revision.record, dish, now + LATER)

    def _draft(self, dish: Dish, now: datetime) -> Revision:
        """Return a draft that has gone through all reviews."""
        revision = _plain(drafting.draft)(
            dish.kind,
            self.units[dish.unit],
            dish.linked(self.slugs),
            actor=self.cast.editor,
            now=now,
            audience=dish.audience or None,
            scope=dish.scope,
            demo=dish.marked == "demo",
        )
        return self._approved(revision, now)

    def _bring_live(self, revision: Revision, now: datetime) -> None:
        _plain(publishing.publish)(self._approved(revision, now), actor=self.cast.approver, now=now)

    def _approved(self, revision: Revision, now: datetime) -> Revision:
        _plain(drafting.submit)(revision, actor=self.cast.editor, now=now)
        for step in steps_of(self.plan.kinds[revision.record.kind]):
            _plain(reviewing.take_step)(revision, step.name, actor=self.cast.of(step.role), now=now)
        return revision

    def _befall(self, record: Record, dish: Dish, now: datetime) -> None:
        """Let happen to a record what its recipe says."""
        by, reason = self.cast.approver, dish.reason
        if dish.fate == "corrected":
            revision = drafting.correct(record, actor=self.cast.editor, now=now, note=reason)
            changed = {**dish.linked(self.slugs), **dish.correction}
            self._bring_live(drafting.edit(revision, changed, actor=self.cast.editor, now=now), now)
        elif dish.fate == "withdrawn":
            retiring.withdraw(record, actor=by, now=now, reason=reason)
        elif dish.fate == "unpublished":
            retiring.unpublish(record, actor=by, now=now, reason=reason)
        else:
            retiring.set_validity(record, VALIDITIES[dish.fate], actor=by, now=now, reason=reason)


Act = TypeVar("Act", bound=Callable[..., Any])


def _plain(act: Act) -> Act:
    """Return an act without its own transaction: here several acts share one, and none of them may fail alone."""
    bare: Act = getattr(act, "__wrapped__", act)
    return bare


def moments(dishes: Sequence[Dish]) -> list[datetime]:
    """Return when each dish is published: on its day, in their order, spread over the office hours."""
    of_day = Counter(dish.day for dish in dishes)
    done: Counter[date] = Counter()
    found = []
    for dish in dishes:
        opening = datetime.combine(dish.day, OFFICE_HOURS, tzinfo=ZoneInfo(settings.TIME_ZONE))
        found.append(opening + OFFICE_DAY * done[dish.day] / of_day[dish.day])
        done[dish.day] += 1
    return found
