"""Which units publish a kind, by themselves or through units below them: a question of the plan alone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from sunlit.plan.language import Kind, Plan


@lru_cache(maxsize=4)
def _holders(plan: Plan) -> Mapping[str, frozenset[str]]:
    """Return the units that each selector of holders names; asked for every kind, so worked out once per plan."""
    return {code: frozenset(plan.select(code)) for code in {kind.holders for kind in plan.kinds.values()}}


@lru_cache(maxsize=4)
def _holders_or_above(plan: Plan) -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for selector, units in _holders(plan).items():
        reached: set[str] = set()
        for code in units:
            at: str | None = code
            while at is not None and at not in reached:
                reached.add(at)
                at = plan.units[at].parent
        found[selector] = frozenset(reached)
    return found


def publishes(plan: Plan, kind: Kind, unit: str, *, below: bool = False) -> bool:
    """Tell whether the plan lets a unit publish a kind; with ``below``, whether it or any unit below it may."""
    return unit in (_holders_or_above if below else _holders)(plan)[kind.holders]


def is_listed(kind: Kind) -> bool:
    """Tell whether a kind stands in the public catalogue: something of it is public, or people may ask for it."""
    return bool({"public", "group"} & set(kind.settings.allowed_audiences))


def kinds_of(plan: Plan, unit: str, *, below: bool = False) -> list[Kind]:
    """Return the listed kinds that a unit publishes, or it and those below it, in the plan's order."""
    return [kind for kind in plan.kinds.values() if is_listed(kind) and publishes(plan, kind, unit, below=below)]
