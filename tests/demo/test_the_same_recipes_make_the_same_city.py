"""Two people who look at the demo city see the same one."""

from __future__ import annotations

from sunlit.demo.loading import moments
from sunlit.demo.recipes import Dish, Kitchen
from sunlit.plan.language import Plan
from tests.demo.conftest import SUINING


def test_a_second_kitchen_makes_the_same(plan: Plan, dishes: list[Dish]) -> None:
    assert Kitchen(SUINING / "demo", plan).dishes() == dishes


def test_the_same_kitchen_makes_the_same_again(kitchen: Kitchen, dishes: list[Dish]) -> None:
    assert kitchen.dishes() == dishes


def test_records_come_in_the_order_of_their_days(dishes: list[Dish]) -> None:
    assert [dish.day for dish in dishes] == sorted(dish.day for dish in dishes)


def test_everything_is_published_on_its_day_in_order_and_within_office_hours(dishes: list[Dish]) -> None:
    times = moments(dishes)
    assert [moment.date() for moment in times] == [dish.day for dish in dishes]
    assert times == sorted(times)
    assert all(9 <= moment.hour < 17 for moment in times)
