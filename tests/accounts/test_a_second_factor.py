"""A second factor is asked for, has to be set up where it is compulsory, and is never a way around the password."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from sunlit.accounts.policy import needs_second_factor
from sunlit.units.models import AuditEntry
from sunlit.units.roles import Role
from tests.accounts.conftest import PHRASE, enter

pytestmark = pytest.mark.django_db(databases="__all__")


def code_for(secret: str, *, later: int = 0) -> str:
    """Return the code that an app would show, ``later`` half minutes from now."""
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter + later))


def wrong_code(secret: str) -> str:
    near = {code_for(secret, later=step) for step in (-2, -1, 0, 1, 2)}
    return next(code for code in ("000000", "111111", "222222", "333333", "444444", "555555") if code not in near)


def confirm(client: Client) -> None:
    assert client.post("/account/confirm/", {"password": PHRASE}).status_code == 302


def set_up_app(client: Client) -> tuple[str, list[str]]:
    """Set up an authenticator app; returns its secret and the recovery codes."""
    confirm(client)
    page = client.get("/account/factors/app/").content.decode()
    secret = re.search(r'class="secret">([A-Z2-7]+)<', page)[1]
    answer = client.post("/account/factors/app/", {"code": code_for(secret)})
    assert answer.status_code == 302, answer.content.decode()
    codes = re.findall(r"<li>([0-9a-z]{8})</li>", client.get("/account/factors/codes/").content.decode())
    return secret, codes


@pytest.fixture
def clerk(city, person):
    return person("clerk", (Role.EDITOR, city["audit"]))


@pytest.fixture
def with_app(clerk, django_capture_on_commit_callbacks):
    """A clerk with an authenticator app: name, secret, recovery codes."""
    client = Client()
    enter(client, "clerk")
    with django_capture_on_commit_callbacks(execute=True):
        secret, codes = set_up_app(client)
    return clerk, secret, codes


def forget_used_codes():
    from django.core.cache import cache

    cache.clear()


def test_changing_ways_in_takes_the_password_once_more(clerk):
    client = Client()
    enter(client, "clerk")
    answer = client.get("/account/factors/app/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/confirm/")


def test_the_code_of_the_app_is_asked_for_after_the_password(with_app):
    _clerk, secret, _codes = with_app
    forget_used_codes()
    client = Client()
    asked = enter(client, "clerk", next="/account/sessions/")
    assert asked.headers["Location"] == "/account/code/"
    assert client.get("/account/sessions/").status_code == 302, "the password alone opens nothing"
    assert client.get("/account/code/").status_code == 200
    done = client.post("/account/code/", {"code": code_for(secret)})
    assert done.headers["Location"] == "/account/sessions/"
    assert client.get("/account/sessions/").status_code == 200


def test_a_wrong_code_opens_nothing_and_ten_close_the_door(with_app):
    _clerk, secret, _codes = with_app
    forget_used_codes()
    client = Client()
    enter(client, "clerk")
    for _ in range(10):
        assert client.post("/account/code/", {"code": wrong_code(secret)}).status_code == 200
    client.post("/account/code/", {"code": code_for(secret)})
    assert client.get("/account/sessions/").status_code == 302
    assert AuditEntry.objects.filter(event="factor_failed").count() == 10


def test_a_code_works_once(with_app):
    _clerk, secret, _codes = with_app
    forget_used_codes()
    code = code_for(secret)
    first, second = Client(), Client()
    enter(first, "clerk")
    assert first.post("/account/code/", {"code": code}).status_code == 302
    enter(second, "clerk")
    assert second.post("/account/code/", {"code": code}).status_code == 200


def test_a_recovery_code_works_once(with_app):
    _clerk, _secret, codes = with_app
    assert len(codes) == 10
    for expected in (302, 200):
        client = Client()
        enter(client, "clerk")
        assert client.post("/account/code/", {"code": codes[0]}).status_code == expected


def test_new_recovery_codes_make_the_old_ones_void(with_app, django_capture_on_commit_callbacks):
    clerk, _secret, codes = with_app
    client = Client()
    enter(client, "clerk")
    client.post("/account/code/", {"code": codes[0]})
    confirm(client)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/account/factors/codes/new/").status_code == 302
    other = Client()
    enter(other, "clerk")
    assert other.post("/account/code/", {"code": codes[1]}).status_code == 200
    assert AuditEntry.objects.filter(event="factor_reset", actor=clerk.pk).exists()


def test_the_app_can_be_removed_and_that_is_written_down(with_app):
    clerk, _secret, codes = with_app
    client = Client()
    enter(client, "clerk")
    client.post("/account/code/", {"code": codes[0]})
    confirm(client)
    assert client.post("/account/factors/app/remove/").status_code == 302
    assert not Authenticator.objects.filter(user=clerk).exists()
    kept = list(AuditEntry.objects.filter(subject=f"user:{clerk.pk}").values_list("event", flat=True))
    assert {"factor_added", "factor_removed"} <= set(kept)


def test_the_secret_is_sealed_in_the_database(with_app):
    clerk, secret, _codes = with_app
    kept = Authenticator.objects.get(user=clerk, type="totp")
    assert secret not in str(kept.data)


def test_with_another_key_no_code_fits(with_app, settings):
    clerk, secret, _codes = with_app
    settings.SECRET_KEY = "another"
    wrapped = Authenticator.objects.get(user=clerk, type="totp").wrap()
    assert not wrapped.validate_code(code_for(secret))


@pytest.mark.parametrize(
    ("policy", "roles", "needs"),
    [
        ("off", ["system_administrator"], False),
        ("administrators", ["approver"], False),
        ("administrators", ["unit_administrator"], True),
        ("administrators", ["system_administrator"], True),
        ("staff", ["editor"], True),
        ("staff", [], False),
    ],
)
def test_who_must_have_one(policy, roles, needs):
    assert needs_second_factor(policy, roles) is needs


def test_the_desk_opens_only_after_it_is_set_up(clerk, settings):
    settings.MFA = "staff"
    client = Client()
    enter(client, "clerk")
    for address in ("/desk/", "/desk/absence/", "/en/desk/"):
        sent = client.get(address)
        assert sent.status_code == 302
        assert sent.headers["Location"].endswith("/account/factors/?needed=1")
    assert client.get("/account/sessions/").status_code == 200, "one's own page stays open"
    set_up_app(client)
    assert client.get("/desk/absence/").status_code == 200


def test_a_resident_needs_none(person, settings):
    settings.MFA = "staff"
    person("resident")
    client = Client()
    enter(client, "resident")
    assert client.get("/desk/absence/").status_code == 200


@pytest.mark.parametrize("language", ["", "/zh-hant", "/en"])
def test_every_page_of_ways_in_answers_in_every_language_without_a_script_of_its_own(with_app, language):
    _clerk, _secret, codes = with_app
    client = Client()
    enter(client, "clerk")
    assert client.get(f"{language}/account/code/").status_code == 200
    assert "<script>" not in client.get(f"{language}/account/code/").content.decode()
    client.post("/account/code/", {"code": codes[1]})
    confirm(client)
    for page in (
        "factors/",
        "factors/app/remove/",
        "factors/codes/",
        "factors/codes/new/",
        "passkeys/",
        "passkeys/add/",
    ):
        answer = client.get(f"{language}/account/{page}")
        assert answer.status_code == 200, page
        html = answer.content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)", html), page
        assert not re.search(r"\son\w+=|\sstyle=", html), page
        assert 'lang="zh' in html or 'lang="en"' in html
        assert "no-store" in answer["Cache-Control"], page
