"""A value that was refused, and one that is masked or internal, leaves by none of the ways out of the house."""

from __future__ import annotations

import io
import json
import logging
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account import app_settings as mailing
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import translation

import sunlit
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
    """Published records, some corrected, and every attempt to publish what must not be.

    ``packed`` attaches an archive that was mended after its files were refused; ``refused`` are those files.
    """

    penalty: Record
    policy: Record
    draft: Revision
    pointing: Revision
    packed: Record
    refused: list[dict[str, Any]]
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


def build(plan: Any) -> tuple[Record, Record, Revision, Revision, Record, list[dict[str, Any]]]:  # noqa: F811
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
    refused_files = [stored("people.zip", packed("list.txt", told)), stored("people.txt", told.encode())]
    blocked = [
        drafted("policy", "city", **{**POLICY, "body": f"<p>{told}</p>"}),
        drafted("policy", "city", **{**POLICY, "title": f"关于{told}的办法"}),
        drafted("policy", "city", **POLICY, files=[stored("list.txt", told.encode())]),
        drafted("policy", "city", **POLICY, files=[stored("list.zip", packed("a.txt", told))]),
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
    mended = drafted("policy", "city", **POLICY, files=refused_files)
    with pytest.raises(acts.ActRefused):
        acts.submit(mended, actor=city.editor, now=NOW)
    clean_files = [stored("list.zip", packed("list.txt", "only the public"))]
    acts.edit(mended, {**mended.data, "files": clean_files}, actor=city.editor, now=NOW)
    with_archive = published(mended)
    again = acts.correct(with_archive, actor=city.editor, now=NOW, note="换附件")
    acts.edit(again, {**again.data, "files": refused_files}, actor=city.editor, now=NOW)
    with pytest.raises(acts.ActRefused):
        acts.submit(again, actor=city.editor, now=NOW)
    late = approved(drafted("policy", "city", **POLICY))
    acts.schedule(late, NOW + timedelta(minutes=1), actor=city.approver, now=NOW)
    Revision.objects.filter(pk=late.pk).update(payload=late.payload.replace("节约用水，", f"节约用水，{told}，"))
    assert releases.release_due(NOW + timedelta(minutes=2)) == 0
    settle()
    pointing = drafted("interpretation", "city", title="解读")
    return penalty, policy, blocked[0], pointing, with_archive, refused_files


def packed(name: str, text: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, text)
    return stream.getvalue()


def stored(name: str, content: bytes) -> dict[str, Any]:
    kept = files.store(io.BytesIO(content), name, now=NOW)
    return {"sha256": kept.sha256, "name": name, "size": kept.size, "type": kept.type}


def answered(path: str, who: str = "", **query: str) -> tuple[Any, bytes]:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    if who:
        client.force_login(User.objects.get(username=who))
    answer = client.get(path, query)
    return answer, b"".join(answer.streaming_content) if answer.streaming else answer.content


def ask(path: str, who: str = "", **query: str) -> tuple[int, str]:
    answer, body = answered(path, who, **query)
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


def test_an_archive_that_was_mended_is_served_as_mended(house):
    answer, body = answered(f"/r/{house.packed.slug}/files/1/list.zip")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {"list.txt": b"only the public"}


def test_a_refused_file_is_served_by_no_name_hash_or_number(house):
    names = [name for one in house.refused for name in (one["name"], one["sha256"])]
    numbers = {"here": "/files/{}/", "first": "/revisions/1/files/{}/", "second": "/revisions/2/files/{}/"}
    asked = [
        f"/r/{house.packed.slug}{where.format(position)}{name}"
        for where in numbers.values()
        for position in (1, 2, 3)
        for name in names
    ]
    asked += [f"/files/{one['sha256']}" for one in house.refused]
    assert {answered(path)[0].status_code for path in asked} == {404}


def test_a_refused_file_is_named_by_no_page_of_the_record(house):
    hints = tuple(hint for one in house.refused for hint in (one["name"], one["sha256"]))
    clean(f"/r/{house.packed.slug}", holds="list.zip", secrets=(*SECRETS, *hints))
    clean(f"/r/{house.packed.slug}.json", holds="list.zip", secrets=(*SECRETS, *hints))
    clean(f"/r/{house.packed.slug}/revisions/1", holds="list.zip", secrets=(*SECRETS, *hints))
    clean(f"/r/{house.packed.slug}/revisions/2", status=404, secrets=(*SECRETS, *hints))


def test_by_no_page_kept_ready(house, tmp_path, connected):  # noqa: F811
    ready = Ready(Board(tmp_path / "board"))
    answers = [ready.get(f"/r/{house.penalty.slug}").text for _time in range(2)]
    ready.board.still()
    assert [("张某" in text, [one for one in SECRETS if one in text]) for text in answers] == [(True, []), (True, [])]


def test_by_no_mail(house):
    """The platform sends no mail yet; whoever lets it send some has to ask here what may stand in it.

    Nothing of its code can send any, what Django and allauth send by themselves is off or has nobody to go to, and so
    an error leaves the house by no mail either.
    """
    source = Path(sunlit.__file__).parent
    senders = ("core.mail", "core import mail", "send_mail", "email_user", "smtplib", "AdminEmailHandler")
    found = [path.name for path in source.rglob("*.py") if any(one in path.read_text("utf-8") for one in senders)]
    assert found == []
    assert (list(settings.ADMINS), list(settings.MANAGERS), mailing.EMAIL_NOTIFICATIONS) == ([], [], False)
    logging.getLogger("django.request").error("failed")
    mail.mail_admins("failed", REFUSED)
    assert mail.outbox == []


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
