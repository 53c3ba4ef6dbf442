"""After a plan came into force: slots in the shape of today, paths where the units stand today."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import F, OuterRef, Subquery

from sunlit.plan import selectors as plans
from sunlit.plan.language import Plan
from sunlit.records import rendition, shelving, slots
from sunlit.records.models import Counter, Record, Slot
from sunlit.records.states import RecordState
from sunlit.units.models import Unit

_CHUNK = 200


def on_plan_applied(old: Plan | None, new: Plan, today: date) -> str:
    """Bring paths and slots in line with a plan that is in force now, and say in one line what was done.

    Runs in short transactions; applying the same plan again does what an interruption left undone.
    """
    moved = move_paths()
    changed = [code for code in new.kinds if old is not None and code in old.kinds and _differs(old, new, code)]
    filled = sum(refill(code) for code in changed)
    if not moved and not changed:
        return ""
    return f"records: {moved} moved with their units, {filled} of {len(changed)} kinds put into new slots"


def refill(kind: str) -> int:
    """Fill the slots of all live records of a kind in the current shape; return how many."""
    plan = plans.current()
    done = last = 0
    while True:
        live = Record.objects.filter(kind=kind, state=RecordState.LIVE, pk__gt=last)
        keys = list(live.order_by("pk").values_list("pk", flat=True)[:_CHUNK])
        if not keys:
            return done
        last = keys[-1]
        done += _refill(plan, kind, keys)


def move_paths() -> int:
    """Give records, slots and counters the present path of their unit; return how many records moved."""
    done = 0
    pairs = list(
        Record.objects.exclude(unit_path=F("unit__path")).values_list("unit_path", "unit__path").distinct().order_by()
    )
    while keys := list(Record.objects.exclude(unit_path=F("unit__path")).values_list("pk", flat=True)[:_CHUNK]):
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
    return moved


@transaction.atomic
def _refill(plan: Plan, kind: str, keys: list[int]) -> int:
    # Read again inside the transaction: a record that left the lists since must not come back.
    found = Record.objects.filter(pk__in=keys, state=RecordState.LIVE).select_related("live")
    for record in found:
        if record.live is not None:
            shelving.shelve(record, plan, kind, rendition.public(plan.kinds[kind], record.live.data))
    return len(found)


def _differs(old: Plan, new: Plan, code: str) -> bool:
    before = [(place.field, place.type, place.column, place.sort) for place in slots.places(old, code).values()]
    after = [(place.field, place.type, place.column, place.sort) for place in slots.places(new, code).values()]
    return before != after
