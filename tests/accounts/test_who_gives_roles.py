"""Administrators give the roles they administer, where they do, and nobody decides alone over themselves."""

from datetime import timedelta

import pytest

from sunlit.accounts import people, roles
from sunlit.accounts.roles import Refused
from sunlit.calendars import clock, today
from sunlit.ledger.models import Pending
from sunlit.units.models import AuditEntry, Member
from sunlit.units.permissions import Verb, may
from sunlit.units.roles import Role
from tests.accounts.conftest import said
from tests.units.conftest import DAY

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def _on_that_day():
    with clock.fixed(DAY):
        yield


@pytest.fixture
def chief(city, person):
    return person("chief", (Role.UNIT_ADMINISTRATOR, city["county"]))


@pytest.fixture
def clerk(city, person):
    return person("clerk", (Role.EDITOR, city["town"]))


def grant(administrator, user, unit, role, **more):
    dates = {"since": DAY, "until": None, "today": DAY} | more
    return roles.grant(administrator, user, unit, role, **dates)


def test_a_role_given_is_in_ledger_and_journal(city, chief, clerk):
    grant(chief, clerk, city["town"], Role.REVIEWER)
    assert may(clerk, Verb.REVIEW, city["village"], today=DAY)
    entry = AuditEntry.objects.get(event="role_granted")
    assert (entry.actor, entry.subject, entry.unit_path) == (chief.pk, f"user:{clerk.pk}", city["town"].path)
    pending = Pending.objects.get(event="member.granted")
    assert b"clerk" not in bytes(pending.body)
    assert clerk.opaque.encode() not in bytes(pending.body)


def test_the_journal_keeps_what_proves_the_ledgers_commitment(city, chief, clerk):
    from sunlit.ledger import commitments
    from sunlit.ledger.entries import parse

    grant(chief, clerk, city["town"], Role.REVIEWER)
    kept = dict(AuditEntry.objects.get(event="role_granted").detail)
    salt = bytes.fromhex(kept.pop("salt"))
    assert parse(bytes(Pending.objects.get().body)).commitment == commitments.commit(salt, kept)


@pytest.mark.parametrize("unit", ["city", "audit", "water"])
def test_nobody_gives_roles_outside_of_their_subtree(city, chief, clerk, unit):
    with pytest.raises(Refused):
        grant(chief, clerk, city[unit], Role.EDITOR)
    assert not Member.objects.filter(user=clerk, unit=city[unit]).exists()


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ASSESSOR, Role.SYSTEM_ADMINISTRATOR])
def test_a_unit_administrator_does_not_choose_who_watches_over_them(city, chief, clerk, role):
    with pytest.raises(Refused):
        grant(chief, clerk, city["town"], role)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.LEGAL_REVIEWER, Role.APPROVER, Role.UNIT_ADMINISTRATOR])
def test_nobody_gives_themselves_a_role_that_decides(city, chief, role):
    with pytest.raises(Refused):
        grant(chief, chief, city["town"], role)
    grant(chief, chief, city["town"], Role.EDITOR)


def test_a_deputy_of_an_administrator_gives_no_roles_to_themselves(city, chief, person):
    deputy = person("deputy", (Role.EDITOR, city["town"]))
    later = DAY + timedelta(5)
    roles.delegate(
        chief, chief, deputy, city["county"], Role.UNIT_ADMINISTRATOR, since=DAY, until=later, reason="leave", today=DAY
    )
    with pytest.raises(Refused):
        grant(deputy, deputy, city["town"], Role.APPROVER)


def test_nobody_names_themselves_deputy_of_whom_they_administer(city, chief, person):
    head = person("head", (Role.APPROVER, city["town"]))
    with pytest.raises(Refused):
        roles.delegate(chief, head, chief, city["town"], Role.APPROVER, since=DAY, until=DAY, reason="leave", today=DAY)


