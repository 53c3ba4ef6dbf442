"""What lies in tables and files is what the ledger was committed to; whoever changes it is found."""

from __future__ import annotations

import io

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from sunlit.files.actions import store
from sunlit.ledger import actions, alike, canonical, content_rounds, entries, selectors
from sunlit.ledger.models import Entry, Pending
from sunlit.records import acts, documents
from sunlit.records.contents import SOURCE
from sunlit.records.models import Notice, Record
from tests.records.conftest import NOW, settle

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
PAYLOADS = st.dictionaries(
    st.text("abcdefgh_", min_size=1, max_size=8),
    st.recursive(WORDS | st.integers(-(2**53) + 1, 2**53 - 1), lambda inner: st.lists(inner, max_size=3), max_leaves=5),
    max_size=6,
)


def broken() -> list[str]:
    """Return where content and ledger no longer agree."""
    found = []
    for content in SOURCE.contents():
        entry = Entry.objects.filter(subject=content.subject, ref=content.ref).order_by("position").first()
        if entry is None or entries.parse(bytes(entry.body)).commitment != content.commitment:
            found.append(content.where)
    return found


def as_an_intruder(statement: str) -> None:
    """Run a statement as someone who owns the database: without the guard against changes."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER records_revision_frozen")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE records_revision DISABLE TRIGGER records_revision_frozen")
        cursor.execute(statement)


@pytest.fixture
def busy(db, city, publish, approve):
    """A city in which everything has happened once, sequenced."""
    file = store(io.BytesIO(b"content"), "a.txt", now=NOW)
    value = {"sha256": file.sha256, "name": "a.txt", "size": file.size, "type": file.type}
    one, two, three = publish(), publish("policy", files=[value]), publish(number="二号")
    acts.publish(approve(acts.correct(one, actor=city.editor, now=NOW, note="改")), actor=city.approver, now=NOW)
    acts.withdraw(one, actor=city.approver, now=NOW, reason="一")
    acts.restore(one, actor=city.approver, now=NOW, reason="二")
    acts.withdraw(one, actor=city.approver, now=NOW, reason="三")
    notice = acts.take_down(three, actor=city.approver, now=NOW, reason="四")
    acts.review_takedown(notice, actor=city.other, now=NOW, upheld=False, reason="五")
    publish("village-list")
    settle()
    return {"one": one, "two": two, "three": three}


pytestmark = pytest.mark.both_databases


def test_nothing_is_reported_where_nobody_changed_anything(busy):
    assert broken() == []
    assert len(list(SOURCE.contents())) == 5 + 5


@pytest.mark.parametrize("count", [1, 2, 3, 100])
def test_parts_of_any_size_hold_every_document_once(busy, count):
    Record.objects.filter(pk=busy["two"].pk).update(live=None)  # a readable record without its text
    found, after = [], ""
    while True:
        part = SOURCE.part(after, count)
        found += part.contents
        assert len(part.contents) <= max(count, 1)
        after = part.following
        if not after:
            break
    assert found == list(SOURCE.contents())
    assert f"/r/{busy['two'].slug}" in [content.where for content in found]
    assert SOURCE.size() == len(found) - 1


def test_a_round_of_the_worker_finds_what_was_edited(busy):
    rounds = content_rounds.Rounds([SOURCE], lambda: 0.0)
    rounds.turn(NOW)
    assert selectors.open_alarms() == []
    as_an_intruder("UPDATE records_revision SET payload = replace(payload, '江城', '西城') WHERE payload LIKE '%二号%'")
    rounds.turn(NOW)
    (alarm,) = selectors.open_alarms()
    assert "records /r/" in alarm.sentence


def test_an_edited_text_is_found(busy):
    as_an_intruder("UPDATE records_revision SET payload = replace(payload, '江城', '西城') WHERE payload LIKE '%二号%'")
    assert broken() == [f"/r/{busy['three'].slug}, revision 1"]


def test_an_edited_reason_is_found(busy):
    Notice.objects.filter(reason="四").update(reason="没有理由")
    assert len(broken()) == 1


def test_an_exchanged_file_is_found(busy):
    path = busy["two"].live.attachments.get().file.path
    path.chmod(0o600)
    path.write_bytes(b"another")
    assert broken() == [f"/r/{busy['two'].slug}, revision 1"]


def test_a_lost_file_is_found(busy):
    busy["two"].live.attachments.get().file.path.unlink()
    assert broken() == [f"/r/{busy['two'].slug}, revision 1"]


def test_a_text_that_was_emptied_without_an_erasure_is_found(busy):
    busy["three"].revisions.update(payload="", salt=None)
    assert broken() == [f"/r/{busy['three'].slug}, revision 1"]


def test_a_readable_record_that_lost_its_text_is_found(busy):
    Record.objects.filter(pk=busy["three"].pk).update(live=None)
    assert f"/r/{busy['three'].slug}" in broken()


@pytest.mark.django_db(databases="__all__")
def test_what_the_law_had_erased_is_not_reported(busy, city):
    three = Record.objects.get(pk=busy["three"].pk)
    acts.erase(three, actor=city.approver, now=NOW, reason="申请", basis="个人信息保护法第四十七条")
    settle()
    assert broken() == []


@given(WORDS, PAYLOADS)
def test_an_imports_document_is_the_canonical_one_byte_for_byte(title, payload):
    parts = {"kind": "penalty", "index_no": "115100028/2026-00001", "unit": "market", "title": title}
    whole = documents.compose(**parts, number=1, payload=payload, files=[], published=NOW)
    encoded = documents.encode(payload)
    assert documents.encode_new(**parts, payload=encoded, published=NOW) == canonical.encode(whole)


@pytest.mark.django_db(databases="__all__")
@pytest.mark.parametrize("private", [False, True])
def test_acts_written_together_are_the_same_as_acts_written_singly(city, private):
    usual = {"actor": city.approver, "day": NOW.date(), "batch": 7, "private": private}
    for n in range(3):
        actions.append(
            "record.published",
            subject=f"record:{n}",
            ref=f"a/{n}#1",
            tags=["x", "y"],
            commitment=bytes([n] * 32),
            **usual,
        )
    together = [alike.Act(f"record:{n}", f"a/{n}#1", "x y", bytes([n] * 32)) for n in range(3)]
    alike.append_alike("record.published", together, now=NOW, **usual)
    columns = ("event", "subject", "ref", "tags", "batch", "body")
    rows = [tuple(map(str, map(bytes_or_self, row))) for row in Pending.objects.order_by("id").values_list(*columns)]
    assert rows[:3] == rows[3:]


def bytes_or_self(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value
