from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sunlit.units import delegations
from sunlit.units.actions import revoke
from sunlit.units.delegations import DelegationRefused, delegate, overlap
from sunlit.units.models import Delegation
from sunlit.units.permissions import acting_for, may, reach, remembering
from sunlit.units.roles import Role, Verb
from tests.units.conftest import DAY

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
WEEK = DAY + timedelta(6)


@pytest.fixture
def two(city, person):
    """An approver of the county who goes away, and an editor of the town who stands in."""
    return person("absent", (Role.APPROVER, city["county"])), person("deputy", (Role.EDITOR, city["town"]))


def stand_in(city, two, *, unit="county", role=Role.APPROVER, made_by=None, since=DAY, until=WEEK):
    absent, deputy = two
    more = {"since": since, "until": until, "reason": "leave", "made_by": made_by or absent, "today": DAY}
    return delegate(absent, deputy, city[unit], role, **more)


def test_a_deputy_may_do_what_the_absent_person_may_on_those_days_only(city, two):
    stand_in(city, two)
    may_approve = [may(two[1], Verb.APPROVE, city["village"], today=DAY + timedelta(day)) for day in (-1, 0, 6, 7)]
    assert may_approve == [False, True, True, False]
    assert not may(two[1], Verb.APPROVE, city["audit"], today=DAY)


def test_a_deputy_for_a_part_acts_there_only(city, two):
    stand_in(city, two, unit="town")
    assert reach(two[1], Verb.APPROVE, today=DAY) == (city["town"].path,)


def test_a_deputy_still_does_not_approve_their_own_text(city, two):
    stand_in(city, two)
    assert may(two[1], Verb.APPROVE, city["town"], author_id=two[0].pk, today=DAY)
    assert not may(two[1], Verb.APPROVE, city["town"], author_id=two[1].pk, today=DAY)


def test_a_role_that_the_absent_person_lost_is_lost_to_the_deputy(city, two):
    stand_in(city, two)
    revoke(two[0], city["county"], Role.APPROVER, today=DAY + timedelta(2))
    assert may(two[1], Verb.APPROVE, city["town"], today=DAY + timedelta(1))
    assert not may(two[1], Verb.APPROVE, city["town"], today=DAY + timedelta(2))


def test_a_closed_account_lends_nothing(city, two):
    stand_in(city, two)
    two[0].is_active = False
    two[0].save()
    assert not may(two[1], Verb.APPROVE, city["town"], today=DAY)


def test_what_a_deputy_holds_in_anothers_stead_is_not_handed_on(city, two, person):
    stand_in(city, two)
    third = person("third", (Role.EDITOR, city["city"]))
    with pytest.raises(DelegationRefused, match="not_held"):
        delegate(
            two[1], third, city["town"], Role.APPROVER, since=DAY, until=WEEK, reason="x", made_by=two[1], today=DAY
        )


def test_the_deputy_is_told_for_whom_and_only_where_their_own_role_does_not_reach(city, two):
    stand_in(city, two)
    assert acting_for(two[1], Verb.APPROVE, city["village"], today=DAY) == two[0]
    assert acting_for(two[1], Verb.WRITE, city["village"], today=DAY) is None
    assert acting_for(two[1], Verb.APPROVE, city["audit"], today=DAY) is None
    assert acting_for(two[0], Verb.APPROVE, city["village"], today=DAY) is None


def test_a_job_that_remembers_people_remembers_deputies(city, two, django_assert_num_queries):
    stand_in(city, two)
    with remembering():
        assert may(two[1], Verb.APPROVE, city["town"], today=DAY)
        with django_assert_num_queries(0):
            assert may(two[1], Verb.APPROVE, city["village"], today=DAY)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"role": Role.REVIEWER}, "not_held"),
        ({"unit": "audit"}, "not_held"),
        ({"unit": "city"}, "not_held"),
        ({"role": Role.SYSTEM_ADMINISTRATOR}, "never"),
        ({"until": DAY - timedelta(1)}, "dates"),
    ],
)
def test_a_deputy_that_cannot_be_is_refused(city, two, change, code):
    with pytest.raises(DelegationRefused, match=code):
        stand_in(city, two, **change)


def test_nobody_names_themselves_the_deputy_of_another(city, two):
    with pytest.raises(DelegationRefused, match="own_hand"):
        stand_in(city, two, made_by=two[1])


def test_who_holds_no_role_is_no_deputy(city, two, person):
    with pytest.raises(DelegationRefused, match="stranger"):
        stand_in(city, (two[0], person("resident")))


def test_an_absence_can_end_early(city, two):
    given = stand_in(city, two)
    delegations.end(given, today=DAY + timedelta(3))
    assert may(two[1], Verb.APPROVE, city["town"], today=DAY + timedelta(2))
    assert not may(two[1], Verb.APPROVE, city["town"], today=DAY + timedelta(3))
    delegations.end(stand_in(city, two, since=WEEK), today=DAY)
    assert Delegation.objects.count() == 1


PATHS = some.lists(some.sampled_from(["0001", "0002", "0003"]), min_size=1, max_size=4).map("".join)


@given(PATHS, PATHS, PATHS)
def test_what_lies_below_the_overlap_lies_below_both(one, other, path):
    shared = overlap(one, other)
    below_both = path.startswith(one) and path.startswith(other)
    assert below_both == (shared is not None and path.startswith(shared))
