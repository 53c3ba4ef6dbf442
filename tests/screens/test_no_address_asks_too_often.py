"""Reading is counted in each process, posting in all of them together."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from sunlit.screens import limits


@pytest.fixture(autouse=True)
def _fresh():
    limits.forget()
    yield
    limits.forget()


@pytest.fixture
def view():
    return limits.limit_reading("find", times=3, seconds=3600)(lambda request: HttpResponse("ok"))


def ask(view, address="10.0.0.1", **meta):
    return view(RequestFactory().get("/find/", REMOTE_ADDR=address, **meta)).status_code


@pytest.fixture
def _no_page(monkeypatch):
    """Answer refusals without a template, which wants a plan."""
    monkeypatch.setattr(limits, "render", lambda request, template, context, status: HttpResponse(status=status))


@pytest.mark.usefixtures("_no_page")
def test_the_fourth_question_is_refused_and_another_address_is_served(view):
    assert [ask(view) for _ in range(4)] == [200, 200, 200, 429]
    assert ask(view, "10.0.0.2") == 200


@pytest.mark.usefixtures("_no_page")
def test_a_refusal_says_when_to_come_back(view):
    for _ in range(3):
        ask(view)
    assert view(RequestFactory().get("/", REMOTE_ADDR="10.0.0.1"))["Retry-After"] == "3600"


@pytest.mark.usefixtures("_no_page")
def test_a_client_cannot_claim_to_be_another_address(view):
    answers = [ask(view, HTTP_X_FORWARDED_FOR=f"1.1.1.{n}") for n in range(4)]
    assert answers[-1] == 429


@pytest.mark.usefixtures("_no_page")
def test_behind_a_trusted_proxy_the_last_address_it_saw_counts(view, settings):
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    forged = [ask(view, "127.0.0.1", HTTP_X_FORWARDED_FOR=f"6.6.6.{n}, 9.9.9.9") for n in range(4)]
    assert forged[-1] == 429
    assert ask(view, "127.0.0.1", HTTP_X_FORWARDED_FOR="8.8.8.8") == 200


def test_the_memory_of_a_process_does_not_grow_without_end(view):
    for number in range(limits.MAX_ADDRESSES + 10):
        limits._count("find", str(number), 60)
    assert len(limits._windows) <= limits.MAX_ADDRESSES + 1


@pytest.mark.both_databases
@pytest.mark.django_db(databases="__all__")
def test_posting_is_counted_across_processes_by_name_and_by_person():
    taken = [limits.may_post("login", "gov01", times=3, seconds=3600) for _ in range(4)]
    assert taken == [True, True, True, False]
    assert limits.may_post("login", "gov02", times=3, seconds=3600)
    assert limits.may_post("reset", "gov01", times=3, seconds=3600)


@pytest.mark.django_db(databases="__all__")
def test_any_name_however_odd_can_be_counted():
    for who in ("", "\x00", "\ud800", "名" * 5000):
        assert limits.may_post("login", who, times=1, seconds=3600)
