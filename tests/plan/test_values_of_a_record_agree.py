"""Sums, balances, bounds and orders of days: what a kind declares must agree, and a clerk is told where it does not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunlit.plan.language import Document, Kind, Plan
from sunlit.plan.language.vocabularies import Vocabulary
from sunlit.plan.payload import Cleaned, Cleaner


def frozen(value: Any) -> Any:
    """Return lists as the tuples that a plan is read into."""
    if isinstance(value, list):
        return tuple(frozen(part) for part in value)
    return {key: frozen(part) for key, part in value.items()} if isinstance(value, dict) else value


LEVELS = Vocabulary.model_validate(
    frozen(
        {
            "code": "levels",
            "label": "级次",
            "terms": [
                {"code": code, "label": label} for code, label in (("lei", "类"), ("kuan", "款"), ("xiang", "项"))
            ],
        }
    )
)


def judged(plan: Plan, check: dict[str, Any], data: dict[str, Any]) -> Cleaned:
    kind = Kind.model_validate(
        frozen(
            {
                "code": "account",
                "label": "账目",
                "measures": [1],
                "about": "账目",
                "basis": ["无"],
                "holders": "all",
                "fields": [
                    {"name": "year", "type": "number", "label": "年度"},
                    {"name": "opening", "type": "money", "unit": "元", "label": "期初"},
                    {"name": "income", "type": "money", "unit": "元", "label": "收入"},
                    {"name": "expense", "type": "money", "unit": "元", "label": "支出"},
                    {"name": "closing", "type": "money", "unit": "元", "label": "期末"},
                    {"name": "rough", "type": "money", "unit": "万元", "label": "合计"},
                    {"name": "people", "type": "number", "label": "人数"},
                    {"name": "starts", "type": "date", "label": "开工"},
                    {"name": "ends", "type": "date", "label": "完工"},
                    {
                        "name": "lines",
                        "type": "table",
                        "label": "明细",
                        "columns": [
                            {"name": "name", "type": "text", "label": "名称"},
                            {"name": "level", "type": "choice", "choices": "levels", "label": "级次"},
                            {"name": "amount", "type": "money", "unit": "元", "label": "金额"},
                            {"name": "rough", "type": "money", "unit": "万元", "label": "约数"},
                            {"name": "a", "type": "number", "label": "甲"},
                            {"name": "b", "type": "number", "label": "乙"},
                            {"name": "sum", "type": "number", "label": "小计"},
                            {"name": "note", "type": "text", "label": "说明"},
                        ],
                    },
                ],
                "form": [{"label": "全部", "fields": ["year"]}],
                "show": {"title": "账目"},
                "checks": [check],
            }
        )
    )
    document = plan.document
    content = {name: getattr(document, name) for name in Document.model_fields}
    content |= {"kinds": (kind,), "vocabularies": (*document.vocabularies, LEVELS)}
    return Cleaner(kind, Plan(Document(**content))).clean(data)


def rows(*pairs: tuple[str, Any], column: str = "amount") -> list[dict[str, Any]]:
    return [{"name": f"第{n}行", "level": level, column: str(value)} for n, (level, value) in enumerate(pairs, 1)]


ADDS_UP = {"word": "adds-up", "table": "lines", "column": "amount", "field": "income"}
BRANCHES = {"word": "branches-add-up", "table": "lines", "level": "level", "column": "amount"}
BALANCE = {"word": "balance", "plus": ["opening", "income"], "minus": ["expense"], "field": "closing"}

# name -> (agreement, data that agree, data that do not, what the sentence says)
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], str]] = {
    "adds up": (
        ADDS_UP,
        {"income": "30", "lines": rows(("类", 10), ("类", 20))},
        {"income": "31", "lines": rows(("类", 10), ("类", 20))},
        "add up to 30元 in 金额, but 收入 says 31元",
    ),
    "branches add up": (
        BRANCHES,
        {"lines": rows(("类", 30), ("款", 30), ("项", 10), ("项", 20), ("类", 5))},
        {"lines": rows(("类", 30), ("款", 30), ("项", 10), ("项", 25), ("类", 5))},
        "Row 2, 金额: the rows under it add up to 35元, not 30元",
    ),
    "rows of which do not count": (
        {**BRANCHES, "but": {"column": "note", "is": ["其中"]}},
        {"lines": [*rows(("类", 30), ("款", 30)), {"name": "其中", "level": "款", "amount": "12", "note": "其中"}]},
        {"lines": [*rows(("类", 30), ("款", 29)), {"name": "其中", "level": "款", "amount": "1", "note": "其中"}]},
        "add up to 29元",
    ),
    "counts": (
        {"word": "counts", "table": "lines", "field": "people"},
        {"people": "2", "lines": rows(("类", 1), ("类", 2))},
        {"people": "3", "lines": rows(("类", 1), ("类", 2))},
        "has 2 rows, but 人数 says 3",
    ),
    "balance": (
        BALANCE,
        {"opening": "5", "income": "30", "expense": "10", "closing": "25"},
        {"opening": "5", "income": "30", "expense": "10", "closing": "20"},
        "期初 + 收入 − 支出 gives 25元, but 期末 says 20元",
    ),
    "balance of each row": (
        {"word": "balance", "table": "lines", "plus": ["a", "b"], "field": "sum"},
        {"lines": [{"a": "1", "b": "2", "sum": "3"}, {"a": "0", "b": "0", "sum": "0"}]},
        {"lines": [{"a": "1", "b": "2", "sum": "3"}, {"a": "1", "b": "1", "sum": "3"}]},
        "Row 2: 甲 + 乙 gives 2",
    ),
    "not above": (
        {"word": "not-above", "field": "expense", "bound": "income"},
        {"expense": "30", "income": "30"},
        {"expense": "30.01", "income": "30"},
        "支出 is 30.01元, more than 收入 with 30元",
    ),
    "not before": (
        {"word": "not-before", "field": "ends", "bound": "starts"},
        {"starts": "2026-01-05", "ends": "2026-01-05"},
        {"starts": "2026-01-05", "ends": "2026-01-04"},
        "完工 (2026-01-04) lies before 开工 (2026-01-05)",
    ),
    "reaches": (
        {"word": "reaches", "table": "lines", "level": "level", "is": ["xiang"]},
        {"lines": rows(("类", 30), ("款", 30), ("项", 30))},
        {"lines": rows(("类", 30), ("款", 30))},
        "明细 stops too early; 级次",
    ),
    "one of": (
        {"word": "one-of", "fields": ["income", "expense"]},
        {"expense": "1"},
        {"year": "2026"},
        "at least one of: 收入、支出",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_agrees_passes(plan: Plan, name: str) -> None:
    check, agreeing, _wrong, _says = CASES[name]
    assert judged(plan, check, agreeing).errors == []


@pytest.mark.parametrize("name", CASES)
def test_what_does_not_agree_is_refused_with_the_figures(plan: Plan, name: str) -> None:
    check, _agreeing, wrong, says = CASES[name]
    (error,) = judged(plan, check, wrong).errors
    assert says in error.message


def test_every_word_of_agreement_has_a_case() -> None:
    from sunlit.plan.words import AGREEMENTS

    assert {case[0]["word"] for case in CASES.values()} == set(AGREEMENTS)


def test_a_wrong_cell_is_named_by_row_and_column(plan: Plan) -> None:
    (error,) = judged(plan, BRANCHES, {"lines": rows(("类", 30), ("款", 29))}).errors
    assert (error.field, error.path) == ("lines", (0, "amount"))


def test_a_loose_agreement_only_warns(plan: Plan) -> None:
    cleaned = judged(plan, {**BALANCE, "strict": "false"}, {"opening": "5", "income": "1", "closing": "5"})
    assert cleaned.errors == []
    assert len(cleaned.warnings) == 1


@pytest.mark.parametrize(("year", "refused"), [("2026", False), ("2027", True), ("", False)])
def test_an_agreement_may_be_strict_from_a_year_on(plan: Plan, year: str, refused: bool) -> None:
    check = {**BALANCE, "strict": {"field": "year", "from": "2027"}}
    cleaned = judged(plan, check, {"year": year, "opening": "5", "income": "1", "closing": "5"})
    assert bool(cleaned.errors) is refused
    assert bool(cleaned.warnings) is not refused


def test_what_is_not_filled_in_is_not_judged(plan: Plan) -> None:
    assert judged(plan, BALANCE, {"opening": "5"}).errors == []
    assert judged(plan, ADDS_UP, {"income": "5"}).errors == []


def test_a_value_that_could_not_be_read_is_not_judged_a_second_time(plan: Plan) -> None:
    (error,) = judged(plan, BALANCE, {"opening": "five", "income": "30", "closing": "20"}).errors
    assert error.field == "opening"


def test_figures_rounded_for_print_may_be_off_by_half_of_the_last_digit(plan: Plan) -> None:
    check = {"word": "adds-up", "table": "lines", "column": "rough", "field": "rough"}
    lines = rows(("类", "3.33"), ("类", "3.33"), ("类", "3.33"), column="rough")
    assert judged(plan, check, {"rough": "10", "lines": lines}).errors == []
    assert judged(plan, check, {"rough": "10.2", "lines": lines}).errors != []


Tree = st.recursive(st.integers(0, 10**6), lambda inner: st.lists(inner, min_size=1, max_size=4), max_leaves=12)


def flatten(tree: Any, depth: int, into: list[tuple[str, int]]) -> int:
    """Write a tree as rows with their sums, deeper levels under higher ones; returns the sum."""
    at = len(into)
    into.append(("类款项"[min(depth, 2)], 0))
    if isinstance(tree, int) or depth == 2:
        total = tree if isinstance(tree, int) else sum(leaves(tree))
    else:
        total = sum(flatten(branch, depth + 1, into) for branch in tree)
    into[at] = (into[at][0], total)
    return total


def leaves(tree: Any) -> list[int]:
    return [tree] if isinstance(tree, int) else [leaf for branch in tree for leaf in leaves(branch)]


@given(st.lists(Tree, min_size=1, max_size=4))
def test_any_tree_of_sums_adds_up(plan: Plan, trees: list[Any]) -> None:
    flat: list[tuple[str, int]] = []
    for tree in trees:
        flatten(tree, 0, flat)
    assert judged(plan, BRANCHES, {"lines": rows(*flat)}).errors == []


@given(st.lists(Tree, min_size=1, max_size=4), st.data())
def test_one_wrong_figure_in_any_tree_is_found(plan: Plan, trees: list[Any], data: st.DataObject) -> None:
    flat: list[tuple[str, int]] = []
    for tree in trees:
        flatten(tree, 0, flat)
    parents = [at for at, (level, _) in enumerate(flat[:-1]) if "类款项".index(flat[at + 1][0]) > "类款项".index(level)]
    if not parents:
        return
    wrong = data.draw(st.sampled_from(parents))
    flat[wrong] = (flat[wrong][0], flat[wrong][1] + 1)
    places = {error.path[0] for error in judged(plan, BRANCHES, {"lines": rows(*flat)}).errors}
    assert wrong in places
