"""The page of a unit: the columns of the plan or its own, for whoever reads it, never older than what is published."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sunlit.calendars import clock
from sunlit.pagecache.board import Board
from sunlit.records import acts as record_acts
from sunlit.records.models import Record
from sunlit.records.startpages import acts
from sunlit.units import actors
from sunlit.units.models import Unit, User
from sunlit.units.roles import Role
from tests.portal.test_pages_are_kept_ready import House, connected  # noqa: F401  # the front with its board

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def staff(city):
    def of(role):
        return actors.of(User.objects.get(pk=city.people[f"staff-{role}"]), Unit.objects.get(path="0001"), role)

    return of


@pytest.fixture
def put_in_force(staff):
    def go(code, raw, *, version=0):
        now = clock.now()
        made = acts.propose(Unit.objects.get(code=code), raw, version=version, actor=staff(Role.EDITOR), now=now)
        acts.put_in_force(made, version=version + 1, actor=staff(Role.APPROVER), now=now)

    return go


@pytest.fixture
def data(reader):
    return lambda code, name="": reader(name).get(f"/units/{code}.json").json()


def test_a_unit_that_nobody_edited_shows_the_columns_of_its_class(city, data):
    public = Record.objects.get(pk=city["public"].pk)
    start = data(public.unit.code)["start"]
    assert start["opening"] == ""
    assert any(public.title in {row["title"] for row in column["rows"]} for column in start["columns"])


def test_empty_columns_are_not_shown_to_readers(city, data):
    public = Record.objects.get(pk=city["public"].pk)
    for column in data(public.unit.code)["start"]["columns"]:
        assert column["rows"] or column["figures"]


def test_more_leads_to_the_list_narrowed_to_the_unit(city, data, reader):
    public = Record.objects.get(pk=city["public"].pk)
    column = next(
        one
        for one in data(public.unit.code)["start"]["columns"]
        if public.title in {row["title"] for row in one["rows"]}
    )
    for link in column["more"]:
        listed = reader().get(link["url"].replace("/?", ".json?", 1)).json()
        assert listed["total"] == int(link["note"].replace(",", ""))


def test_opening_notice_and_contact_are_the_unit_s_own(city, data, put_in_force, reader):
    public = Record.objects.get(pk=city["public"].pk)
    until = (clock.now() + timedelta(days=3)).date().isoformat()
    own = {"opening": "为民办事。", "notice": "周五停电", "notice_until": until, "phone": "0825-1234567"}
    put_in_force(public.unit.code, {**own, "columns": []})
    found = data(public.unit.code)
    assert (found["start"]["opening"], found["start"]["notice"], found["phone"]) == (
        "为民办事。",
        "周五停电",
        "0825-1234567",
    )
    html = reader().get(f"/units/{public.unit.code}/").content.decode()
    assert "为民办事。" in html
    assert "周五停电" in html


def test_a_column_of_a_group_shows_strangers_nothing(city, data, put_in_force):
    group = Record.objects.get(pk=city["group"].pk)
    put_in_force(group.unit.code, {"columns": [{"title": "名单", "kinds": [group.kind], "rows": 10, "layout": "list"}]})

    def rows(name):
        return [row["title"] for one in data(group.unit.code, name)["start"]["columns"] for row in one["rows"]]

    assert group.title not in rows("")
    assert group.title in rows("member")


@pytest.fixture
def house(city, tmp_path, connected):  # noqa: F811
    built = House(Board(tmp_path / "board"))
    yield built
    built.board.still()


def test_a_record_that_is_withdrawn_leaves_the_kept_page_at_once(house, city, staff):
    public = Record.objects.get(pk=city["public"].pk)
    address = f"/units/{public.unit.code}/"
    assert city["public"].mark in house.get(address).text
    assert house.get(address).queries == 0
    now = public.published_at + timedelta(days=400)
    record_acts.withdraw(public, actor=staff(Role.APPROVER), now=now, reason="withdrawn in a test")
    house.copier.carry()
    assert city["public"].mark not in house.get(address).text


def test_a_page_put_in_force_is_seen_at_once(house, city, put_in_force):
    public = Record.objects.get(pk=city["public"].pk)
    address = f"/units/{public.unit.code}/"
    house.get(address)
    put_in_force(public.unit.code, {"opening": "为民办事。", "columns": []})
    house.copier.carry()
    assert "为民办事。" in house.get(address).text
