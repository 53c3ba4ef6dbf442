"""A value that was refused, and one that is masked or internal, leaves by none of the ways out of the house."""

from __future__ import annotations

import io
import json
import logging
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import translation

from sunlit.files import actions as files
from sunlit.ledger.models import Entry, Pending
from sunlit.pagecache.board import Board
from sunlit.records import acts, releases
from sunlit.records.models import Record, Revision
from sunlit.units.models import AuditEntry, User
from sunlit.units.roles import Role
from tests.portal.test_pages_are_kept_ready import House as Ready
from tests.portal.test_pages_are_kept_ready import connected  # noqa: F401
from tests.records.conftest import NOW, PENALTY, POLICY, plan, settle  # noqa: F401

REFUSED = "11010519491231002X"
"""An identity number that was typed again and again, and refused."""
MASKED, INTERNAL = "张三丰", "510903199001011238"
SECRETS = (REFUSED, MASKED, INTERNAL)


@dataclass
class House:
    """Two published records, one of them corrected, and every attempt to publish what must not be."""

    penalty: Record
    policy: Record
    draft: Revision
    pointing: Revision
    logged: list[str]


class Kept(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any, plan: Any) -> Iterator[House]:  # noqa: F811
    from sunlit.ledger import keys

    kept = Kept()
    logging.getLogger().addHandler(kept)
    logging.getLogger("sunlit").addHandler(kept)
    with django_db_blocker.unblock(), translation.override("en"):
        keys.ensure()
        try:
            built = build(plan)
            yield House(*built, kept.lines)
        finally:
            for alias in settings.DATABASES:
                call_command("flush", database=alias, interactive=False, verbosity=0)


def build(plan: Any) -> tuple[Record, Record, Revision, Revision]:  # noqa: F811
    from datetime import date

    from sunlit.units.actions import create_user, grant
    from tests.records.conftest import open_city

    city = open_city(plan)
    grant(create_user("auditor", "a long enough phrase"), city["city"], Role.SUPERVISOR, since=date(2020, 1, 1))

    def approved(revision: Revision) -> Revision:
        acts.submit(revision, actor=city.editor, now=NOW)
        acts.review(revision, actor=city.reviewer, now=NOW)
        if revision.record.kind == "policy":
            acts.review_secrecy(revision, actor=city.secrecy_reviewer, now=NOW)
        return acts.approve(revision, actor=city.approver, now=NOW)

    def drafted(kind: str, unit: str, **data: Any) -> Revision:
        return acts.draft(kind, city[unit], data, actor=city.editor, now=NOW)

    def published(revision: Revision) -> Record:
        return acts.publish(approved(revision), actor=city.approver, now=NOW).record

    penalty = published(drafted("penalty", "market", **PENALTY))
    policy = published(drafted("policy", "city", **POLICY, files=[stored("first.txt", b"first")]))
    note = acts.correct(policy, actor=city.editor, now=NOW, note="换附件")
    acts.edit(note, {**note.data, "files": [stored("second.txt", b"second")]}, actor=city.editor, now=NOW)
    published(note)
    policy.refresh_from_db()

    told = f"身份证号{REFUSED}"
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("list.txt", told)
    blocked = [
        drafted("policy", "city", **{**POLICY, "body": f"<p>{told}</p>"}),
        drafted("policy", "city", **{**POLICY, "title": f"关于{told}的办法"}),
        drafted("policy", "city", **POLICY, files=[stored("list.txt", told.encode())]),
        drafted("policy", "city", **POLICY, files=[stored("list.zip", inner.getvalue())]),
        drafted("policy", "city", **POLICY, files=[stored(f"{REFUSED}.txt", b"plain")]),
        acts.correct(penalty, actor=city.editor, now=NOW, note=f"更正{told}"),
    ]
    for revision in blocked:
        for attempt in (
            lambda one: acts.submit(one, actor=city.editor, now=NOW),
            lambda one: acts.publish_at_once(one, actor=city.approver, now=NOW, reason="紧急"),
        ):
            with pytest.raises(acts.ActRefused) as refused:
                attempt(revision)
            assert REFUSED not in refused.value.reason
    late = approved(drafted("policy", "city", **POLICY))
    acts.schedule(late, NOW + timedelta(minutes=1), actor=city.approver, now=NOW)
    Revision.objects.filter(pk=late.pk).update(payload=late.payload.replace("节约用水，", f"节约用水，{told}，"))
    assert releases.release_due(NOW + timedelta(minutes=2)) == 0
    settle()
    return penalty, policy, blocked[0], drafted("interpretation", "city", title="解读")


