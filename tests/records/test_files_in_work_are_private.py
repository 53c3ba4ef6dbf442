"""A file of a text in work is its owner's; publication makes it everybody's; old revisions keep their own files."""

from __future__ import annotations

import io

import pytest

from sunlit.files import actions as files
from sunlit.files.models import File
from sunlit.records import acts, sweeping
from sunlit.records.acts.erasing import erase
from sunlit.records.models import Revision
from tests.files.carriers import picture
from tests.records.conftest import NOW

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]
OWNER = files.of_person(17)
OTHER = files.of_person(18)


def store(content: bytes, owner: str = OWNER) -> File:
    return files.store(io.BytesIO(content), "a.png", owner=owner)


def body(file: File) -> str:
    return f'<p>第一条<img src="sha256:{file.sha256}" alt="图"></p>'


def test_a_file_in_work_lies_in_its_owners_folder_and_a_published_one_by_its_content(
    draft, approve, city, settings, django_capture_on_commit_callbacks
):
    own = store(picture("PNG"))
    assert own.path.parent == settings.FILES_ROOT / "private" / OWNER
    text = approve(draft("policy", body=body(own)))
    with django_capture_on_commit_callbacks(execute=True):
        acts.publish(text, actor=city.approver, now=NOW)
    shared = text.attachments.get().file
    assert (shared.owner, shared.sha256) == ("", own.sha256)
    assert shared.path.read_bytes() == picture("PNG")
    assert not own.path.exists()
    assert not File.objects.exclude(owner="").exists()


def test_two_owners_of_one_content_do_not_share_it_until_it_is_published(draft, approve, city):
    one, two = store(picture("PNG")), store(picture("PNG"), OTHER)
    assert one.path != two.path
    acts.publish(approve(draft("policy", body=body(one))), actor=city.approver, now=NOW)
    assert two.path.exists()
    # Whoever hands it in from now on gets the published one.
    assert store(picture("PNG"), files.of_person(19)).owner == ""


def test_a_file_that_another_text_in_work_attaches_stays_in_its_folder(
    draft, approve, city, django_capture_on_commit_callbacks
):
    own = store(picture("PNG"))
    waiting = draft("policy", body=body(own))
    with django_capture_on_commit_callbacks(execute=True):
        acts.publish(approve(draft("policy", body=body(own))), actor=city.approver, now=NOW)
    assert waiting.attachments.get().file == own
    assert own.path.exists()


def test_a_publication_that_fails_leaves_the_file_where_it_was(draft, approve, city):
    own = store(picture("PNG"))
    text = approve(draft("policy", body=body(own)))
    with pytest.raises(acts.ActRefused):
        acts.publish(text, actor=city.editor, now=NOW)
    assert text.attachments.get().file == own
    assert own.path.exists()


def test_an_erased_draft_takes_its_private_file_with_it(draft, city):
    own = store(picture("PNG"))
    text = draft("policy", body=body(own))
    erase(text.record, actor=city.approver, now=NOW, reason="当事人请求", basis="个人信息保护法第四十七条")
    assert not own.path.exists()
    assert not File.objects.exists()


def test_an_old_revision_keeps_its_own_files(draft, approve, city):
    old, new = store(picture("PNG")), store(picture("GIF"))
    record = acts.publish(approve(draft("policy", body=body(old))), actor=city.approver, now=NOW).record
    first = Revision.objects.get(pk=record.live_id)
    record.refresh_from_db()
    second = acts.correct(record, actor=city.editor, now=NOW, note="换图")
    acts.edit(second, {**second.data, "body": body(new)}, actor=city.editor, now=NOW)
    acts.publish(approve(second), actor=city.approver, now=NOW)
    assert first.attachments.get().file.sha256 == old.sha256
    assert first.attachments.get().file.path.read_bytes() == picture("PNG")
    assert second.attachments.get().file.sha256 == new.sha256


def test_a_file_that_was_replaced_leaves_its_folder_once_its_text_is_out(draft, approve, city):
    own = files.store(io.BytesIO(picture("PNG")), "a.png", owner=OWNER, now=NOW)
    text = draft("policy", body=body(own))
    text = acts.edit(text, {**text.data, "body": "<p>第一条</p>"}, actor=city.editor, now=NOW)
    later = NOW + sweeping.KEPT * 2
    assert not sweeping.sweep(later), "a saved wording still names it, and can be fetched back"
    acts.publish(approve(text), actor=city.approver, now=NOW)
    assert not sweeping.sweep(NOW + sweeping.KEPT / 2), "a form may lie open for days"
    assert sweeping.sweep(later) == 1
    assert not own.path.exists()
