"""A person sees where they are logged in and ends it; what is ended is over at the next request."""

from datetime import timedelta

import pytest
from django.test import Client

from sunlit.accounts import sessions
from sunlit.accounts.devices import device_of
from sunlit.accounts.models import Session
from sunlit.calendars import clock
from sunlit.units.models import AuditEntry
from sunlit.units.roles import Role
from tests.accounts.conftest import PHRASE, enter, said

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
NEW = "another long phrase of mine"


@pytest.fixture
def clerk(city, person):
    return person("clerk", (Role.EDITOR, city["audit"]))


def in_house(address: str = "10.0.0.1", agent: str = FIREFOX) -> Client:
    client = Client(REMOTE_ADDR=address, headers={"user-agent": agent})
    assert enter(client, "clerk").status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/account/sessions/").status_code == 200


def test_a_person_sees_device_address_and_times(clerk):
    client = in_house("10.0.0.7")
    text = said(client.get("/account/sessions/"))
    assert "Firefox · Windows" in text
    assert "10.0.0.7" in text
    assert client.cookies["sessionid"].value not in client.get("/account/sessions/").content.decode()


def test_one_session_is_ended_from_another_at_once(clerk):
    here, there = in_house(), in_house("10.0.0.2")
    row = Session.objects.get(session_key=there.cookies["sessionid"].value)
    here.post("/account/sessions/end/", {"session": sessions.handle(row.session_key)})
    assert is_in(here)
    assert not is_in(there)
    assert AuditEntry.objects.filter(event="session_ended", actor=clerk.pk).exists()


def test_all_others_are_ended_together(clerk):
    here, others = in_house(), [in_house(f"10.0.0.{n}") for n in (2, 3)]
    here.post("/account/sessions/end/")
    assert is_in(here)
    assert not any(is_in(other) for other in others)


def test_nobody_ends_the_session_of_another(clerk, person, at_desk):
    client, stranger = in_house(), at_desk(person("stranger"))
    stranger.post("/account/sessions/end/", {"session": sessions.handle(client.cookies["sessionid"].value)})
    assert is_in(client)


def test_a_new_password_ends_the_other_sessions(clerk):
    here, there = in_house(), in_house("10.0.0.2")
    answer = here.post("/account/password/", {"old_password": PHRASE, "new_password1": NEW, "new_password2": NEW})
    assert answer.status_code == 302
    assert is_in(here)
    assert not is_in(there)
    assert enter(Client(), "clerk", NEW).status_code == 302
    assert Session.objects.filter(user_id=clerk.pk).count() == 2


def test_a_session_ends_after_eight_hours(clerk):
    with clock.fixed(clock.now()):
        client = in_house()
        kept = Session.objects.get(session_key=client.cookies["sessionid"].value)
        assert timedelta(hours=7, minutes=59) < kept.expire_date - clock.now() < timedelta(hours=8, minutes=1)
        assert list(sessions.of(clerk, now=clock.now() + timedelta(hours=9))) == []
        assert sessions.forget_expired(clock.now() + timedelta(hours=9)) == 1
    assert not is_in(client)


def test_when_it_was_last_seen_is_noted_only_now_and_then(clerk):
    client = in_house()
    key = client.cookies["sessionid"].value
    first = Session.objects.get(session_key=key).last_seen
    is_in(client)
    assert Session.objects.get(session_key=key).last_seen == first
    with clock.fixed(clock.now() + timedelta(minutes=6)):
        is_in(client)
    assert Session.objects.get(session_key=key).last_seen > first + timedelta(minutes=5)


def test_a_visitor_leaves_no_session():
    Client().get("/account/sessions/")
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (FIREFOX, "Firefox · Windows"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36", "Chrome · Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge · Windows"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", ""),
    ],
)
def test_a_device_is_named_so_that_its_owner_knows_it(agent, device):
    assert device_of(agent) == device
