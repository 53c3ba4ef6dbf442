"""A picture in a formatted text is a file of the record: seen with it, committed to with it, gone with it."""

from __future__ import annotations

import io

import pytest

from sunlit.files import actions as files
from sunlit.files.models import File
from sunlit.plan.casts.texts import pictures_in, sanitised
from sunlit.records import acts, documents
from sunlit.records.acts.erasing import erase
from sunlit.records.models import Attachment, Revision
from sunlit.screens.book import Book
from tests.records.conftest import NOW

PNG = b"\x89PNG\r\n\x1a\n" + b"picture"
HASH = "ab" * 32


def test_only_a_stored_picture_stays_in_a_text():
    shown = sanitised(f'<p><img src="sha256:{HASH}" alt="a map" width="3" onerror="x()"></p>')
    assert shown == f'<p><img src="sha256:{HASH}" alt="a map"></p>'
    assert pictures_in(shown) == [HASH]


@pytest.mark.parametrize(
    "src", ["https://example.com/a.png", "data:image/png;base64,AA", "sha256:ab", f"sha256:{HASH}x", "/files/a.png", ""]
)
def test_a_picture_from_anywhere_else_is_left_out(src):
    assert sanitised(f'<p>before <img src="{src}" alt="a > b"> after</p>') == "<p>before  after</p>"


def test_a_link_to_a_hash_is_no_link():
    assert "sha256:" not in sanitised(f'<p><a href="sha256:{HASH}">x</a></p>')


def test_text_of_old_stays_as_it_was():
    old = '<h2>甲</h2><p>乙 <a href="https://example.com/" rel="noopener nofollow">丙</a></p>'
    assert sanitised(old) == old


def test_a_page_shows_only_pictures_whose_address_it_knows():
    text = f'<p><img src="sha256:{HASH}"><img src="sha256:{"cd" * 32}" alt="other"></p>'
    assert str(Book.clean_html(text, {HASH: "/r/x/files/1/a.png"})) == '<p><img alt="" src="/r/x/files/1/a.png"></p>'
    assert str(Book.clean_html(text)) == "<p></p>"


@pytest.fixture
def stored(db):
    return [files.store(io.BytesIO(PNG + each), "a.png").sha256 for each in (b"1", b"2")]


def body_of(*hashes: str) -> str:
    return "".join(f'<p>第一条<img src="sha256:{one}" alt="图"></p>' for one in hashes)


@pytest.mark.both_databases
def test_pictures_become_files_of_the_revision_each_once(stored, draft):
    revision = draft("policy", body=body_of(stored[0], stored[1], stored[0]))
    found = list(revision.attachments.order_by("position").values_list("field", "name", "file__sha256"))
    assert found == [("body", "picture-1.png", stored[0]), ("body", "picture-2.png", stored[1])]


def test_a_picture_that_is_not_stored_stops_the_text(db, draft):
    with pytest.raises(File.DoesNotExist):
        draft("policy", body=body_of(HASH))


def test_a_picture_taken_out_of_the_text_is_no_longer_a_file_of_it(stored, draft, city):
    revision = draft("policy", body=body_of(*stored))
    acts.edit(revision, {**revision.data, "body": body_of(stored[1])}, actor=city.editor, now=NOW)
    assert list(revision.attachments.values_list("file__sha256", flat=True)) == [stored[1]]


@pytest.mark.both_databases
def test_what_is_committed_to_binds_the_pictures(stored, draft, approve, city):
    record = acts.publish(approve(draft("policy", body=body_of(*stored))), actor=city.approver, now=NOW).record
    live = Revision.objects.get(pk=record.live_id)
    document = documents.committed(record, live)
    assert len(document["files"]) == 2
    assert document["payload"]["body"] == body_of(*stored)
    assert document == documents.committed(record, live)


@pytest.mark.django_db(databases="__all__")
def test_pictures_are_destroyed_with_their_record(stored, draft, approve, city):
    record = acts.publish(approve(draft("policy", body=body_of(*stored))), actor=city.approver, now=NOW).record
    erase(record, actor=city.approver, now=NOW, reason="当事人请求", basis="个人信息保护法第四十七条")
    assert not Attachment.objects.filter(revision__record=record).exists()
    assert not File.objects.filter(sha256__in=stored).exists()


def test_an_import_takes_no_pictures(plan):
    from sunlit.records.imports.columns import Columns
    from sunlit.records.imports.rows import Preparer

    columns = Columns([(0, "title"), (1, "issued_on"), (2, "body")])
    preparer = Preparer(
        plan, plan.kinds["policy"], columns, unit=None, find_unit=lambda _name: None, published=NOW.date()
    )
    (mistake,) = preparer.prepare(2, ["节水办法", "2026-01-05", body_of(HASH)])
    assert mistake.field == "body"
    assert "takes no pictures" in mistake.sentence
