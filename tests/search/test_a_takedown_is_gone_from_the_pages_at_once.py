"""A record that is taken down is on no page of results from the next look on, kept pages and offers included."""

import os
import time
from datetime import timedelta

import pytest
from django.test import Client

from sunlit.asked import level
from sunlit.calendars import clock
from sunlit.records import acts
from sunlit.search import following, reading, shelving
from tests.city import settle

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]
MARK = "ZQXSOON"
SECOND = 1.0


def hits(client):
    return [hit["url"] for hit in client.get("/find.json", {"q": MARK}).json()["hits"]]


def turn(city):
    """Let the worker take its next turn."""
    settle(city._next())
    librarian = following.Librarian()
    try:
        while librarian.turn(clock.now()) is following.MORE:
            pass
    finally:
        librarian.close()


def test_from_the_act_to_the_page_is_less_than_a_second(city):
    client = Client()
    record = city.a_policy(MARK)
    turn(city)
    time.sleep(0.3)
    assert len(hits(client)) == 1
    begun = time.monotonic()
    acts.take_down(record, actor=city.actors["approver"], now=city._next(), reason="个人信息外泄，先行撤下")
    assert hits(client) == []
    assert MARK not in str(client.get("/find/suggest.json", {"q": record.title[:8]}).json()["offers"])
    assert time.monotonic() - begun < SECOND
    turn(city)
    reading.forget()
    assert client.get("/find.json", {"q": MARK}).json()["total"] == 0


def test_a_page_may_be_kept_only_once_search_knows_all_and_has_been_quiet(city):
    turn(city)
    now = clock.now()
    state = shelving.current() / "state.json"
    os.utime(state, (now.timestamp() - 10, now.timestamp() - 10))
    assert level.is_level(now)
    os.utime(state, (now.timestamp(), now.timestamp()))
    assert not level.is_level(now)
    assert level.is_level(now + timedelta(seconds=3))
    city.a_policy("ZQXLATER")
    settle(city._next())
    assert not level.is_level(now + timedelta(seconds=3)), "search has not followed yet"


def test_without_an_index_no_page_may_be_kept(city, tmp_path, monkeypatch):
    monkeypatch.setattr(shelving, "home", lambda: tmp_path)
    assert not level.is_level(clock.now())
