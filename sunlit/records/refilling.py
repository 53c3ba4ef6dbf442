"""After a plan came into force: slots in the shape of today, paths where the units stand today.

Applying a plan only writes down which kinds have to be put into new slots; the worker does it piece by piece while
readers go on reading. Until a kind is done, its lists show every value in the new shape (they read the records
themselves) and cannot be filtered or sorted by the fields whose slots are still being filled.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, OuterRef, Subquery

from sunlit.calendars import clock
from sunlit.ledger import pagetags
from sunlit.plan import selectors as plans
from sunlit.plan.language import Plan
from sunlit.records import rendition, shelving, slots, upgrading
from sunlit.records.models import Counter, Record, Refill, Revision, Slot, Work
from sunlit.records.states import RecordState
from sunlit.units.models import Unit

CHUNK = 200
"""Records in one write transaction: well under a tenth of a second on either database."""
TURN_SECONDS = 0.25
"""How long one turn of the worker may take, so that the ledger is not kept waiting."""


@dataclass(frozen=True)
class Preparing:
    """How far the lists of a kind have come: fields that cannot be asked for yet, records done and to do."""

    fields: frozenset[str]
    done: int
    total: int

    @property
    def percent(self) -> int:
        """Return how much is done, of a hundred."""
        return min(99, self.done * 100 // self.total) if self.total else 0


def note(old: Plan | None, new: Plan, today: date) -> str:
    """Write down which kinds have to be put into new slots, in the transaction that puts the plan into force."""
    noted = [code for code in new.kinds if old is not None and code in old.kinds and _note(old, new, code)]
    Refill.objects.exclude(shape=new.hash).update(shape=new.hash)
    return f"records: the worker puts {', '.join(noted)} into new slots" if noted else ""


def move(old: Plan | None, new: Plan, today: date) -> str:
    """Bring records in line with where their units stand now; applying the plan again goes on where this stopped."""
    moved = move_paths()
    if moved:
        pagetags.touch([pagetags.ALL], now=clock.now())
    return f"records: {moved} moved with their units" if moved else ""


def preparing(kind: str) -> Preparing | None:
    """Return how far the lists of a kind have come, or None if they are complete."""
    row = Refill.objects.filter(pk=kind).first()
    return Preparing(frozenset(row.fields), row.done, row.total) if row else None


def all_preparing() -> list[str]:
    """Return the kinds whose slots are being filled anew."""
    return list(Refill.objects.values_list("pk", flat=True))


def left_to_refill() -> int:
    """Return about how many records have still to be put into new slots; acts change their number meanwhile."""
    return sum(max(total - done, 0) for done, total in Refill.objects.values_list("done", "total"))


def turn(now: datetime) -> int:
    """Put some records into new slots, for a quarter of a second; return how many. Called by the worker."""
    deadline = time.monotonic() + TURN_SECONDS
    done = 0
    while (row := Refill.objects.order_by("pk").first()) is not None:
        done += _step(row)
        if time.monotonic() >= deadline:
            break
    return done


def catch_up() -> int:
    """Put everything that was noted into new slots, and return how many records that were."""
    done = 0
    while (row := Refill.objects.order_by("pk").first()) is not None:
        done += _step(row)
    return done


def move_paths() -> int:
    """Give records, texts in work, slots and counters the present path of their unit; return how many records moved."""
    done = 0
    pairs = list(
        Record.objects.exclude(unit_path=F("unit__path")).values_list("unit_path", "unit__path").distinct().order_by()
    )
    while keys := list(Record.objects.exclude(unit_path=F("unit__path")).values_list("pk", flat=True)[:CHUNK]):
        done += _move(keys)
    for before, after in pairs:
        Counter.objects.filter(unit_path=before).update(unit_path=after)
    return done


@transaction.atomic
def _move(keys: list[int]) -> int:
    present = Subquery(Unit.objects.filter(pk=OuterRef("unit_id")).values("path")[:1])
    moved = Record.objects.filter(pk__in=keys).update(unit_path=present)
    of_record = Subquery(Record.objects.filter(pk=OuterRef("record_id")).values("unit_path")[:1])
    Slot.objects.filter(pk__in=keys).update(unit_path=of_record)
    of_text = Subquery(Revision.objects.filter(pk=OuterRef("pk")).values("record__unit_path")[:1])
    Work.objects.filter(revision__record__in=keys).update(unit_path=of_text)
    return moved


def _note(old: Plan, new: Plan, code: str) -> bool:
    """Note a kind whose places differ between two plans; one that is still under way begins anew."""
    before, after = slots.places(old, code), slots.places(new, code)
    changed = {name for name, place in after.items() if name not in before or not place.is_like(before[name])}
    gone = any(name not in after for name in before)
    if not changed and not gone:
        return False
    total = Slot.objects.filter(kind=code).count()
    if not total:
        return False
    under_way = Refill.objects.filter(pk=code).first()
    waiting = (changed | set(under_way.fields if under_way else ())) & set(after)
    Refill.objects.update_or_create(
        kind=code, defaults={"fields": sorted(waiting), "last": 0, "done": 0, "total": total, "shape": new.hash}
    )
    return True


def _step(row: Refill) -> int:
    """Put the next records of a kind into their slots and move its mark on, both or neither."""
    plan = plans.current()
    with transaction.atomic():
        # Live ones only, read inside: a record that left the lists since must not come back.
        waiting = Record.objects.filter(kind=row.kind, state=RecordState.LIVE, pk__gt=row.last)
        records = list(waiting.select_related("live").order_by("pk")[:CHUNK])
        same = Refill.objects.filter(pk=row.kind, last=row.last, shape=row.shape)
        if not records:
            if same.delete()[0]:
                pagetags.touch([pagetags.ALL], now=clock.now())
            return 0
        if same.update(last=records[-1].pk, done=F("done") + len(records)) != 1:
            return 0
        shelving.shelve_all(plan, row.kind, [(record, _shown(plan, record)) for record in records])
    return len(records)


def _shown(plan: Plan, record: Record) -> dict[str, object]:
    kind = plan.kinds[record.kind]
    return rendition.public(kind, upgrading.payload(plan, kind, record.live)) if record.live else {}
