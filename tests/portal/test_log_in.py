"""Logging in lets people of the house in and helps nobody to guess, and nobody is led away by it."""

import pytest

from tests.city import PHRASE

pytestmark = pytest.mark.django_db(databases="__all__")

FOREIGN = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "///evil.example",
    "https:///evil.example",
    "",
]


def try_in(client, password=PHRASE, username="editor-here", **more):
    return client.post("/login/", {"username": username, "password": password, **more})


def test_the_right_name_and_password_open_the_door(city, reader):
    client = reader()
    assert try_in(client).headers["Location"] == "/desk/"
    assert client.get("/desk/").status_code == 200


def test_a_resident_is_led_to_their_own_page(city, reader):
    assert try_in(reader(), username="member").headers["Location"] == "/me/"


def test_a_wrong_one_says_the_same_whether_or_not_the_name_exists(city, reader):
    answers = []
    for number, name in enumerate(("editor-here", "nobody-of-that-name")):
        client = reader()
        client.defaults["REMOTE_ADDR"] = f"10.9.0.{number}"
        response = try_in(client, "wrong", name)
        text = response.content.decode()
        answers.append((response.status_code, "editor-here" in text or name in text, 'role="alert"' in text))
    assert answers[0] == answers[1]
    assert answers[0][2]


def test_a_name_can_be_tried_ten_times_in_a_quarter_of_an_hour(city, reader):
    answers = []
    for number in range(12):
        client = reader()
        client.defaults["REMOTE_ADDR"] = f"10.8.0.{number}"
        answers.append(try_in(client, "wrong").status_code)
    assert answers[:10] == [200] * 10
    assert answers[10:] == [429, 429]


def test_while_a_name_is_closed_the_right_password_does_not_open_it_either(city, reader):
    client = reader()
    for _ in range(10):
        try_in(client, "wrong")
    assert try_in(client).status_code == 429
    assert client.get("/me/").status_code == 302


def test_an_address_can_try_twenty_names(city, reader):
    client = reader()
    answers = [try_in(client, "wrong", f"name-{number}").status_code for number in range(22)]
    assert answers[-1] == 429


@pytest.mark.parametrize("wanted", FOREIGN)
def test_nobody_is_led_away_after_logging_in(wanted, city, reader):
    response = try_in(reader(), next=wanted)
    assert response.status_code == 302
    assert response.headers["Location"] == "/desk/"


def test_who_wanted_a_page_is_led_to_it(city, reader):
    assert try_in(reader(), next="/r/x?y=1").headers["Location"] == "/r/x?y=1"
    refused = reader().get("/me/")
    assert refused.headers["Location"] == "/login/?next=/me/"


@pytest.mark.parametrize("wanted", FOREIGN)
def test_changing_the_display_leads_nobody_away(wanted, city, reader):
    response = reader().get("/display/", {"text": "large", "next": wanted})
    assert response.status_code == 302
    assert response.headers["Location"] == "/"


def test_large_text_is_remembered_and_can_be_taken_back(city, page, reader):
    client = reader()
    response = client.get("/display/", {"text": "large", "next": "/plan/?x=1"})
    assert response.headers["Location"] == "/plan/?x=1"
    assert is_large(client.get("/plan/"))
    client.get("/display/", {"text": "normal", "next": "/"})
    assert not is_large(client.get("/"))


def is_large(response):
    return '<html lang="zh-Hans" class="large"' in response.content.decode()


def test_logging_out_takes_a_form(city, reader):
    client = reader("editor-here")
    answer = client.get("/logout/")
    assert answer.status_code == 405
    assert "<h1>" in answer.content.decode(), "a browser shows an error page of its own where nothing is said"
    assert client.get("/me/").status_code == 200
    assert client.post("/logout/").status_code == 302
    assert client.get("/me/").status_code == 302


def test_a_form_without_its_token_is_refused(city):
    from django.test import Client

    response = Client(enforce_csrf_checks=True).post("/login/", {"username": "editor-here", "password": PHRASE})
    assert response.status_code == 403
    assert "editor-here" not in response.content.decode()


def test_a_session_is_new_after_logging_in_and_cannot_be_read_by_scripts(city, reader):
    client = reader()
    client.get("/login/")
    before = client.cookies.get("sessionid")
    try_in(client)
    cookie = client.cookies["sessionid"]
    assert before is None or before.value != cookie.value
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_person_sees_their_roles_and_no_one_elses(city, reader):
    text = reader("editor-here").get("/en/me/").content.decode()
    assert "editor" in text
    assert "supervisor" not in text
    assert "no-store" in reader("editor-here").get("/me/")["Cache-Control"]


def test_a_closed_account_is_not_let_in(city, reader):
    from sunlit.units.models import User

    User.objects.filter(pk=city.people["editor-here"]).update(is_active=False)
    assert try_in(reader()).status_code == 200
    assert reader("editor-here").get("/me/").status_code == 302


@pytest.mark.parametrize("name", ["\x00", "名" * 500, "' OR 1=1 --", "<script>"])
def test_odd_names_are_refused_without_breaking_anything(name, city, reader):
    response = try_in(reader(), "wrong", name)
    assert response.status_code in (200, 400)
    assert "<script>" not in response.content.decode()