def test_the_last_system_administrator_stays(city, person):
    only = person("only", (Role.SYSTEM_ADMINISTRATOR, city["city"]))
    with pytest.raises(Refused):
        roles.end(only, only, city["city"], Role.SYSTEM_ADMINISTRATOR, today=DAY)
    second = person("second", (Role.SYSTEM_ADMINISTRATOR, city["city"]))
    with pytest.raises(Refused):
        people.close(second, second, today=DAY)
    assert roles.end(second, only, city["city"], Role.SYSTEM_ADMINISTRATOR, today=DAY) == 1
    with pytest.raises(Refused):
        roles.end(None, second, city["city"], Role.SYSTEM_ADMINISTRATOR, today=DAY)


def test_closing_an_account_ends_roles_and_sessions(city, chief, clerk, at_desk):
    client = at_desk(clerk)
    assert client.get("/desk/absence/").status_code == 200
    assert people.close(chief, clerk, today=DAY)
    assert client.get("/desk/absence/").status_code == 302
    clerk.refresh_from_db()
    assert not clerk.is_active
    assert not may(clerk, Verb.WRITE, city["town"], today=DAY)


def test_roles_elsewhere_keep_an_account_open(city, chief, clerk):
    grant(None, clerk, city["audit"], Role.EDITOR)
    assert not people.close(chief, clerk, today=DAY)
    clerk.refresh_from_db()
    assert clerk.is_active
    assert may(clerk, Verb.WRITE, city["audit"], today=DAY)
    assert not may(clerk, Verb.WRITE, city["town"], today=DAY)


def test_closing_leaves_what_the_administrator_does_not_administer(city, chief, clerk):
    grant(None, clerk, city["town"], Role.SUPERVISOR)
    assert not people.close(chief, clerk, today=DAY)
    assert not may(clerk, Verb.WRITE, city["town"], today=DAY)
    assert may(clerk, Verb.SEE_OVERSIGHT, city["town"], today=DAY)


def test_who_holds_more_elsewhere_cannot_be_taken_over(city, chief, clerk):
    assert people.may_manage(chief, clerk, today=DAY)
    grant(None, clerk, city["city"], Role.APPROVER)
    for act in (people.issue_link, people.reset_factors, people.end_sessions):
        with pytest.raises(Refused):
            act(chief, clerk, today=DAY)


def test_a_deputy_for_the_city_cannot_be_taken_over_either(city, chief, clerk, person):
    mayor = person("mayor", (Role.APPROVER, city["city"]))
    roles.delegate(mayor, mayor, clerk, city["city"], Role.APPROVER, since=DAY, until=DAY, reason="leave", today=DAY)
    with pytest.raises(Refused):
        people.issue_link(chief, clerk, today=DAY)


# At the desk ------------------------------------------------------------------------------------------------------


def test_the_list_shows_the_subtree_and_nobody_else(city, chief, clerk, person, at_desk):
    person("outsider", (Role.EDITOR, city["audit"]))
    text = said(at_desk(chief).get("/desk/people/"))
    assert "clerk" in text
    assert "outsider" not in text


def test_who_administers_nothing_finds_no_list(city, clerk, at_desk):
    for address in ("/desk/people/", "/desk/people/new/", "/desk/people/import/", f"/desk/people/{clerk.pk}/"):
        assert at_desk(clerk).get(address).status_code == 404


def test_a_person_outside_is_not_found(city, chief, person, at_desk):
    outsider = person("outsider", (Role.EDITOR, city["audit"]))
    assert at_desk(chief).get(f"/desk/people/{outsider.pk}/").status_code == 404
    assert at_desk(chief).post(f"/desk/people/{outsider.pk}/close/").status_code == 404


