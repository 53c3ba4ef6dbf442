"""The pages in ``docs/plans`` are written from the plans: what is kept there is what the plans say today."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunlit.plan.checks import check_directory
from sunlit.plan.describing import describe

ROOT = Path(__file__).parents[2]
PLANS = sorted(path.name for path in (ROOT / "plans").iterdir() if path.is_dir())


@pytest.mark.parametrize("name", PLANS)
def test_the_reference_is_up_to_date(name):
    plan = check_directory(ROOT / "plans" / name).plan
    assert plan is not None
    written = describe(plan)
    kept = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "plans" / name).glob("*.md")}
    assert sorted(kept) == sorted(written), "run `make reference`"
    stale = [page for page, text in written.items() if kept[page] != text]
    assert not stale, f"{', '.join(stale)} in docs/plans/{name}: run `make reference`"


@pytest.mark.parametrize("name", PLANS)
def test_the_reference_names_every_kind_field_and_limit(name):
    plan = check_directory(ROOT / "plans" / name).plan
    assert plan is not None
    text = "\n".join(describe(plan).values())
    missing = [code for code in (*plan.kinds, *plan.limits) if f"`{code}`" not in text and code not in text]
    missing += [
        f"{kind.code}.{field.name}"
        for kind in plan.kinds.values()
        for field in kind.fields
        if f"`{field.name}`" not in text
    ]
    assert not missing


def test_the_walk_through_the_second_plan_prints_what_the_commands_print():
    plan = check_directory(ROOT / "plans" / "example-county").plan
    assert plan is not None
    walk = (ROOT / "docs" / "write-a-plan.md").read_text(encoding="utf-8")
    assert f"example-county {plan.hash[:12]}: {len(plan.measures)} measures, {len(plan.units)} units" in walk
    assert f"plan {plan.hash[:12]} is in force" in walk
