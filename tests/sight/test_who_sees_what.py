from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from sunlit.sight import Audience, Viewer, anonymous, stubs, viewer_for, viewer_of, visible
from sunlit.units.actions import join_group
from sunlit.units.roles import WORKING, Role
from tests.sight.conftest import DAY
from tests.sight.papers import Page, Paper, Parcel

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

UNITS = ["city", "audit", "county", "village", "park"]
PUBLIC = {f"public at {code}" for code in UNITS}


def titles(viewer: Viewer, rows=None) -> set[str]:
    return set(visible(viewer, Paper.objects.all() if rows is None else rows).values_list("title", flat=True))


def beyond_public(user, **options) -> set[str]:
    return titles(viewer_for(user, today=options.get("today", DAY))) - PUBLIC


def test_everyone_sees_what_is_public_and_nothing_else(papers):
    assert titles(anonymous()) == PUBLIC


def test_a_citizen_with_an_account_sees_what_everyone_sees(person):
    assert beyond_public(person()) == set()


@pytest.mark.parametrize("role", sorted(WORKING))
def test_who_works_on_publication_sees_group_and_staff_rows_at_and_below_their_unit(person, role):
    assert beyond_public(person((role, "county"))) == {
        *("group at county", "group at village"),
        *("staff at county", "staff at village"),
    }


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ASSESSOR])
def test_who_oversees_reads_what_is_meant_for_the_staff_of_their_own_unit_only(person, role):
    assert beyond_public(person((role, "county"))) == {"staff at county"}


def test_who_runs_the_system_sees_what_everyone_sees(person):
    assert beyond_public(person((Role.SYSTEM_ADMINISTRATOR, "city"))) == set()


def test_a_path_that_merely_begins_alike_is_another_unit(person):
    assert "staff at park" not in beyond_public(person((Role.EDITOR, "audit")))


def test_roles_at_several_units_add_up(person):
    user = person((Role.EDITOR, "audit"), (Role.EDITOR, "village"), (Role.REVIEWER, "county"))
    assert {title for title in beyond_public(user) if title.startswith("staff")} == {
        *("staff at audit", "staff at county", "staff at village"),
    }


def test_one_of_a_group_sees_what_the_group_is_shown(person):
    user = person()
    join_group(user, "village", "village", since=DAY)
    assert beyond_public(user) == {"group at village"}


def test_sealed_rows_are_seen_by_the_people_named_and_by_nobody_else(person):
    user = person(*[(role, "city") for role in Role])
    assert not any(title.startswith("sealed") for title in beyond_public(user))
    join_group(user, "named", "audit", since=DAY)
    assert {title for title in beyond_public(user) if title.startswith("sealed")} == {"sealed at audit"}


def test_a_scope_opens_no_staff_rows(person):
    Paper.objects.filter(audience=Audience.STAFF).update(scope="village:village")
    user = person()
    join_group(user, "village", "village", since=DAY)
    assert beyond_public(user) == {"group at village"}


def test_a_group_row_without_a_scope_is_shown_to_no_group(person):
    Paper.objects.filter(audience=Audience.GROUP).update(scope="")
    user = person()
    join_group(user, "village", "village", since=DAY)
    assert beyond_public(user) == set()


@pytest.mark.parametrize("days", [-1, 1])
def test_roles_and_groups_count_only_within_their_dates(person, days):
    user = person((Role.EDITOR, "city"))
    join_group(user, "village", "village", since=DAY, until=DAY)
    user.memberships.update(until=DAY)
    assert beyond_public(user, today=DAY + timedelta(days)) == set()
    assert beyond_public(user, today=DAY) != set()


def test_a_closed_account_sees_what_everyone_sees(person):
    user = person((Role.EDITOR, "city"))
    user.is_active = False
    assert viewer_for(user, today=DAY) == anonymous()


def everyone(person) -> list[Viewer]:
    user = person(*[(role, "city") for role in Role])
    join_group(user, "village", "village", since=DAY)
    join_group(user, "named", "audit", since=DAY)
    return [anonymous(), viewer_for(user, today=DAY)]


def test_what_is_not_published_is_seen_by_nobody(person):
    Paper.objects.update(state="draft")
    assert [titles(viewer) for viewer in everyone(person)] == [set(), set()]


def test_a_tombstone_is_seen_by_those_who_saw_the_row(person):
    viewers = everyone(person)
    before = [titles(viewer) for viewer in viewers]
    Paper.objects.update(state="withdrawn")
    assert [titles(viewer) for viewer in viewers] == before


def test_a_batch_is_seen_by_nobody_until_it_is_released(person):
    viewers = everyone(person)
    before = [titles(viewer) for viewer in viewers]
    parcel = Parcel.objects.create(released=False)
    Paper.objects.update(batch_id=parcel.pk)
    assert [titles(viewer) for viewer in viewers] == [set(), set()]
    assert [list(stubs(viewer, Paper.objects.all())) for viewer in viewers] == [[], []]
    Parcel.objects.update(released=True)
    assert [titles(viewer) for viewer in viewers] == before


def test_what_belongs_to_a_paper_is_seen_with_it_and_not_beyond_its_own_state(person):
    viewers = everyone(person)
    for paper in Paper.objects.all():
        Page.objects.create(paper=paper)
        Page.objects.create(paper=paper, state="draft")
    for viewer in viewers:
        pages = visible(viewer, Page.objects.all())
        assert sorted(page.paper.title for page in pages) == sorted(titles(viewer))
        assert {page.state for page in pages} == {"frozen"}
    Paper.objects.update(state="withdrawn")
    assert not visible(viewers[1], Page.objects.all()).exists()


def test_the_door_narrows_what_it_is_given(papers):
    assert titles(anonymous(), Paper.objects.filter(unit_path="0001")) == {"public at city"}


def test_a_stub_of_a_group_row_tells_its_stub_columns_only(papers):
    found = list(stubs(anonymous(), Paper.objects.all()))
    assert {stub["title"] for stub in found} == {f"group at {code}" for code in UNITS}
    assert all(set(stub) == {"title", "unit_path"} for stub in found)


def test_who_may_read_a_row_gets_no_stub_of_it(person):
    user = person()
    join_group(user, "village", "village", since=DAY)
    shown = {stub["title"] for stub in stubs(viewer_for(user, today=DAY), Paper.objects.all())}
    assert shown == {f"group at {code}" for code in UNITS} - {"group at village"}


def test_staff_and_sealed_rows_have_no_stub(papers):
    Paper.objects.filter(audience=Audience.GROUP).delete()
    assert not stubs(anonymous(), Paper.objects.all()).exists()


def test_a_model_without_an_audience_is_refused(papers):
    with pytest.raises(AttributeError):
        visible(anonymous(), Parcel.objects.all())


def test_the_viewer_of_a_page_is_who_is_logged_in(person):
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    assert viewer_of(request).is_anonymous
    request.user = user = person((Role.SUPERVISOR, "county"))
    viewer = viewer_of(request)
    assert viewer.user_id == user.pk
    assert viewer.supervisor
    assert viewer.memberships == (("00010002", "supervisor"),)


def test_a_viewer_costs_three_queries_and_a_visitor_none(person, django_assert_num_queries):
    user = person((Role.EDITOR, "county"))
    with django_assert_num_queries(3):
        viewer_for(user, today=DAY)
    with django_assert_num_queries(0):
        viewer_for(AnonymousUser())