def test_a_new_account_comes_with_a_link_that_works_once(city, chief, at_desk, client):
    form = {"username": "zhang.san", "name": "张三", "role": "editor", "unit": "town", "since": "", "until": ""}
    text = at_desk(chief).post("/desk/people/new/", form).content.decode()
    path = "/account/set-password/" + text.partition("/account/set-password/")[2].partition("<")[0]
    phrase = {"new_password1": "quite a long phrase", "new_password2": "quite a long phrase"}
    assert client.get(path).status_code == 200
    assert client.post(path, phrase).status_code == 302
    assert client.get(path).status_code == 410
    assert client.post("/login/", {"username": "zhang.san", "password": "quite a long phrase"}).status_code == 302


@pytest.mark.parametrize(
    ("change", "status"),
    [({"unit": "audit"}, 422), ({"role": "supervisor"}, 422), ({"username": "chief"}, 422), ({"since": "soon"}, 422)],
)
def test_a_slip_creates_no_account(city, chief, at_desk, change, status):
    form = {"username": "zhang.san", "name": "张三", "role": "editor", "unit": "town", "since": "", "until": ""}
    answer = at_desk(chief).post("/desk/people/new/", form | change)
    assert answer.status_code == status
    assert not AuditEntry.objects.filter(event="account_created").exists()


def test_roles_are_given_and_ended_on_a_persons_page(city, chief, clerk, at_desk):
    desk = at_desk(chief)
    desk.post(f"/desk/people/{clerk.pk}/grant/", {"role": "reviewer", "unit": "八角村村委会", "until": "2025-12-31"})
    assert may(clerk, Verb.REVIEW, city["village"], today=DAY)
    assert "2025-12-31" in said(desk.get(f"/desk/people/{clerk.pk}/"))
    desk.post(f"/desk/people/{clerk.pk}/end/", {"role": "reviewer", "unit": "village"})
    assert not may(clerk, Verb.REVIEW, city["village"], today=DAY)


def test_what_is_refused_is_said_and_changes_nothing(city, chief, clerk, at_desk):
    desk = at_desk(chief)
    answer = desk.post(f"/desk/people/{clerk.pk}/grant/", {"role": "approver", "unit": "city"}, follow=True)
    assert 'class="notice warn"' in answer.content.decode()
    assert not may(clerk, Verb.APPROVE, city["town"], today=DAY)


def test_a_reset_second_factor_ends_the_sessions(city, chief, clerk, at_desk):
    from allauth.mfa.models import Authenticator

    Authenticator.objects.create(user=clerk, type="totp", data={"secret": "x"})
    client = at_desk(clerk)
    at_desk(chief).post(f"/desk/people/{clerk.pk}/reset/")
    assert not Authenticator.objects.filter(user=clerk).exists()
    assert client.get("/account/sessions/").status_code == 302


def test_one_names_a_deputy_at_the_desk_and_relieves_them(city, clerk, person, at_desk):
    deputy = person("deputy", (Role.OPERATOR, city["village"]))
    desk = at_desk(clerk)
    form = {"deputy": "deputy", "role": "editor@town", "since": "", "until": "2025-06-10", "reason": "leave"}
    assert desk.post("/desk/absence/", form).status_code == 302
    assert may(deputy, Verb.WRITE, city["village"], today=today())
    assert Pending.objects.filter(event="delegation.granted").exists()
    given = clerk.delegations_given.get()
    stranger = at_desk(person("stranger"))
    stranger.post(f"/desk/absence/{given.pk}/end/")
    assert may(deputy, Verb.WRITE, city["village"], today=today())
    desk.post(f"/desk/absence/{given.pk}/end/")
    assert not may(deputy, Verb.WRITE, city["village"], today=today())


def test_people_are_found_page_by_page(city, chief, person, at_desk):
    for number in range(60):
        person(f"p{number:02}", (Role.EDITOR, city["village"]))
    first = at_desk(chief).get("/desk/people/")
    assert "p48" in said(first)
    assert "p49" not in said(first)
    assert "p59" in said(at_desk(chief).get("/desk/people/?after=p48"))
    found = said(at_desk(chief).get("/desk/people/?q=p5"))
    assert "p55" in found
    assert "p44" not in found
