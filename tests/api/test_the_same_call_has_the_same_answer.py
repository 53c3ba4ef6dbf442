"""The same call again is answered alike and does nothing twice; the same key for another call is refused."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connections

from sunlit.api import once
from sunlit.api.models import Answer
from sunlit.calendars import clock
from sunlit.records.models import Record

everywhere = pytest.mark.both_databases


@everywhere
@pytest.mark.django_db(databases="__all__")
def test_a_repeated_call_makes_no_second_record(system):
    first, again = system.bring(key="k-1"), system.bring(key="k-1")
    assert (again.status_code, again.json(), again["Idempotency-Replayed"]) == (201, first.json(), "true")
    assert Record.objects.count() == 1


@everywhere
@pytest.mark.django_db(databases="__all__")
def test_a_refusal_is_repeated_as_well(system):
    first, again = system.bring(key="k-1", uscc="1"), system.bring(key="k-1", uscc="1")
    assert (again.status_code, again.json()) == (422, first.json())


@everywhere
@pytest.mark.django_db(databases="__all__")
def test_a_key_is_not_used_for_another_call(system):
    system.bring(key="k-1")
    answer = system.bring(key="k-1", party="别家公司")
    assert (answer.status_code, answer.json()["type"]) == (422, "/api/intake/v1/#key-reused")
    assert Record.objects.count() == 1


@everywhere
@pytest.mark.django_db(databases="__all__")
def test_a_call_that_writes_needs_a_key(system):
    assert system.post("/records", {}, key="\t").status_code in (400, 422)
    assert system.post("/records", {"kind": "penalty", "unit": "market", "fields": {}}, key=" ").status_code == 400


@everywhere
@pytest.mark.django_db(databases="__all__")
def test_another_token_may_use_the_same_key(issue):
    assert [issue().bring(key="k-1").status_code for _system in range(2)] == [201, 201]


@everywhere
@pytest.mark.django_db(databases="__all__")
def test_after_seven_days_a_key_is_free_again(system):
    system.bring(key="k-1")
    Answer.objects.update(at=clock.now() - once.KEPT - timedelta(seconds=1))
    assert "Idempotency-Replayed" not in system.bring(key="k-1")


@everywhere
@pytest.mark.django_db(databases="__all__", transaction=True)
def test_two_equal_calls_at_the_same_instant_make_one_record(unwritten):
    gate, answers = threading.Barrier(4), []

    def call() -> None:
        gate.wait()
        answers.append(unwritten.bring(key="k-1"))
        connections.close_all()

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {(one.status_code, one.json()["id"]) for one in answers} == {(201, answers[0].json()["id"])}
    assert Record.objects.count() == 1