def stored(name: str, content: bytes) -> dict[str, Any]:
    kept = files.store(io.BytesIO(content), name, now=NOW)
    return {"sha256": kept.sha256, "name": name, "size": kept.size, "type": kept.type}


def ask(path: str, who: str = "", **query: str) -> tuple[int, str]:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    if who:
        client.force_login(User.objects.get(username=who))
    answer = client.get(path, query)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = body.decode(errors="replace")
    if answer["Content-Type"] == "application/json":
        text = json.dumps(json.loads(text), ensure_ascii=False)
    return answer.status_code, text


def clean(path: str, *, status: int = 200, holds: str = "", who: str = "", secrets: Any = SECRETS, **query: str) -> str:
    """Ask an address; it answers as expected, says what it should, and none of the secrets."""
    code, text = ask(path, who, **query)
    assert code == status, f"{path} answered {code}"
    assert holds in text, f"{path} does not say {holds}"
    assert [one for one in secrets if one in text] == [], f"{path} says what must not be public"
    return text


pytestmark = [pytest.mark.django_db(databases="__all__")]


def test_by_no_page(house):
    clean(f"/r/{house.penalty.slug}", holds="张某")


def test_by_no_json(house):
    clean(f"/r/{house.penalty.slug}.json", holds="张某")


def test_by_no_csv(house):
    clean("/kinds/penalty.csv", holds="江城清风")


def test_by_no_list(house):
    clean("/kinds/penalty/", holds="江城清风")


def test_by_no_sitemap(house):
    parts = [ask(f"/sitemap-{number}.xml")[1] for number in (1, 2)]
    assert house.policy.slug in "".join(parts)
    assert [one for one in SECRETS if one in "".join(parts)] == []


@pytest.mark.parametrize("secret", SECRETS)
def test_by_no_search(house, secret):
    code, text = ask("/find/", q=secret)
    assert code == 200
    assert f"/r/{house.penalty.slug}" not in text


def test_by_no_suggestion_of_records(house):
    clean(f"/desk/texts/{house.pointing.pk}/edit/records/", who="editor", q="关于", holds="关于身份证号110")


def test_by_no_suggestion_of_units(house):
    clean(f"/desk/texts/{house.draft.pk}/edit/units/", who="editor", q="江城", holds="江城")


def test_by_no_file(house):
    clean(f"/r/{house.policy.slug}/files/1/second.txt", holds="second")


def test_by_no_file_of_a_refused_text(house):
    clean(f"/r/{house.policy.slug}/files/1/list.txt", status=404)


def test_by_no_older_wording(house):
    clean(f"/r/{house.policy.slug}/revisions/1", holds="节约用水")


def test_by_no_zip(house):
    clean(f"/r/{house.policy.slug}/files/1/list.zip", status=404)


def test_by_no_page_kept_ready(house, tmp_path, connected):  # noqa: F811
    ready = Ready(Board(tmp_path / "board"))
    answers = [ready.get(f"/r/{house.penalty.slug}").text for _time in range(2)]
    ready.board.still()
    assert [("张某" in text, [one for one in SECRETS if one in text]) for text in answers] == [(True, []), (True, [])]


def test_by_no_mail(house):
    assert [one.body for one in mail.outbox if any(secret in one.body for secret in SECRETS)] == []


def test_by_no_line_of_the_log(house):
    assert house.logged, "the text that was not published on time is logged"
    assert [line for line in house.logged if any(secret in line for secret in SECRETS)] == []


def test_by_no_entry_of_the_ledger(house):
    rows = [*Entry.objects.all(), *Pending.objects.all()]
    written = [f"{bytes(one.body)!r} {one.ref} {one.subject}" for one in rows]
    assert written
    assert [line for line in written if any(secret in line for secret in SECRETS)] == []


def test_by_no_tombstone_or_error_page(house):
    clean("/r/no-such-record", status=404)


def test_by_no_page_of_an_address_that_is_not_public(house):
    clean(f"/r/{house.draft.record_id}", status=404)


def test_by_no_history(house):
    # The note of a correction is its editor's own words, and is not history before it is published.
    clean(f"/desk/records/{house.policy.pk}/history/history.csv", who="approver", holds="换附件")


def test_by_no_audit_journal(house):
    written = str(list(AuditEntry.objects.values()))
    assert [one for one in SECRETS if one in written] == []


def test_by_no_export_of_the_audit_journal(house):
    clean("/desk/audit.csv", who="auditor")
