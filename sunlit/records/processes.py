"""Processes: records of several kinds under one number, found by the slots in which their kinds keep it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from sunlit import sight
from sunlit.plan import selectors as plans
from sunlit.plan.language import Kind, Plan
from sunlit.plan.language.processes import Process, Unless
from sunlit.records import refilling, rendition, slots
from sunlit.records.models import SLOT_TEXT_LENGTH, Chain, Record, Slot
from sunlit.records.stages import Step, steps

Found = Mapping[str, Sequence[Record]]


def number_of(kind: Kind, payload: Mapping[str, Any]) -> str:
    """Return the number of the process to which a record belongs, or '' if it belongs to none."""
    return str(payload.get(kind.settings.process or "") or "")[:SLOT_TEXT_LENGTH]


def title_of(plan: Plan, process: Process, record: Record) -> str:
    """Return what a process is called: what its first record says in the field that the plan names, or its title."""
    shown = rendition.public(plan.kinds[record.kind], record.live.data) if record.live and process.title else {}
    named = shown.get(process.title or "")
    return named[:500] if isinstance(named, str) and named else record.title


def of_number(viewer: sight.Viewer, process: Process, number: str) -> list[Step[Record]]:
    """Return the stages of one process with the records that ``viewer`` may see."""
    plan = plans.current()
    found = records_of(plan, viewer, process, [number])
    return judged(plan, process, found.get(number, {}))


def judged(plan: Plan, process: Process, found: Found) -> list[Step[Record]]:
    """Return the stages of a process whose records are known."""

    def holds(unless: Unless) -> bool:
        values = (
            record.live.data.get(unless.field) for record in found.get(unless.kind, ()) if record.live is not None
        )
        return any(bool(set(unless.values) & set(value if isinstance(value, list) else [value])) for value in values)

    return steps(process, found, holds, unfound(plan, process))


def unfound(plan: Plan, process: Process) -> frozenset[str]:
    """Return the kinds whose records cannot all be found by number yet, after a change of the plan."""
    return frozenset(
        code
        for code in refilling.all_preparing()
        if (stage := plan.kinds.get(code)) is not None
        and any(one.kind == code for one in process.stages)
        and (waiting := refilling.preparing(code)) is not None
        and stage.settings.process in waiting.fields
    )


def records_of(
    plan: Plan, viewer: sight.Viewer, process: Process, numbers: Collection[str]
) -> dict[str, dict[str, list[Record]]]:
    """Return the records of several processes by number and kind, earliest first; one query for each stage."""
    found: dict[str, dict[str, list[Record]]] = defaultdict(dict)
    for stage in process.stages:
        kind = plan.kinds[stage.kind]
        place = slots.places(plan, kind.code).get(kind.settings.process or "")
        if place is None:
            continue
        written = {place.write(number): number for number in numbers if number}
        rows = sight.visible(viewer, Slot.objects.filter(kind=kind.code, **{f"{place.column}__in": list(written)}))
        rows = rows.select_related("record__live", "record__unit").order_by("published_at", "record_id")
        for row in rows:
            found[written[getattr(row, place.column)]].setdefault(kind.code, []).append(row.record)
    return found


def chains(process: str, *, with_gaps: bool = False, after: tuple[Any, int] | None = None) -> QuerySet[Chain]:
    """Return the processes of one sort that have something public, latest first, behind a place in the list."""
    rows = Chain.objects.filter(process=process).order_by("-latest", "-id")
    if with_gaps:
        rows = rows.filter(missing__gt=0)
    if after is not None:
        latest, pk = after
        rows = rows.filter(latest__lte=latest).exclude(latest=latest, pk__gte=pk)
    return rows


def counts(process: str) -> tuple[int, int]:
    """Return how many processes of one sort there are, and how many of them have gaps."""
    rows = Chain.objects.filter(process=process)
    return rows.count(), rows.filter(missing__gt=0).count()
