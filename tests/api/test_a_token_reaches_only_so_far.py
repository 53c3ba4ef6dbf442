"""A token writes for its unit and its kinds, as long as it holds; everything else is refused and nothing told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from sunlit.api import tokens
from sunlit.api.models import Token
from sunlit.calendars import clock, today
from sunlit.records.models import Record
from sunlit.units.models import AuditEntry
from tests.api.conftest import BASE, System, new

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]


@pytest.mark.parametrize("secret", ["", "sunlit_" + "x" * 43, "秘密", "Bearer"])
def test_an_unknown_token_is_refused(system, secret):
    assert System(system.token, secret).get("/kinds").status_code == 401


def test_a_revoked_token_is_refused_like_an_unknown_one(system, administrator):
    unknown = System(system.token, "sunlit_" + "x" * 43).get("/kinds")
    tokens.revoke(administrator, system.token, now=clock.now())
    answer = system.get("/kinds")
    assert (answer.status_code, answer.content) == (401, unknown.content)


def test_an_expired_token_is_refused_like_an_unknown_one(system):
    unknown = System(system.token, "sunlit_" + "x" * 43).get("/kinds")
    Token.objects.update(expires_on=today() - timedelta(days=1))
    answer = system.get("/kinds")
    assert (answer.status_code, answer.content) == (401, unknown.content)


def test_a_renewed_token_ends_the_old_secret(system, administrator):
    secret = tokens.renew(administrator, system.token, now=clock.now())
    assert (system.get("/kinds").status_code, System(system.token, secret).get("/kinds").status_code) == (401, 200)


def test_another_kind_is_refused(issue):
    assert issue("city", ("penalty",)).bring("policy", "city").status_code == 403


def test_another_unit_is_refused(system):
    assert system.bring("penalty", "city").status_code == 403


def test_a_unit_that_there_is_not_is_refused_in_the_same_words(system):
    there, nowhere = system.bring("penalty", "city").json(), system.bring("penalty", "atlantis").json()
    assert there["detail"].replace("city", "atlantis") == nowhere["detail"]


def test_a_unit_below_is_only_reached_by_a_token_for_it(issue):
    assert issue("city").bring("penalty", "market").status_code == 403
    assert issue("city", below=True).bring("penalty", "market").status_code == 201


def test_what_another_token_sent_is_not_there(issue):
    sent = issue().bring().json()
    other = issue()
    assert other.get(f"/records/{sent['id']}").status_code == 404
    assert other.post(f"/records/{sent['id']}/withdrawals", {"reason": "No"}).status_code == 404
    assert other.get("/records").json()["records"] == []


def test_a_cookie_opens_nothing(city, administrator):
    client = Client()
    client.force_login(administrator)
    assert client.get(f"{BASE}/kinds").status_code == 401
    assert client.post(f"{BASE}/records", new(), content_type="application/json").status_code == 401


def test_an_answer_is_kept_by_nobody_and_sets_no_cookie(system):
    answer = system.get("/kinds")
    assert (answer["Cache-Control"], len(answer.cookies)) == ("no-store", 0)


def test_the_secret_is_not_in_the_database(system):
    row = Token.objects.values().get(pk=system.token.pk)
    assert system.secret not in str(row)


def test_issuing_and_revoking_are_in_the_audit_journal(system, administrator):
    tokens.revoke(administrator, system.token, now=clock.now())
    events = AuditEntry.objects.filter(subject=f"token:{system.token.pk}").order_by("pk")
    assert list(events.values_list("event", flat=True)) == ["token_issued", "token_revoked"]


def test_too_many_calls_are_told_when_to_come_back(system, settings):
    settings.API_RATE = 2
    answers = [system.get("/kinds") for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert 0 < int(answers[2]["Retry-After"]) <= 60


def test_an_address_cannot_try_tokens_without_end(system, settings):
    settings.API_RATE_ADDRESS = 2
    wrong = System(system.token, "sunlit_" + "x" * 43)
    assert [wrong.get("/kinds").status_code for _ in range(3)] == [401, 401, 429]


def test_a_body_that_is_too_large_is_refused(system, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = system.bring(fact="长" * 2000)
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")


def test_an_unknown_address_is_a_problem_too(system):
    answer = system.get("/nowhere")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_another_method_is_a_problem_too(system):
    answer = Client().delete(f"{BASE}/records", headers={"Authorization": f"Bearer {system.secret}"})
    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
    assert Record.objects.count() == 0
