"""At the desk a finding stands beside its field, is masked by one click, let pass by an approver, or ticked as seen."""

from __future__ import annotations

import pytest
from django.urls import reverse

from sunlit.records.models import Override, Trace
from sunlit.records.states import RevisionState
from sunlit.units.models import AuditEntry

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]

NUMBER = "11010519491231002X"
WRITTEN = {"title": "江城市值班规定", "formed_on": "2026-02-27", "body": f"<p>当事人身份证号{NUMBER}。</p>"}
WARNED = {"title": "江城市值班规定", "formed_on": "2026-02-27", "body": "<p>联系手机：13800138000。</p>"}


def page_of(at, who, name, text):
    return at(who).get(reverse(f"workbench:{name}", args=[text.pk])).content.decode()


def finding_in(page: str) -> str:
    return page.partition('name="finding" value="')[2].partition('"')[0]


def test_handing_in_is_refused_at_the_field(begun, save):
    answer = save(begun, do="submit", **WRITTEN)
    begun.refresh_from_db()
    page = answer.content.decode()
    assert (answer.status_code, begun.state) == (422, RevisionState.DRAFT)
    assert 'id="f-body-error"' in page
    assert "identity number" in page


def test_masking_saves_what_was_typed_with_it(begun, save):
    save(begun, **WRITTEN)
    answer = save(begun, do="mask-rule:id-number", **{**WRITTEN, "title": "江城市新规定"})
    begun.refresh_from_db()
    assert answer.status_code == 302
    assert (begun.data["title"], NUMBER in begun.payload) == ("江城市新规定", False)


def test_one_finding_is_masked_from_the_page_of_the_text(at, begun, save, press):
    save(begun, **WRITTEN)
    key = finding_in(page_of(at, "editor", "text", begun))
    press(begun, "mask", "editor", finding=key)
    assert NUMBER not in begun.payload


def test_an_approver_lets_a_finding_pass_and_the_history_says_so(at, begun, save, press):
    save(begun, **WRITTEN)
    key = finding_in(page_of(at, "approver", "text", begun))
    page = press(begun, "override", "approver", finding=key, reason="判决书依法公开")
    assert "判决书依法公开" in page
    assert Trace.objects.filter(record=begun.record, step="overrode").count() == 1
    assert AuditEntry.objects.get(event="overrode").detail == {"check": "override"}


def test_an_author_lets_nothing_pass(at, begun, save, press):
    save(begun, **WRITTEN)
    key = finding_in(page_of(at, "editor", "text", begun))
    press(begun, "override", "editor", finding=key, reason="没有关系")
    assert not Override.objects.exists()


def test_the_number_itself_is_not_in_the_audit_journal(begun, save):
    save(begun, do="submit", **WRITTEN)
    assert NUMBER not in str(list(AuditEntry.objects.values_list("subject", "detail")))


def test_a_warning_has_to_be_ticked(begun, save, press):
    save(begun, **WARNED)
    press(begun, "submit", "editor")
    assert begun.state == RevisionState.DRAFT
    press(begun, "submit", "editor", seen="1")
    assert begun.state == RevisionState.SUBMITTED


def test_whoever_reviews_ticks_it_as_well(begun, save, press):
    save(begun, **WARNED)
    press(begun, "submit", "editor", seen="1")
    press(begun, "review", "reviewer")
    assert begun.state == RevisionState.SUBMITTED
    press(begun, "review", "reviewer", seen="1")
    assert begun.state == RevisionState.REVIEWED


def test_many_reviewed_at_once_stop_where_a_warning_was_not_seen(at, begun, save, press):
    save(begun, **WARNED)
    press(begun, "submit", "editor", seen="1")
    listed = at("reviewer").get(reverse("workbench:review")).content.decode()
    assert f'name="seen" value="{begun.pk}"' in listed
    asked = {"text": begun.pk, "step": "review", "do": "pass"}
    report = at("reviewer").post(reverse("workbench:review"), asked).content.decode()
    begun.refresh_from_db()
    assert (begun.state, "tick that you have seen it" in report) == (RevisionState.SUBMITTED, True)
    at("reviewer").post(reverse("workbench:review"), {**asked, "seen": begun.pk})
    begun.refresh_from_db()
    assert begun.state == RevisionState.REVIEWED


def test_the_preview_says_what_would_be_seen(at, begun, save):
    save(begun, **WRITTEN)
    assert "identity number" in page_of(at, "editor", "preview", begun)
