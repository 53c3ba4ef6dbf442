"""Where the plan lets a system publish directly, an approver has to answer for it; without one, people review."""

from __future__ import annotations

import pytest

from sunlit.accounts.roles import Refused
from sunlit.api import tokens
from sunlit.api.models import Token
from sunlit.calendars import clock
from sunlit.plan import actions as plan_actions
from sunlit.plan.language import Plan
from sunlit.records.models import Record, Revision
from sunlit.units import permissions
from tests.api.conftest import System
from tests.records.conftest import HERE

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]


@pytest.fixture
def direct(city, tmp_path) -> Plan:
    """Apply a plan in which systems publish penalties."""
    import shutil

    from sunlit.plan.checks import check_directory

    shutil.copytree(HERE / "plan", tmp_path / "plan")
    for path in (tmp_path / "plan" / "kinds").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace("from: decided_on}, noindex", "from: decided_on}, intake: publish, noindex"), encoding="utf-8"
        )
    checked = check_directory(tmp_path / "plan")
    assert checked.plan is not None, [str(fault) for fault in checked.faults]
    plan_actions.store_and_activate(checked.plan, clock.now())
    return checked.plan


def vouched(system: System, city) -> None:
    tokens.vouch(permissions.person(city.approver.user_id), system.token, now=clock.now())


def test_with_an_approver_it_is_readable_at_once(direct, system, city):
    vouched(system, city)
    assert system.bring().json()["state"] == "live"
    assert Revision.objects.get().approver_id == city.approver.user_id


def test_without_one_it_waits_for_people(direct, system):
    assert system.bring().json()["state"] == "submitted"


def test_an_approver_who_has_left_answers_for_nothing(direct, system, city):
    from sunlit.units.models import Member

    vouched(system, city)
    Member.objects.filter(user_id=city.approver.user_id).delete()
    assert system.bring().json()["state"] == "submitted"


def test_where_the_plan_does_not_allow_it_people_review_all_the_same(system, city):
    vouched(system, city)
    assert system.bring().json()["state"] == "submitted"
    assert Record.objects.get().state == "draft"


def test_whoever_issued_a_token_does_not_answer_for_it(direct, system, city):
    from datetime import date

    from sunlit.units.actions import grant
    from sunlit.units.roles import Role

    grant(system.token.issued_by, city["city"], Role.APPROVER, since=date(2020, 1, 1))
    with pytest.raises(Refused):
        tokens.vouch(system.token.issued_by, system.token, now=clock.now())


def test_an_editor_answers_for_nothing(direct, system, city):
    with pytest.raises(Refused):
        tokens.vouch(permissions.person(city.editor.user_id), system.token, now=clock.now())
    assert Token.objects.get(pk=system.token.pk).vouched_by is None
