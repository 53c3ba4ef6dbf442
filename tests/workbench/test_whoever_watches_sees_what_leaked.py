"""`/desk/guard/` lists what the guard found in what is public, for supervisors, administrators and approvers."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from sunlit.records.models import Leak, Record
from sunlit.units.actions import create_user, grant
from sunlit.units.roles import Role
from tests.records.conftest import NOW, approve, draft, publish  # noqa: F401

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]


@pytest.fixture
def leaking(publish) -> Record:  # noqa: F811
    record = publish()
    Leak.objects.create(
        revision=record.live,
        record=record,
        unit_path=record.unit_path,
        rule="id-number",
        severity="block",
        place="违法事实",
        excerpt="当事人110***2X",
        remedy="Take it out.",
        found_at=NOW,
    )
    return record


def page(at, who):
    answer = at(who).get(reverse("workbench:guard"))
    return answer.status_code, answer.content.decode()


def test_an_approver_finds_the_record_and_the_way_to_mend_it(at, leaking):
    status, text = page(at, "approver")
    assert (status, leaking.index_no in text) == (200, True)
    assert reverse("workbench:record", args=[leaking.pk]) in text


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.SYSTEM_ADMINISTRATOR])
def test_those_who_watch_see_it(at, city, leaking, role):
    grant(create_user("watcher", "a long enough phrase"), city["city"], role, since=date(2020, 1, 1))
    assert leaking.index_no in page(at, "watcher")[1]


def test_those_who_watch_elsewhere_do_not(at, city, leaking):
    grant(create_user("watcher", "a long enough phrase"), city["county"], Role.SUPERVISOR, since=date(2020, 1, 1))
    assert leaking.index_no not in page(at, "watcher")[1]


def test_an_editor_has_no_such_page(at, leaking):
    assert page(at, "editor")[0] == 403
