from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from sunlit.plan.actions import store_and_activate
from sunlit.plan.language import Plan
from sunlit.plan.models import PlanVersion
from sunlit.plan.selectors import NoPlan, by_hash, current

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

FIRST = datetime(2026, 1, 5, 8, tzinfo=UTC)
SECOND = datetime(2026, 2, 5, 8, tzinfo=UTC)


@pytest.fixture
def other(plan: Plan) -> Plan:
    return Plan(plan.document.model_copy(update={"preamble": "别的"}))


def test_without_a_plan_the_instance_says_so() -> None:
    with pytest.raises(NoPlan, match="sunlit plan apply"):
        current()


def test_a_new_plan_is_noticed_at_the_next_call(plan: Plan, other: Plan) -> None:
    store_and_activate(plan, FIRST)
    assert current() == plan
    store_and_activate(other, SECOND)
    assert current() == other
    assert by_hash(plan.hash) == plan


def test_the_plan_is_parsed_once_per_version(plan: Plan) -> None:
    store_and_activate(plan, FIRST)
    assert current() is current()


def test_applying_a_plan_again_changes_nothing(plan: Plan) -> None:
    version = store_and_activate(plan, FIRST)
    again = store_and_activate(plan, SECOND)
    assert (again.pk, again.applied_at, again.active) == (version.pk, FIRST, True)
    assert PlanVersion.objects.count() == 1


def test_an_older_version_can_come_back(plan: Plan, other: Plan) -> None:
    store_and_activate(plan, FIRST)
    store_and_activate(other, SECOND)
    store_and_activate(plan, SECOND)
    assert current() == plan
    assert PlanVersion.objects.filter(active=True).count() == 1


def test_the_database_allows_one_active_version(plan: Plan) -> None:
    store_and_activate(plan, FIRST)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanVersion.objects.create(hash="0" * 64, document="{}", applied_at=SECOND, active=True)


def test_a_stored_version_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(PlanVersion.DoesNotExist):
        by_hash("f" * 64)
