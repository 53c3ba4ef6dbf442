"""What happens at the doors is written down, and read by those who supervise and administer a subtree."""

import pytest
from django.test import Client

from sunlit.units import audit
from sunlit.units.audit import AuditEvent
from sunlit.units.models import AuditEntry
from sunlit.units.roles import Role
from tests.accounts.conftest import enter, said

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]


@pytest.fixture
def people(city, person):
    return {
        "chief": person("chief", (Role.UNIT_ADMINISTRATOR, city["county"])),
        "watcher": person("watcher", (Role.SUPERVISOR, city["city"])),
        "clerk": person("clerk", (Role.EDITOR, city["town"])),
        "outsider": person("outsider", (Role.EDITOR, city["audit"])),
    }


def events() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("event", flat=True))


def test_coming_going_and_failing_are_written_down(people):
    client = Client(REMOTE_ADDR="192.0.2.77")
    enter(client, "clerk", "wrong")
    enter(client, "clerk")
    client.post("/logout/")
    assert events() == ["log_in_failed", "logged_in", "logged_out"]
    assert set(AuditEntry.objects.values_list("address", flat=True)) == {"192.0.2.0/24"}
    assert AuditEntry.objects.first().subject == f"user:{people['clerk'].pk}"


def test_of_an_unknown_name_nothing_is_kept(people):
    enter(Client(), "my-secret-password", "clerk")
    entry = AuditEntry.objects.get()
    assert (entry.subject, entry.unit_path, entry.detail) == ("", "", {})


def test_each_reads_their_subtree_only(people, at_desk):
    for name in ("clerk", "outsider", "nobody"):
        enter(Client(), name, "wrong")
    chiefs, watchers = (said(at_desk(people[name]).get("/desk/audit/")) for name in ("chief", "watcher"))
    assert "clerk" in chiefs
    assert "outsider" not in chiefs
    assert "outsider" in watchers
    assert at_desk(people["clerk"]).get("/desk/audit/").status_code == 404
    assert at_desk(people["clerk"]).get("/desk/audit.csv").status_code == 404


def test_one_asks_for_a_person_an_event_and_days(people, at_desk):
    enter(Client(), "clerk")
    enter(Client(), "outsider", "wrong")
    desk = at_desk(people["watcher"])

    def rows(question: str) -> int:
        return desk.get(f"/desk/audit/?{question}").content.decode().count('<th scope="row"')

    assert rows("") == 2
    assert rows("who=clerk") == 1
    assert rows("who=nobody") == 0
    assert rows("event=log_in_failed") == 1
    assert rows("since=2000-01-01&until=2000-01-02") == 0
    assert rows("since=2000-01-01") == 2
    assert 'role="alert"' in desk.get("/desk/audit/?since=soon").content.decode()


def test_the_file_is_written_down_and_begins_no_formula(people, city, at_desk):
    audit.exported(people["clerk"], "=HYPERLINK()", rows=1)
    desk = at_desk(people["watcher"])
    text = b"".join(desk.get("/desk/audit.csv").streaming_content).decode()
    assert ",=HYPERLINK" not in text
    assert "clerk" in text
    entry = AuditEntry.objects.filter(event="exported").latest("id")
    assert (entry.actor, entry.subject, entry.detail) == (people["watcher"].pk, "audit", {"rows": 1})


def test_salts_stay_in_the_database(people, city, at_desk):
    audit.write(AuditEvent.ROLE_GRANTED, actor=people["clerk"], detail={"role": "editor", "salt": "0a1b2c3d"})
    assert "0a1b2c3d" not in at_desk(people["watcher"]).get("/desk/audit/").content.decode()


def test_the_journal_is_read_page_by_page(people, at_desk):
    for _ in range(120):
        audit.write(AuditEvent.LOGGED_IN, actor=people["clerk"])
    desk = at_desk(people["watcher"])
    first = desk.get("/desk/audit/").content.decode()
    assert first.count('<th scope="row"') == 100
    last = AuditEntry.objects.order_by("-id")[99].pk
    assert f"after={last}" in first
    assert desk.get(f"/desk/audit/?after={last}").content.decode().count('<th scope="row"') == 20
