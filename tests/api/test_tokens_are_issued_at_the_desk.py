"""Administrators issue tokens at the desk, see the secret once, and end them; approvers answer and decide."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from sunlit.api.models import Token, Wish
from sunlit.calendars import clock
from sunlit.records import acts
from sunlit.records.models import Revision
from sunlit.units import permissions
from sunlit.units.models import User
from tests.api.conftest import System

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]
FORM = {"name": "Case system", "unit": "market", "expires_on": "2027-06-30", "kinds": ["penalty"]}


def at_desk(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def desk(administrator) -> Client:
    return at_desk(administrator)


def secret_in(answer) -> str:
    return re.findall(r"sunlit_[A-Za-z0-9_-]{43}", answer.content.decode())[0]


def test_a_token_is_issued_and_taken(desk):
    secret = secret_in(desk.post("/desk/systems/new/", FORM))
    assert System(Token.objects.get(), secret).get("/kinds").status_code == 200


def test_the_secret_is_shown_only_once(desk):
    secret = secret_in(desk.post("/desk/systems/new/", FORM))
    pages = [desk.get(path).content.decode() for path in ("/desk/systems/", f"/desk/systems/{Token.objects.get().pk}/")]
    assert not any(secret in page for page in pages)


@pytest.mark.parametrize(
    "wrong",
    [{"kinds": []}, {"unit": "atlantis"}, {"expires_on": "2040-01-01"}, {"expires_on": "2020-01-01"}, {"name": ""}],
)
def test_a_form_with_a_mistake_issues_nothing(desk, wrong):
    assert desk.post("/desk/systems/new/", {**FORM, **wrong}).status_code == 422
    assert not Token.objects.exists()


def test_a_token_is_revoked_and_made_anew(desk, system):
    renewed = secret_in(desk.post(f"/desk/systems/{system.token.pk}/renew/"))
    assert System(system.token, renewed).get("/kinds").status_code == 200
    desk.post(f"/desk/systems/{system.token.pk}/revoke/")
    assert System(system.token, renewed).get("/kinds").status_code == 401


def test_whoever_administers_nothing_does_not_find_the_page(city):
    editor = at_desk(permissions.person(city.editor.user_id))
    assert editor.get("/desk/systems/").status_code == 404
    assert editor.get("/desk/systems/new/").status_code == 404


def test_an_approver_answers_but_revokes_nothing(city, system):
    approver = at_desk(permissions.person(city.approver.user_id))
    approver.post(f"/desk/systems/{system.token.pk}/revoke/")
    approver.post(f"/desk/systems/{system.token.pk}/vouch/")
    token = Token.objects.get()
    assert (token.revoked_at, token.vouched_by_id) == (None, city.approver.user_id)


def test_a_machine_is_no_person_at_the_desk(desk, system):
    assert system.token.account.username not in desk.get("/desk/people/?all=1").content.decode()
    assert desk.get(f"/desk/people/{system.token.account_id}/").status_code == 404


def test_an_approver_tells_the_system_that_a_record_stays(city, system):
    sent = system.bring().json()
    revision = Revision.objects.get()
    acts.review(revision, actor=city.reviewer, now=clock.now())
    acts.publish(acts.approve(revision, actor=city.approver, now=clock.now()), actor=city.approver, now=clock.now())
    system.post(f"/records/{sent['id']}/withdrawals", {"reason": "Quashed"})
    approver = at_desk(permissions.person(city.approver.user_id))
    assert "Quashed" in approver.get("/desk/systems/").content.decode()
    approver.post(f"/desk/systems/wishes/{Wish.objects.get().pk}/decline/", {"answer": "It holds"})
    assert system.get(f"/records/{sent['id']}").json()["withdrawal"]["answer"] == "It holds"


def test_the_page_for_systems_has_no_script(city):
    page = Client().get("/api/intake/v1/").content.decode()
    assert "<script" not in page
    assert "/api/intake/v1/records" in page
