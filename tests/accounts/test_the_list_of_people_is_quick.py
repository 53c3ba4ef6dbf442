"""With three thousand units and five thousand roles the list and the question of reach stay quick."""

import time
from datetime import date

import pytest

from sunlit.accounts import people
from sunlit.accounts.pages.people import list_page
from sunlit.units.models import Member, Unit, User
from sunlit.units.permissions import Verb, reach
from sunlit.units.roles import Role

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]
DAY = date(2026, 3, 2)


@pytest.fixture
def large(db) -> User:
    """A city of 3,000 units and 5,000 people with one role each; returns an administrator of all of it."""
    units = [Unit(code="root", name="city", path="0001", cls="x", level="city", sort_key="", search_key="")]
    for n in range(2_999):
        path = f"0001{n % 50 + 1:04}{n // 50 + 1:04}"
        units.append(Unit(code=f"u{n}", name=f"unit {n}", path=path, cls="x", level="none", sort_key="", search_key=""))
    Unit.objects.bulk_create(units)
    User.objects.bulk_create([User(username=f"p{n:05}", opaque=f"{n:032}") for n in range(5_000)])
    keys, places = list(User.objects.values_list("pk", flat=True)), list(Unit.objects.values_list("pk", flat=True))
    Member.objects.bulk_create(
        [
            Member(user_id=key, unit_id=places[1 + n % 2_999], role=Role.EDITOR, since=date(2025, 1, 1))
            for n, key in enumerate(keys)
        ]
    )
    chief = User.objects.create(username="chief")
    for code in ("root", "u0", "u1"):
        unit = Unit.objects.get(code=code)
        Member.objects.create(user=chief, unit=unit, role=Role.UNIT_ADMINISTRATOR, since=date(2025, 1, 1))
    return chief


def fastest(act) -> float:
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return min(taken) * 1_000


@pytest.mark.parametrize("after", ["", "p04000"])
def test_reach_and_a_page_of_people_take_less_than_fifty_milliseconds(large, after):
    def both():
        assert reach(large, Verb.MANAGE_MEMBERS, today=DAY)
        seen = people.reach_of(large, today=DAY)
        page = list_page(seen, query="", after=after, former=False, today=DAY)
        assert len(page.people) == 50

    assert fastest(both) < 50
