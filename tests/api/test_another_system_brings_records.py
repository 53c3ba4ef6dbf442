"""Another system brings records: they are judged as a clerk's are, wait for people, and are told of by number."""

from __future__ import annotations

import pytest

from sunlit.calendars import clock
from sunlit.records import acts
from sunlit.records.models import Record, Revision
from tests.api.conftest import PENALTY

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]


def test_what_a_system_brings_waits_for_people(system):
    answer = system.bring()
    assert answer.status_code == 201, answer.content
    assert answer.json()["state"] == "submitted"
    assert Revision.objects.get().author_id == system.token.account_id


def test_a_system_is_told_where_its_record_is_once_it_is_public(system, city, approve):
    sent = system.bring().json()
    revision = Revision.objects.get()
    acts.review(revision, actor=city.reviewer, now=clock.now())
    acts.approve(revision, actor=city.approver, now=clock.now())
    assert "address" not in system.get(f"/records/{sent['id']}").json()
    acts.publish(revision, actor=city.approver, now=clock.now())
    told = system.get(f"/records/{sent['id']}").json()
    assert (told["state"], told["address"]) == ("live", f"http://testserver/r/{Record.objects.get().slug}")


def test_a_system_never_approves_what_it_brought(system, city):
    system.bring()
    from sunlit.api.callers import Caller
    from sunlit.units import actors
    from sunlit.units.roles import Role

    caller = Caller(system.token, actors.of(system.token.account, system.token.unit, Role.APPROVER), clock.now())
    with pytest.raises(acts.ActRefused):
        acts.review(Revision.objects.get(), actor=caller.actor, now=clock.now())


def test_every_value_at_fault_is_pointed_at(system):
    answer = system.bring(uscc="12", decided_on="yesterday", fine="")
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    problem = answer.json()
    assert [one["pointer"] for one in problem["errors"]] == ["/fields/uscc", "/fields/decided_on", "/fields/fine"]
    assert Record.objects.count() == 0


def test_refusals_are_in_the_language_that_the_call_asks_for(system):
    chinese = system.post("/records", {}, **{"Accept-Language": "zh-CN"})
    assert chinese["Content-Language"] == "zh-hans"


def test_numbers_are_taken_as_a_clerk_types_them(system):
    system.bring(fine=0.5)
    assert Revision.objects.get().data["fine"] == 500_000


def test_a_text_sent_back_is_corrected_with_the_remarks_at_hand(system, city):
    sent = system.bring().json()
    revision = Revision.objects.get()
    acts.send_back(revision, actor=city.reviewer, now=clock.now(), reason="Look again", remarks={"party": "Whose?"})
    told = system.get(f"/records/{sent['id']}").json()
    assert (told["state"], told["reason"], told["remarks"]) == ("draft", "Look again", {"party": "Whose?"})
    answer = system.post(f"/records/{sent['id']}/corrections", {"fields": {**PENALTY, "party": "另一家公司"}})
    assert (answer.status_code, answer.json()["state"]) == (200, "submitted")


def test_a_published_record_is_corrected_by_a_new_wording(system, city, approve):
    sent = system.bring().json()
    revision = Revision.objects.get()
    acts.review(revision, actor=city.reviewer, now=clock.now())
    acts.publish(acts.approve(revision, actor=city.approver, now=clock.now()), actor=city.approver, now=clock.now())
    answer = system.post(f"/records/{sent['id']}/corrections", {"fields": {**PENALTY, "fine": "0.6"}, "note": "Fine"})
    assert answer.status_code == 200, answer.content
    assert (answer.json()["state"], answer.json()["correction"]) == ("live", "submitted")


def test_a_text_that_nobody_looked_at_is_taken_back(system):
    sent = system.bring().json()
    answer = system.post(f"/records/{sent['id']}/withdrawals", {"reason": "Sent by mistake"})
    assert (answer.status_code, answer.json()["state"]) == (200, "discarded")


def test_the_withdrawal_of_a_published_record_is_left_to_people(system, city):
    sent = system.bring().json()
    revision = Revision.objects.get()
    acts.review(revision, actor=city.reviewer, now=clock.now())
    acts.publish(acts.approve(revision, actor=city.approver, now=clock.now()), actor=city.approver, now=clock.now())
    answer = system.post(f"/records/{sent['id']}/withdrawals", {"reason": "Quashed by the court"})
    assert (answer.status_code, answer.json()["state"], answer.json()["withdrawal"]["state"]) == (202, "live", "asked")


def test_a_reference_is_used_once(system):
    system.bring(reference="A-1")
    assert system.bring(reference="A-1").status_code == 409


def test_a_file_is_sent_first_and_named_by_the_record(issue):
    system = issue("city", ("policy",))
    file = system.send("附件.txt", "节约用水".encode()).json()
    answer = system.bring("policy", "city", files=[{"sha256": file["sha256"]}])
    assert answer.status_code == 201, answer.content
    assert Revision.objects.get().attachments.get().name == "附件.txt"


def test_a_file_of_somebody_else_cannot_be_named(issue):
    other, system = issue("city", ("policy",)), issue("city", ("policy",))
    file = other.send("a.txt", b"secret").json()
    answer = system.bring("policy", "city", files=[{"sha256": file["sha256"]}])
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/fields/files/0"]


def test_the_kinds_of_a_token_come_with_their_schema(system):
    assert [one["code"] for one in system.get("/kinds").json()["kinds"]] == ["penalty"]
    assert "party" in system.get("/kinds/penalty").json()["schema"]["required"]
