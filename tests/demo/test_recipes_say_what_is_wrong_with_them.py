"""A recipe with a mistake is refused with a sentence that names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunlit.demo.recipes import Dish, Kitchen
from sunlit.demo.values import Link, RecipeFault
from sunlit.plan.language import Plan

GOOD = """
recipes:
  - kind: notice
    units: [sn-finance]
    count: 2
    published: {from: 2026-01-04, to: 2026-01-09}
    data: {title: 'Nr {n}'}
"""


def serve(plan: Plan, folder: Path, recipe: str) -> list[Dish]:
    (folder / "recipes").mkdir(exist_ok=True)
    (folder / "recipes" / "one.yaml").write_text(recipe, encoding="utf-8")
    return Kitchen(folder, plan).dishes()


def test_a_good_recipe_is_served_on_working_days(plan: Plan, tmp_path: Path) -> None:
    first, last = serve(plan, tmp_path, GOOD)
    assert [first.data["title"], last.data["title"]] == ["Nr 1", "Nr 2"]
    # 4 January 2026 was a Sunday, but a working day made up for.
    assert [str(first.day), str(last.day)] == ["2026-01-04", "2026-01-09"]


@pytest.mark.parametrize(
    ("was", "instead", "said"),
    [
        ("count: 2", "counts: 2", "counts"),
        ("[sn-finance]", "[sn-nobody]", "sn-nobody"),
        ("[sn-finance]", "['function:nothing']", "no open unit"),
        ("[sn-finance]", "[sn-food-drug]", "no open unit"),
        ("'Nr {n}'", "'{unit_colour}'", "notice, record 1: .*unit_colour"),
        ("count: 2", "count: 2\n    ends: {lost: 1}", "lost"),
        ("count: 2", "count: 2\n    ends: {corrected: 1}", "does not say to what"),
        ("count: 2", "source: rows.yaml\n    where: {a: ['2']}", "no such rows"),
    ],
)
def test_a_mistake_is_named(plan: Plan, tmp_path: Path, was: str, instead: str, said: str) -> None:
    (tmp_path / "rows.yaml").write_text("rows: [{a: '1'}]", encoding="utf-8")
    with pytest.raises(RecipeFault, match=said):
        serve(plan, tmp_path, GOOD.replace(was, instead))


def test_a_link_to_nothing_is_named(plan: Plan, tmp_path: Path) -> None:
    (dish, _) = serve(plan, tmp_path, GOOD.replace("'Nr {n}'", "{record: nowhere}"))
    assert dish.data["title"] == Link("nowhere")
    with pytest.raises(RecipeFault, match="nowhere"):
        dish.linked({})
    assert dish.linked({"nowhere": "a-1"}) == {"title": "a-1"}


def test_a_row_may_name_its_unit_in_three_ways(plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "rows.yaml").write_text("rows: [{u: sn-audit, many: [sn-audit], name: 审计局}]", encoding="utf-8")
    by_row = GOOD.replace("count: 2", "source: rows.yaml")
    for units in (
        "{column: u}",
        "{column: many}",
        "{column: name, is: {审计局: sn-audit}, else: sn-finance}",
    ):
        assert [dish.unit for dish in serve(plan, tmp_path, by_row.replace("[sn-finance]", units))] == ["sn-audit"]


@pytest.mark.parametrize(
    ("published", "days"),
    [
        ("{from: 2026-01-01, every: 1}", ["2026-01-01", "2026-01-02"]),
        ("{on: [2026-01-05, 2026-02-02]}", ["2026-01-05", "2026-02-02"]),
        ("{by: '{unit_code}', on: {sn-finance: 2026-03-02}}", ["2026-03-02", "2026-03-02"]),
    ],
)
def test_days_may_be_given_by_round_or_by_unit(plan: Plan, tmp_path: Path, published: str, days: list[str]) -> None:
    dishes = serve(plan, tmp_path, GOOD.replace("{from: 2026-01-04, to: 2026-01-09}", published))
    assert [str(dish.day) for dish in dishes] == days
