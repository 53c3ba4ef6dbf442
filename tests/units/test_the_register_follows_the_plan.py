import time
from datetime import date

import pytest

from sunlit.units import selectors
from sunlit.units.actions import Synced, TooManyUnits, sync_units
from sunlit.units.models import Succession, Unit
from tests.units.conftest import DAY, ROWS, plan_of, planned

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def paths() -> dict[str, str]:
    return dict(Unit.objects.values_list("code", "path"))


def test_every_unit_gets_a_path_below_its_parents(city):
    assert {code: unit.path for code, unit in city.items()} == {
        "city": "0001",
        "audit": "00010001",
        "water": "00010002",
        "county": "00010003",
        "town": "000100030001",
        "village": "0001000300010001",
    }
    assert city["village"].parent == city["town"]
    assert city["village"].level == "village"


def test_a_second_time_changes_nothing(city, django_assert_num_queries):
    before = list(Unit.objects.order_by("id").values())
    assert sync_units(plan_of(*ROWS), today=date(2026, 1, 1)) == Synced()
    assert list(Unit.objects.order_by("id").values()) == before


def test_units_may_stand_in_any_order_in_the_plan(db):
    sync_units(plan_of(*reversed(ROWS)), today=DAY)
    assert paths()["village"].startswith(paths()["town"])


def test_new_units_do_not_move_the_old_ones(city):
    synced = sync_units(plan_of(("first", "新设局", "department", "city"), *ROWS), today=DAY)
    assert synced == Synced(added=1)
    assert paths() == {code: unit.path for code, unit in city.items()} | {"first": "00010004"}


def test_a_unit_that_vanishes_is_closed_and_keeps_its_place(city):
    synced = sync_units(plan_of(*[row for row in ROWS if row[0] != "water"]), today=date(2026, 3, 1))
    assert synced == Synced(closed=1)
    gone = selectors.by_code("water")
    assert gone.closed == date(2026, 3, 1)
    assert gone.path == city["water"].path
    sync_units(plan_of(*[row for row in ROWS if row[0] != "water"]), today=date(2026, 4, 1))
    assert selectors.by_code("water").closed == date(2026, 3, 1)


def test_a_unit_that_comes_back_is_open_again(city):
    sync_units(plan_of(*ROWS[:1]), today=date(2026, 3, 1))
    sync_units(plan_of(*ROWS), today=date(2026, 4, 1))
    assert not Unit.objects.exclude(closed=None).exists()
    assert paths() == {code: unit.path for code, unit in city.items()}


def test_a_place_once_given_is_never_given_again(city):
    sync_units(plan_of(*[row for row in ROWS if row[0] != "water"]), today=DAY)
    sync_units(
        plan_of(*[row for row in ROWS if row[0] != "water"], ("fire", "消防局", "department", "city")), today=DAY
    )
    assert paths()["fire"] == "00010004"


def test_a_unit_with_another_parent_takes_all_below_it_along(city):
    moved = [(*row[:3], "audit") if row[0] == "county" else row for row in ROWS]
    synced = sync_units(plan_of(*moved), today=DAY)
    assert synced.moved == (
        ("00010003", "000100010001"),
        ("000100030001", "0001000100010001"),
        ("0001000300010001", "00010001000100010001"),
    )
    assert selectors.by_code("county").parent.code == "audit"
    assert sync_units(plan_of(*moved), today=DAY) == Synced()


def test_an_earlier_name_is_kept_with_its_last_day(city):
    renamed = [("audit", "遂宁市审计委员会", "department", "city") if row[0] == "audit" else row for row in ROWS]
    assert sync_units(plan_of(*renamed), today=date(2026, 1, 5)) == Synced(changed=1)
    unit = selectors.by_code("audit")
    assert [(former.name, former.until) for former in selectors.former_names(unit)] == [
        ("遂宁市审计局", date(2026, 1, 5))
    ]
    assert unit in selectors.search_by_name("审计局")


def test_all_that_a_plan_says_of_a_unit_is_kept(db):
    words = {
        "name_en": "Audit Bureau",
        "short": "市审计局",
        "org9": "008450268",
        "region": "510900",
        "address": "遂州中路",
    }
    lists = {"aliases": ("审计局",), "functions": ("audit",)}
    office = {"phone": "0825-2224567", "hours": "工作日 9:00–17:00", "opened": "2019-01-01"}
    sync_units(plan_of(planned("audit", "遂宁市审计局", "department", None, **words, **lists, **office)), today=DAY)
    unit = selectors.by_code("audit")
    assert {name: getattr(unit, name) for name in words} == words
    assert (unit.aliases, unit.functions) == (["审计局"], ["audit"])
    assert (unit.opened, unit.closed, unit.phone) == (date(2019, 1, 1), None, "0825-2224567")


def test_successions_follow_the_plan(city):
    passed = ("irrigation", "water", "audit", "2019-03-01")
    sync_units(plan_of(*ROWS, succession=[passed]), today=DAY)
    row = Succession.objects.get()
    sync_units(plan_of(*ROWS, succession=[passed]), today=DAY)
    assert Succession.objects.get() == row
    sync_units(plan_of(*ROWS), today=DAY)
    assert not Succession.objects.exists()


def test_a_path_can_number_9998_children(city, monkeypatch):
    monkeypatch.setattr("sunlit.units.syncing.MOST_CHILDREN", 3)
    with pytest.raises(TooManyUnits):
        sync_units(plan_of(*ROWS, ("one", "一局", "department", "city")), today=DAY)


def test_a_city_with_its_1445_villages_is_in_place_within_three_seconds(db):
    rows = [("city", "遂宁市人民政府", "municipality", None)]
    rows += [(f"d{n}", f"第{n}局", "department", "city") for n in range(60)]
    rows += [(f"t{n}", f"第{n}镇人民政府", "township", f"d{n % 5}") for n in range(95)]
    rows += [(f"v{n}", f"第{n}村村委会", "village", f"t{n % 95}") for n in range(1445)]
    start = time.perf_counter()
    assert sync_units(plan_of(*rows), today=DAY) == Synced(added=1601)
    assert time.perf_counter() - start < 3
    start = time.perf_counter()
    assert sync_units(plan_of(*rows), today=DAY) == Synced()
    assert time.perf_counter() - start < 3
