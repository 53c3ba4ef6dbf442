"""What is released together: a document and the record that explains it stand side by side and are not parted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sunlit.demo.recipes import Dish
from sunlit.demo.values import Link
from sunlit.plan.language import Plan

Timed = tuple[Dish, datetime]


def beside(plan: Plan, dishes: Sequence[Dish]) -> list[Dish]:
    """Return dishes in their order, but each document's first companion right behind it."""
    companions: dict[str, Dish] = {}
    documents = {dish.key: dish for dish in dishes if dish.key and plan.kinds[dish.kind].settings.released_with}
    for dish in dishes:
        key = next((value.key for value in dish.data.values() if isinstance(value, Link)), "")
        if key in documents and is_companion(plan, documents[key], dish):
            companions.setdefault(key, dish)
    moved = {id(dish) for dish in companions.values()}
    ordered: list[Dish] = []
    for dish in dishes:
        if id(dish) not in moved:
            ordered.append(dish)
        if dish.key in companions:
            ordered.append(companions[dish.key])
    return ordered


def groups(plan: Plan, timed: Sequence[Timed], size: int) -> Iterator[list[list[Timed]]]:
    """Yield what is loaded in one transaction: about ``size`` dishes, each alone or with its companion."""
    group: list[list[Timed]] = []
    for one in timed:
        if group and len(group[-1]) == 1 and is_companion(plan, group[-1][0][0], one[0]):
            group[-1].append(one)
            continue
        if sum(map(len, group)) >= size:
            yield group
            group = []
        group.append([one])
    if group:
        yield group


def is_companion(plan: Plan, document: Dish, other: Dish) -> bool:
    """Tell whether the plan asks for ``other`` beside a document, and it names that document."""
    rule = plan.kinds[document.kind].settings.released_with
    if rule is None or other.kind != rule.kind or not document.key:
        return False
    named = other.data.get(rule.field)
    return isinstance(named, Link) and named.key == document.key
