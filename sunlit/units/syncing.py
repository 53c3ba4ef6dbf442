"""Bring the register of units in line with a plan; a path once given stays, since records carry it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from sunlit.plan.language import Plan
from sunlit.plan.language import Unit as Planned
from sunlit.text.folding import fold
from sunlit.text.pinyin import sort_key
from sunlit.units.models import STEP, Succession, Unit

ROWS_PER_TRANSACTION = 400

# One below what the digits hold: the range of a subtree ends at its path plus one.
MOST_CHILDREN = 10**STEP - 2

_COPIED = (
    *("name", "name_en", "short", "cls", "level", "org9", "region", "aliases", "functions"),
    *("opened", "closed", "address", "phone", "hours"),
)
_WRITTEN = (*_COPIED, "parent", "path", "renamed", "sort_key", "search_key")


class TooManyUnits(ValueError):
    """Tells that a unit would have more children than a path can number."""


@dataclass(frozen=True, slots=True)
class Synced:
    """What bringing the register in line has changed.

    ``moved`` holds old and new path of every unit that stands under another parent now: rows that carry the old path
    have to follow.
    """

    added: int = 0
    changed: int = 0
    closed: int = 0
    moved: tuple[tuple[str, str], ...] = ()


def sync_units(plan: Plan, *, today: date) -> Synced:
    """Bring units and successions in line with a plan; a second time changes nothing.

    A unit that the plan no longer names is closed today, never deleted. Writes in transactions of at most 400 rows, so
    it can be interrupted and run again. Raises TooManyUnits if a unit would have more than 9,998 children.
    """
    sync = _Sync(plan, today)
    for level in _levels(plan):
        sync.write_level(level)
    closed = Unit.objects.filter(closed=None).exclude(code__in=plan.units).update(closed=today)
    _sync_successions(plan)
    return Synced(sync.added, sync.changed, closed, tuple(sync.moved))


class _Sync:
    """The state of one run: the register as it was, and the next free number below each path."""

    def __init__(self, plan: Plan, today: date) -> None:
        self.plan = plan
        self.today = today
        self.units = {unit.code: unit for unit in Unit.objects.all()}
        self.added = self.changed = 0
        self.moved: list[tuple[str, str]] = []
        self._numbers: Counter[str] = Counter()
        for unit in self.units.values():
            above, number = unit.path[:-STEP], int(unit.path[-STEP:])
            self._numbers[above] = max(self._numbers[above], number)

    def write_level(self, planned: list[Planned]) -> None:
        """Write the units of one level of the tree; those above them are in place."""
        due = [unit for unit in map(self._brought_in_line, planned) if unit is not None]
        for start in range(0, len(due), ROWS_PER_TRANSACTION):
            rows = due[start : start + ROWS_PER_TRANSACTION]
            with transaction.atomic():
                Unit.objects.bulk_create(rows, update_conflicts=True, unique_fields=["code"], update_fields=_WRITTEN)
            self.units.update((unit.code, unit) for unit in rows)

    def _brought_in_line(self, planned: Planned) -> Unit | None:
        """Return the row to be written for a planned unit, or None if it is in line already."""
        old = self.units.get(planned.code)
        parent = self.units[planned.parent] if planned.parent else None
        path = self._path(old, parent)
        values = _values(self.plan, planned)
        if old is None:
            self.added += 1
            return Unit(code=planned.code, parent=parent, path=path, **values, **_keys(planned, []))
        if old.path == path and all(getattr(old, name) == value for name, value in values.items()):
            return None
        self.changed += 1
        if old.path != path:
            self.moved.append((old.path, path))
        renamed = list(old.renamed)
        if old.name != planned.name:
            renamed.append({"name": old.name, "until": self.today.isoformat()})
        return Unit(code=planned.code, parent=parent, path=path, renamed=renamed, **values, **_keys(planned, renamed))

    def _path(self, old: Unit | None, parent: Unit | None) -> str:
        above = parent.path if parent else ""
        if old is not None and old.path[:-STEP] == above:
            return old.path
        self._numbers[above] += 1
        if self._numbers[above] > MOST_CHILDREN:
            raise TooManyUnits(f"{parent} would have more than {MOST_CHILDREN} units below it")
        return f"{above}{self._numbers[above]:0{STEP}d}"


def _levels(plan: Plan) -> Iterator[list[Planned]]:
    """Yield the planned units from the roots downwards."""
    below: dict[str | None, list[Planned]] = defaultdict(list)
    for unit in plan.units.values():
        below[unit.parent].append(unit)
    level = below[None]
    while level:
        yield level
        level = [child for unit in level for child in below.get(unit.code, ())]


def _values(plan: Plan, planned: Planned) -> dict[str, Any]:
    values = {name: getattr(planned, name) for name in _COPIED if name != "level"}
    return values | {
        "level": plan.classes[planned.cls].level,
        "region": planned.region or "",
        "aliases": list(planned.aliases),
        "functions": list(planned.functions),
    }


def _keys(planned: Planned, renamed: list[Mapping[str, str]]) -> dict[str, str]:
    """Return what is derived from the names: the order by sound, and every name folded, between line breaks."""
    names = (planned.name, planned.short, planned.name_en, *planned.aliases, *(entry["name"] for entry in renamed))
    folded = dict.fromkeys("".join(fold(name).split()) for name in names if name)
    # By the short name where there is one: nearly all full names begin with the same city.
    by_sound = sort_key(planned.short or planned.name)[:400]
    return {"sort_key": by_sound, "search_key": "\n".join(("", *folded, ""))}


def _sync_successions(plan: Plan) -> None:
    ids = dict(Unit.objects.values_list("code", "id"))
    planned = {
        (one.function, ids[one.source_unit], ids[one.target_unit], one.on, one.source) for one in plan.succession
    }
    with transaction.atomic():
        kept = set()
        for row in Succession.objects.all():
            key = (row.function, row.from_unit_id, row.to_unit_id, row.on, row.source)
            if key in planned:
                kept.add(key)
            else:
                row.delete()
        Succession.objects.bulk_create(
            Succession(function=function, from_unit_id=source, to_unit_id=target, on=on, source=words)
            for function, source, target, on, words in sorted(planned - kept)
        )
