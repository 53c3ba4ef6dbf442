"""Which unit publishes which kinds, and for which units a person writes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from sunlit.plan.language import Kind, Plan
from sunlit.records.models import Counter
from sunlit.units import permissions, selectors
from sunlit.units.models import Unit, User
from sunlit.units.roles import ALLOWED, Verb

MOST_FOUND = 30


@lru_cache(maxsize=4)
def _holders(plan: Plan) -> Mapping[str, frozenset[str]]:
    """Return the units that each selector of holders names; asked for every kind, so worked out once per plan."""
    return {code: frozenset(plan.select(code)) for code in {kind.holders for kind in plan.kinds.values()}}


def kinds_of(plan: Plan, unit: Unit) -> list[Kind]:
    """Return what a unit publishes according to the plan, in the plan's order."""
    holders = _holders(plan)
    return [kind for kind in plan.kinds.values() if unit.code in holders[kind.holders]]


def usual_kinds(plan: Plan, unit: Unit, n: int = 6) -> list[Kind]:
    """Return the kinds that a unit has published most often, of those it still publishes."""
    rows = Counter.objects.filter(unit_path=unit.path).values_list("kind", "count")
    often: dict[str, int] = {}
    for code, count in rows:
        often[code] = often.get(code, 0) + count
    known = {kind.code: kind for kind in kinds_of(plan, unit)}
    ordered = sorted((code for code in often if code in known), key=lambda code: -often[code])
    return [known[code] for code in ordered[:n]]


def home_units(user: User) -> list[Unit]:
    """Return the very units for which a person holds a role that writes, the smallest first."""
    held = [one.unit for one in permissions.roles_of(user) if one.role in ALLOWED[Verb.WRITE]]
    return sorted({unit.pk: unit for unit in held}.values(), key=lambda unit: (-len(unit.path), unit.path))


def find_units(user: User, words: str) -> list[Unit]:
    """Return units for which a person may write, by name; at most thirty."""
    paths = permissions.reach(user, Verb.WRITE)
    found = selectors.search_by_name(words).filter(closed=None)[:200]
    return [unit for unit in found if any(unit.is_within(path) for path in paths)][:MOST_FOUND]


def unit_for(user: User, code: str) -> Unit | None:
    """Return a unit by code if a person may write for it."""
    unit = selectors.by_code(code)
    return unit if unit is not None and permissions.may(user, Verb.WRITE, unit) else None
