"""Finding a unit or a division among thousands while its name is being typed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from sunlit.plan.casts.choices import region_names, unit_names
from sunlit.plan.language import Plan
from sunlit.records.rendition import regions
from sunlit.screens.forms.inputs import Option
from sunlit.text.folding import fold

MOST = 20


def find(plan: Plan, what: str, asked: str, *, most: int = MOST) -> list[Option]:
    """Return the units or regions whose name, alias or code holds what was typed, those that begin with it first."""
    wanted = fold(asked.strip())
    if not wanted or what not in ("unit", "region"):
        return []
    begins, holds = [], []
    for folded, option in _register(plan, what):
        if any(name.startswith(wanted) for name in folded):
            begins.append(option)
        elif any(wanted in name for name in folded):
            holds.append(option)
        if len(begins) >= most:
            break
    return [*begins, *holds][:most]


def written(plan: Plan, what: str, value: str) -> str:
    """Return a code as it is best shown in an input: the name, where it means nothing else."""
    if what == "unit" and value in plan.units:
        unit, known = plan.units[value], unit_names(plan)
        return next(
            (name for name in (unit.name, unit.short) if known.exact.get(name) == value and name not in known.several),
            value,
        )
    if what == "region":
        name = regions(plan).get(value, "")
        known = region_names(plan)
        return name if name and known.exact.get(name) == value and name not in known.several else value
    return value


@lru_cache(maxsize=8)
def _register(plan: Plan, what: str) -> list[tuple[tuple[str, ...], Option]]:
    return [(tuple(fold(name) for name in names if name), option) for names, option in _entries(plan, what)]


def _entries(plan: Plan, what: str) -> Iterable[tuple[tuple[str, ...], Option]]:
    if what == "region":
        for code, name in regions(plan).items():
            yield (name, code), Option(written(plan, what, code), f"{name} {code}")
        return
    for unit in plan.units.values():
        above = plan.units.get(unit.parent or "")
        note = "，".join(filter(None, [unit.name, above.short or above.name if above else ""]))
        if not unit.closed:
            yield (
                (unit.name, unit.short, unit.name_en, *unit.aliases, unit.code),
                Option(written(plan, what, unit.code), note),
            )
