"""Many records in one call, each with its report; and the sandbox, where nothing is kept."""

from __future__ import annotations

import pytest

from sunlit.api import ticks
from sunlit.api.models import Sent
from sunlit.calendars import clock
from sunlit.ledger.models import Pending
from sunlit.records.models import Record, Revision
from tests.api.conftest import PENALTY, new

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]
THREE = [new(number="1号"), new(number="2号", uscc="1"), new(number="3号")]


def test_each_row_has_a_report_of_its_own(system):
    answer = system.post("/batches", {"records": [*THREE, {"kind": 1}]}).json()
    assert [row["status"] for row in answer["rows"]] == [201, 422, 201, 422]
    assert (answer["good"], Record.objects.count()) == (2, 2)


def test_none_is_kept_if_all_or_nothing_is_asked_for_and_one_is_wrong(system):
    answer = system.post("/batches", {"records": THREE, "all_or_nothing": True})
    assert (answer.status_code, answer.json()["kept"], Record.objects.count()) == (422, False, 0)


def test_all_are_kept_if_all_are_in_order(system):
    answer = system.post("/batches", {"records": [THREE[0], THREE[2]], "all_or_nothing": True})
    assert (answer.status_code, answer.json()["good"], Record.objects.count()) == (200, 2, 2)


@pytest.mark.parametrize("all_or_nothing", [True, False])
def test_a_repeated_batch_brings_nothing_twice(system, all_or_nothing):
    body = {"records": [THREE[0], THREE[2]], "all_or_nothing": all_or_nothing}
    first, again = (system.post("/batches", body, key="b-1").json() for _ in range(2))
    assert (first, Record.objects.count()) == (again, 2)


def test_the_key_of_a_batch_is_not_used_for_another(system):
    system.post("/batches", {"records": [THREE[0]]}, key="b-1")
    assert system.post("/batches", {"records": [THREE[2]]}, key="b-1").status_code == 422


def test_more_than_five_hundred_rows_are_refused(system):
    assert system.post("/batches", {"records": [{}] * 501}).status_code == 422


def test_in_the_sandbox_all_is_answered_and_nothing_kept(issue):
    system = issue(sandbox=True)
    entries = Pending.objects.count()
    answer = system.bring()
    assert (answer.status_code, answer.json()["state"], answer.json()["sandbox"]) == (201, "submitted", True)
    assert (Record.objects.count(), Revision.objects.count(), Pending.objects.count()) == (0, 0, entries)


def test_in_the_sandbox_values_are_judged_alike(issue):
    assert issue(sandbox=True).bring(uscc="1").json()["errors"] == issue().bring(uscc="1").json()["errors"]


def test_in_the_sandbox_a_record_is_asked_for_corrected_and_taken_back(issue):
    system = issue(sandbox=True)
    number = system.bring().json()["id"]
    assert system.get(f"/records/{number}").json()["state"] == "submitted"
    assert system.post(f"/records/{number}/corrections", {"fields": PENALTY}).status_code == 200
    assert system.post(f"/records/{number}/withdrawals", {"reason": "Try"}).json()["state"] == "discarded"


def test_what_was_tried_is_forgotten_after_a_day(issue):
    system = issue(sandbox=True)
    system.bring()
    system.send("a.txt", b"content")
    ticks.forget_old(clock.now() + 2 * ticks.REHEARSED)
    assert Sent.objects.count() == 0
    from sunlit.files.models import File

    assert File.objects.count() == 0
