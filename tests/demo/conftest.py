"""The demo city of Suining, made once for all tests of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sunlit.demo.recipes import Dish, Kitchen
from sunlit.demo.values import Link
from sunlit.plan.checks import check_directory
from sunlit.plan.language import Plan
from sunlit.plan.payload import cleaner

SUINING = Path(__file__).parents[2] / "plans" / "suining"
# Any address of the right form stands for that of a record which will only be there once it is published.
SOMEWHERE = "123456789-2026-00001"


@pytest.fixture(scope="session")
def plan() -> Plan:
    checked = check_directory(SUINING)
    assert checked.plan is not None, [str(fault) for fault in checked.faults]
    return checked.plan


@pytest.fixture(scope="session")
def kitchen(plan: Plan) -> Kitchen:
    return Kitchen(SUINING / "demo", plan)


@pytest.fixture(scope="session")
def dishes(kitchen: Kitchen) -> list[Dish]:
    return kitchen.dishes()


@pytest.fixture(scope="session")
def payloads(plan: Plan, dishes: list[Dish]) -> list[tuple[Dish, dict[str, Any]]]:
    """Every dish with its clean payload."""
    return [(dish, cleaner(plan.kinds[dish.kind], plan).clean(typed(dish)).payload) for dish in dishes]


def typed(dish: Dish) -> Mapping[str, Any]:
    """Return the data of a dish with some address for each of its links."""
    return {name: SOMEWHERE if isinstance(value, Link) else value for name, value in dish.data.items()}
