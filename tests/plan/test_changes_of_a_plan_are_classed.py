from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from sunlit.plan.checks import Checked
from sunlit.plan.diff import compare
from sunlit.plan.language import Plan

Plant = Callable[[str, str, str], Checked]

CHANGES: dict[str, dict[str, str]] = yaml.load(
    (Path(__file__).parent / "changes.yaml").read_text(),
    Loader=yaml.CBaseLoader,  # noqa: S506  # texts only
)


@pytest.mark.parametrize("name", CHANGES)
def test_it_says_what_a_change_needs(name: str, plant: Plant, plan: Plan) -> None:
    row = CHANGES[name]
    found = plant(row["file"], row["old"], row["new"])
    assert found.plan is not None, [str(fault) for fault in found.faults]
    changes = compare(plan, found.plan)
    assert any(change.kind == row["needs"] and row["says"] in change.sentence for change in changes), changes


def test_the_same_plan_has_no_changes(plan: Plan) -> None:
    assert compare(plan, Plan.from_json(plan.canonical)) == []


def test_units_kinds_and_fields_do_not_vanish(plan: Plan) -> None:
    document = plan.document
    fewer = Plan(document.model_copy(update={"units": document.units[:-1], "kinds": document.kinds[:-1]}))
    refused = [change.what for change in compare(plan, fewer) if change.kind == "refused"]
    assert refused == ["unit b-v1", "kind penalty"]
    kind = plan.kinds["budget"]
    smaller = kind.model_copy(update={"fields": kind.fields[:-1]})
    others = tuple(smaller if one.code == "budget" else one for one in document.kinds)
    changes = compare(plan, Plan(document.model_copy(update={"kinds": others})))
    assert [(change.kind, change.what) for change in changes] == [
        ("refused", "kind budget"),
        ("additive", "kind budget"),
    ]


def test_what_is_refused_comes_first(plan: Plan) -> None:
    document = plan.document
    other = Plan(document.model_copy(update={"preamble": "别的", "units": document.units[:-1]}))
    assert [change.kind for change in compare(plan, other)] == ["refused", "additive"]
