"""Applying a plan is an act like others: it is in the ledger, and what lies above the plan follows it."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from sunlit.config import applying, registry
from sunlit.ledger.models import Pending
from sunlit.plan.checks import check_directory
from sunlit.plan.selectors import current
from sunlit.units.models import Unit

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
PLAN = Path(__file__).resolve().parent.parent / "records" / "plan"


@pytest.fixture(scope="module")
def plan():
    return check_directory(PLAN).plan


def apply(plan):
    return applying.apply(plan, registry.plan_parts(), today=date(2026, 3, 2), now=NOW)


def test_it_is_entered_in_the_ledger_with_its_hash(plan):
    apply(plan)
    (row,) = Pending.objects.all()
    assert row.event == "plan.applied"
    assert row.ref == f"plan/{plan.hash}"
    assert current().hash == plan.hash


def test_units_exist_as_soon_as_it_is_in_force(plan):
    outcome = apply(plan)
    assert set(Unit.objects.values_list("code", flat=True)) == set(plan.units)
    assert any(line.startswith("units:") for line in outcome.lines)


def test_nobody_can_change_it_in_a_way_that_takes_away_what_is_in_use(plan):
    from sunlit.plan.language import Document, Plan

    apply(plan)
    fewer = Plan(Document(**{**dict(plan.document), "kinds": plan.document.kinds[1:]}))
    with pytest.raises(applying.PlanRefused):
        apply(fewer)
    assert current().hash == plan.hash
    assert Pending.objects.filter(event="plan.applied").count() == 1


def test_a_part_that_fails_leaves_the_old_plan_in_force(plan):
    def breaks(old, new, today):
        raise RuntimeError("no units today")

    with pytest.raises(RuntimeError):
        applying.apply(plan, [applying.Part(before=breaks)], today=date(2026, 3, 2), now=NOW)
    assert applying.current_or_none() is None
    assert not Pending.objects.exists()


def test_what_belongs_to_the_moment_is_undone_with_it(plan):
    def breaks(old, new, today):
        raise RuntimeError("not now")

    with pytest.raises(RuntimeError):
        applying.apply(plan, [applying.Part(within=breaks)], today=date(2026, 3, 2), now=NOW)
    assert applying.current_or_none() is None
