from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunlit.units import selectors
from sunlit.units.actions import sync_units
from sunlit.units.models import Unit
from tests.units.conftest import DAY, ROWS, plan_of, planned

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def codes(units) -> list[str]:
    return [unit.code for unit in units]


def test_a_unit_is_found_by_its_code(city):
    assert selectors.by_code("water") == city["water"]
    assert selectors.by_code("nowhere") is None


def test_the_root_is_the_unit_above_all_others(city):
    assert selectors.root() == city["city"]


def test_ancestors_stand_from_the_root_downwards(city):
    assert codes(selectors.ancestors(city["village"])) == ["city", "county", "town"]
    assert codes(selectors.ancestors(city["city"])) == []


def test_a_subtree_holds_the_unit_and_all_below_it(city):
    assert codes(selectors.subtree(city["county"])) == ["county", "town", "village"]
    assert codes(selectors.subtree(city["audit"])) == ["audit"]


def test_children_stand_in_the_order_of_their_sound_and_closed_ones_are_left_out(city):
    assert codes(selectors.children(city["city"])) == ["county", "audit", "water"]
    Unit.objects.filter(code="audit").update(closed=DAY)
    assert codes(selectors.children(city["city"])) == ["county", "water"]
    assert codes(selectors.children(city["city"], with_closed=True)) == ["county", "audit", "water"]


steps = st.lists(st.integers(1, 9998), min_size=1, max_size=6)


@given(steps, steps)
def test_the_range_of_a_path_holds_exactly_what_begins_with_it(one, other):
    path, candidate = ("".join(f"{step:04d}" for step in steps) for steps in (one, other))
    low, high = selectors.path_range(path)
    assert (low <= candidate < high) == candidate.startswith(path)
    assert low <= path + candidate < high


SUCCESSION = [
    ("planning", "audit", "water", "2012-01-01"),
    ("planning", "water", "county", "2019-03-01"),
    ("irrigation", "county", "audit", "2019-03-01"),
]


@pytest.mark.parametrize(
    ("today", "holder"),
    [
        pytest.param(date(2011, 12, 31), "audit", id="before the first transfer"),
        pytest.param(date(2012, 1, 1), "water", id="on the day of the first"),
        pytest.param(date(2025, 1, 1), "county", id="after both"),
        pytest.param(None, "county", id="after every transfer known"),
    ],
)
def test_a_function_is_followed_to_the_unit_that_holds_it(city, today, holder):
    sync_units(plan_of(*ROWS, succession=SUCCESSION), today=DAY)
    assert selectors.successor(city["audit"], "planning", today=today) == city[holder]
    assert selectors.successor(city["audit"], "fishing", today=today) == city["audit"]


def test_a_function_that_came_back_is_where_it_is(city):
    back = [("planning", "audit", "water", "2012-01-01"), ("planning", "water", "audit", "2019-03-01")]
    sync_units(plan_of(*ROWS, succession=back), today=DAY)
    assert selectors.successor(city["audit"], "planning") == city["audit"]


def test_a_unit_answers_to_the_names_of_the_closed_units_that_it_took_over(city):
    sync_units(plan_of(*[row for row in ROWS if row[0] != "water"]), today=DAY)
    rows = [planned(*row, closed="2019-03-01") if row[0] == "water" else row for row in ROWS]
    sync_units(plan_of(*rows, succession=[("irrigation", "water", "audit", "2019-03-01")]), today=DAY)
    former = selectors.former_names(city["audit"])
    assert [(one.name, one.until) for one in former] == [("遂宁市水利局", date(2019, 3, 1))]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("遂宁市审计局", ["audit"], id="the whole name"),
        pytest.param("審計", ["audit"], id="traditional"),
        pytest.param("遂宁市 局", ["audit", "water"], id="two words"),
        pytest.param("village", ["village"], id="a code"),
        pytest.param("八角", ["village"], id="the beginning of a name"),
        pytest.param("镇 永", ["town"], id="words in any order"),
        pytest.param("教育", [], id="nothing of that name"),
        pytest.param("  ", [], id="nothing asked"),
        pytest.param("%", [], id="no wildcard"),
    ],
)
def test_units_are_found_by_name(city, query, found):
    assert codes(selectors.search_by_name(query)) == found


def test_the_closest_name_comes_first(db):
    rows = [
        ("a", "水利", "department", None),
        ("b", "水利局", "department", None),
        ("c", "市水利局", "department", None),
    ]
    sync_units(plan_of(*reversed(rows)), today=DAY)
    assert codes(selectors.search_by_name("水利")) == ["a", "b", "c"]
