from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from sunlit.units import actors
from sunlit.units.actions import grant, revoke
from sunlit.units.permissions import may, reach, remembering
from sunlit.units.roles import ALLOWED, FOUR_EYES, Role, Verb
from tests.units.conftest import DAY

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

PUBLISHING = {Verb.APPROVE, Verb.PUBLISH, Verb.WITHDRAW, Verb.UNPUBLISH, Verb.SUPERSEDE, Verb.TAKE_DOWN, Verb.ERASE}

CORRECTING = {Verb.OVERRIDE_GUARD, Verb.RESTORE, Verb.REVIEW_TAKEDOWN, Verb.PUBLISH_AT_ONCE, Verb.REVIEW_LATER}


@pytest.mark.parametrize(
    ("role", "verbs"),
    [
        (Role.EDITOR, {Verb.WRITE, Verb.SUBMIT, Verb.CORRECT, Verb.IMPORT}),
        (Role.REVIEWER, {Verb.REVIEW}),
        (Role.LEGAL_REVIEWER, {Verb.REVIEW_LEGAL}),
        (Role.SECRECY_REVIEWER, {Verb.REVIEW_SECRECY}),
        (Role.APPROVER, PUBLISHING | CORRECTING),
        (Role.UNIT_ADMINISTRATOR, {Verb.MANAGE_MEMBERS, Verb.SEE_AUDIT}),
        (Role.OPERATOR, {Verb.HANDLE_CASE}),
        (Role.SUPERVISOR, {Verb.SEE_OVERSIGHT, Verb.SEE_AUDIT}),
        (Role.ASSESSOR, {Verb.ASSESS}),
        (Role.SYSTEM_ADMINISTRATOR, {Verb.ADMINISTER, Verb.MANAGE_MEMBERS, Verb.SEE_AUDIT}),
    ],
)
def test_a_role_may_do_its_work_and_nothing_else(city, person, role, verbs):
    user = person("someone", (role, city["audit"]))
    assert {verb for verb in Verb if may(user, verb, city["audit"], today=DAY)} == verbs


def test_every_verb_belongs_to_somebody():
    assert set(ALLOWED) == set(Verb)
    assert all(ALLOWED.values())


def test_a_role_holds_for_all_units_below_and_none_beside_or_above(city, person):
    editor = person("editor", (Role.EDITOR, city["county"]))
    reached = {code for code, unit in city.items() if may(editor, Verb.WRITE, unit, today=DAY)}
    assert reached == {"county", "town", "village"}
    assert reach(editor, Verb.WRITE, today=DAY) == (city["county"].path,)


@pytest.mark.parametrize("verb", sorted(FOUR_EYES))
def test_nobody_reviews_or_approves_what_they_wrote(city, person, verb):
    everything = [(role, city["city"]) for role in Role]
    author, colleague = person("author", *everything), person("colleague", *everything)
    assert may(author, verb, city["audit"], today=DAY)
    assert not may(author, verb, city["audit"], author_id=author.pk, today=DAY)
    assert may(colleague, verb, city["audit"], author_id=author.pk, today=DAY)


def test_an_author_may_take_their_own_text_down_in_an_emergency(city, person):
    author = person("author", (Role.APPROVER, city["audit"]))
    assert may(author, Verb.TAKE_DOWN, city["audit"], author_id=author.pk, today=DAY)
    assert not may(author, Verb.REVIEW_TAKEDOWN, city["audit"], author_id=author.pk, today=DAY)


@pytest.mark.parametrize(
    ("since", "until", "allowed"),
    [
        pytest.param(DAY, None, True, id="from today"),
        pytest.param(DAY + timedelta(1), None, False, id="from tomorrow"),
        pytest.param(date(2020, 1, 1), DAY, True, id="until today"),
        pytest.param(date(2020, 1, 1), DAY - timedelta(1), False, id="until yesterday"),
    ],
)
def test_a_role_holds_only_within_its_dates(city, person, since, until, allowed):
    user = person("someone")
    grant(user, city["audit"], Role.EDITOR, since=since, until=until)
    assert may(user, Verb.WRITE, city["audit"], today=DAY) is allowed


def test_a_role_that_is_revoked_ends_at_once(city, person):
    user = person("someone")
    grant(user, city["audit"], Role.EDITOR, since=date(2020, 1, 1))
    grant(user, city["audit"], Role.EDITOR, since=DAY + timedelta(30))
    assert revoke(user, city["audit"], Role.EDITOR, today=DAY) == 2
    assert not may(user, Verb.WRITE, city["audit"], today=DAY)
    assert not may(user, Verb.WRITE, city["audit"], today=DAY + timedelta(60))
    assert may(user, Verb.WRITE, city["audit"], today=DAY - timedelta(1))
    assert revoke(user, city["audit"], Role.EDITOR, today=DAY) == 0


def test_granting_twice_is_one_membership(city, person):
    user = person("someone")
    first = grant(user, city["audit"], Role.EDITOR, since=DAY)
    second = grant(user, city["audit"], Role.EDITOR, since=DAY, until=DAY)
    assert first.pk == second.pk
    assert second.until == DAY


def test_an_unknown_role_is_not_granted(city, person):
    with pytest.raises(ValueError, match="emperor"):
        grant(person("someone"), city["audit"], "emperor", since=DAY)


def test_a_closed_account_may_nothing(city, person):
    user = person("someone", (Role.EDITOR, city["city"]))
    user.is_active = False
    assert not may(user, Verb.WRITE, city["audit"], today=DAY)


def test_djangos_superuser_has_no_power_here(city, person):
    user = person("root")
    user.is_superuser = user.is_staff = True
    assert not any(may(user, verb, city["audit"], today=DAY) for verb in Verb)


def test_who_is_not_logged_in_may_nothing(city):
    assert not any(may(AnonymousUser(), verb, city["audit"], today=DAY) for verb in Verb)


def test_an_actor_is_known_by_unit_role_and_an_opaque_name_only(city, person):
    user = person("zhang", (Role.EDITOR, city["audit"]))
    actor = actors.of(user, city["audit"], "editor")
    assert (actor.unit, actor.role, actor.opaque, actor.user_id) == ("audit", "editor", user.opaque, user.pk)
    assert len(user.opaque) == 32
    assert "zhang" not in user.opaque
    assert user.opaque != person("li").opaque


def test_the_system_acts_without_a_person():
    assert actors.system().user_id is None
    assert actors.system().role == "system"


def test_a_job_that_does_many_acts_asks_for_each_person_once(city, person, django_assert_num_queries):
    user = person("someone", (Role.EDITOR, city["audit"]))
    with remembering(), django_assert_num_queries(1):
        answers = [may(user, Verb.WRITE, city["audit"], today=DAY + timedelta(days)) for days in range(5)]
    assert all(answers)


def test_what_a_job_remembers_still_ends_with_the_day(city, person):
    user = person("someone")
    grant(user, city["audit"], Role.EDITOR, since=DAY, until=DAY)
    with remembering():
        assert may(user, Verb.WRITE, city["audit"], today=DAY)
        assert not may(user, Verb.WRITE, city["audit"], today=DAY + timedelta(1))
        assert not may(user, Verb.WRITE, city["audit"], today=DAY - timedelta(1))


def test_nothing_is_remembered_after_the_job(city, person):
    user = person("someone", (Role.EDITOR, city["audit"]))
    with remembering():
        assert may(user, Verb.WRITE, city["audit"], today=DAY)
    revoke(user, city["audit"], Role.EDITOR, today=DAY)
    assert not may(user, Verb.WRITE, city["audit"], today=DAY + timedelta(1))
