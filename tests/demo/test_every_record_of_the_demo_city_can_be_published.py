"""Every record that the recipes make keeps to the plan: a wrong recipe fails here, not on somebody's first start."""

from __future__ import annotations

from collections import Counter
from datetime import date

from sunlit.demo.loading import LATER
from sunlit.demo.recipes import Dish, Kitchen
from sunlit.demo.values import Link
from sunlit.plan.language import Plan
from sunlit.plan.payload import cleaner
from sunlit.records import rendition
from tests.demo.conftest import typed

LONGEST_TITLE = 200
FIRST_DAY, LAST_DAY = date(2023, 12, 1), date(2026, 11, 20)


def test_every_record_is_clean(plan: Plan, dishes: list[Dish]) -> None:
    wrong = [
        (dish.kind, dish.unit, error.field, error.message)
        for dish in dishes
        for error in cleaner(plan.kinds[dish.kind], plan).clean(typed(dish)).errors
    ]
    assert wrong == []


def test_every_correction_is_clean_and_changes_something(plan: Plan, dishes: list[Dish]) -> None:
    corrected = [dish for dish in dishes if dish.fate == "corrected"]
    assert len(corrected) > 20
    for dish in corrected:
        before = cleaner(plan.kinds[dish.kind], plan).clean(typed(dish))
        after = cleaner(plan.kinds[dish.kind], plan).clean({**typed(dish), **dish.correction})
        assert after.errors == []
        assert after.payload != before.payload, dish


def test_every_unit_may_publish_what_it_publishes(plan: Plan, dishes: list[Dish]) -> None:
    holders = {code: frozenset(plan.select(kind.holders)) for code, kind in plan.kinds.items()}
    assert [(dish.kind, dish.unit) for dish in dishes if dish.unit not in holders[dish.kind]] == []
    assert [dish.unit for dish in dishes if not plan.units[dish.unit].org9] == []


def test_every_title_is_short_and_whole(plan: Plan, payloads: list[tuple[Dish, dict[str, object]]]) -> None:
    for dish, payload in payloads:
        kind = plan.kinds[dish.kind]
        title = rendition.title(kind, plan, rendition.public(kind, payload), dish.unit)
        assert title, dish
        assert len(title) <= LONGEST_TITLE, title
        assert not set("{}") & set(title), title


def test_every_audience_is_one_that_the_kind_has(plan: Plan, dishes: list[Dish]) -> None:
    for dish in dishes:
        settings = plan.kinds[dish.kind].settings
        audience = dish.audience or settings.audience
        assert audience in settings.allowed_audiences, dish.kind
        assert (audience == "group") == bool(dish.scope), dish.kind


def test_every_kind_is_there(plan: Plan, dishes: list[Dish]) -> None:
    assert set(plan.kinds) - {dish.kind for dish in dishes} == set()


def test_there_is_enough_and_not_too_much(dishes: list[Dish]) -> None:
    assert 5_000 <= len(dishes) <= 9_000
    # Those that come one by one take a hundred times as long to load as those of a sheet.
    assert sum(1 for dish in dishes if not dish.sheet) <= 5_000


def test_three_years_are_covered(dishes: list[Dish]) -> None:
    assert min(dish.day for dish in dishes) >= FIRST_DAY
    assert max(dish.day for dish in dishes) <= LAST_DAY
    by_year = Counter(dish.day.year for dish in dishes if not dish.sheet)
    assert all(by_year[year] > 200 for year in (2024, 2025, 2026))


def test_every_fate_befalls_some_and_says_why(dishes: list[Dish]) -> None:
    fates = Counter(dish.fate for dish in dishes if dish.fate)
    assert set(fates) == {"corrected", "withdrawn", "unpublished", "repealed", "lapsed"}
    assert [dish.kind for dish in dishes if dish.fate and not dish.reason] == []
    assert max(dish.day for dish in dishes if dish.fate) + LATER <= LAST_DAY


def test_a_link_leads_to_a_record_published_before(dishes: list[Dish]) -> None:
    seen: set[str] = set()
    links = 0
    for dish in dishes:
        for value in dish.data.values():
            if isinstance(value, Link):
                links += 1
                assert value.key in seen
        seen.add(dish.key)
    assert links >= 20


def test_real_documents_keep_their_own_numbers(kitchen: Kitchen, dishes: list[Dish]) -> None:
    real = [dish for dish in dishes if dish.marked == "real"]
    assert len(real) == 60
    assert [dish.data["title"] for dish in real if "国务院" not in dish.data["abstract"]] == []
    assert {dish.data.get("number") for dish in real} >= {"国发〔2019〕5号", "国令第706号"}


def test_every_village_has_its_page_and_nothing_is_invented_about_it(plan: Plan, dishes: list[Dish]) -> None:
    profiles = {dish.unit: dish.data for dish in dishes if dish.kind == "village-profile"}
    assert set(profiles) == set(plan.select("villages"))
    assert len(profiles) == 1445
    invented = {"groups", "households", "people", "farmland", "officers"}
    assert [unit for unit, data in profiles.items() if invented & set(data)] == []


def test_a_decision_number_is_given_once(dishes: list[Dish]) -> None:
    numbers = Counter(
        (dish.kind, dish.data["number"]) for dish in dishes if dish.kind in ("penalty-decision", "approval-decision")
    )
    assert [number for number, count in numbers.items() if count > 1] == []
