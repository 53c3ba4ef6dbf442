"""Each word of a recipe makes what it says; a word without a case here fails the last test."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from sunlit.demo.values import Link, Making, Pantry, RecipeFault, make, make_all
from sunlit.demo.words import WORDS
from sunlit.demo.words.subjects import CYCLE
from sunlit.text.identifiers import is_id_number, is_uscc

UNIT = {"code": "u1", "name": "第一单位", "region": "510903", "org9": "779129325"}
SOURCE = {
    "title": "一个标题",
    "recipe": "{unit_name}的{title}",
    "lines": "1. 申请书\n2、身份证明\n\n",
    "goods": [{"name": "纸", "price": "2"}, {"name": "笔", "price": "3"}],
    "choices": ["甲", "乙"],
}
ROWS = [{"kind": "a", "sum": "1.5", "times": "2"}, {"kind": "b", "sum": "2", "times": "3"}, {"kind": "a"}]


def making(number: int = 1, values: Mapping[str, Any] | None = None) -> Making:
    pantry = Pantry(WORDS, lambda name, _chance: f"some {name}")
    return Making(pantry, random.Random(7), number, UNIT, date(2026, 3, 4), SOURCE, values=dict(values or {}))


# word -> (recipe, values made before, what it makes)
CERTAIN: list[tuple[str, Any, Mapping[str, Any], Any]] = [
    ("turn", {"turn": ["a", "b"]}, {}, "a"),
    ("days", {"days": {"days": ["-4", "-4"]}}, {}, "2026-02-28"),
    ("days", {"days": {"from": "start", "days": ["1", "1"]}}, {"start": "2024-02-28"}, "2024-02-29"),
    ("days", {"days": {"from": "{y}-05-01", "days": ["0", "0"], "working": "yes"}}, {"y": "2025"}, "2025-04-30"),
    ("sometimes", {"sometimes": {"percent": "100", "value": "yes"}}, {}, "yes"),
    ("sometimes", {"sometimes": {"percent": "0", "value": "yes"}}, {}, ""),
    ("unit", {"unit": "class:village"}, {}, "some class:village"),
    ("sum", {"sum": ["1.1", "{x}"]}, {"x": "2.2"}, "3.3"),
    ("sum", {"sum": "rows.sum"}, {"rows": ROWS}, "3.5"),
    ("sum", {"sum": {"of": "rows.sum", "where": {"kind": "a"}}}, {"rows": ROWS}, "1.5"),
    ("sum", {"sum": {"of": "rows.sum", "times": "times"}}, {"rows": ROWS}, "9.0"),
    ("count", {"count": "rows"}, {"rows": ROWS}, "3"),
    ("less", {"less": ["10", "2.5", "0.5"]}, {}, "7.0"),
    ("product", {"product": ["3", "0.335"]}, {}, "1.01"),
    ("product", {"product": {"of": ["12345", "1"], "places": "-2"}}, {}, "12300"),
    ("percent", {"percent": ["-1", "8"]}, {}, "-12.5"),
    ("percent", {"percent": ["1", "0"]}, {}, ""),
    ("source", {"source": "title"}, {}, "一个标题"),
    ("source", {"source": "missing"}, {}, ""),
    ("fill", {"fill": "recipe"}, {"title": "办法"}, "第一单位的办法"),
    ("paragraphs", {"paragraphs": "lines"}, {}, "<p>1. 申请书</p><p>2、身份证明</p>"),
    ("paragraphs", {"paragraphs": ["a < b", "{x}"]}, {"x": "c"}, "<p>a &lt; b</p><p>c</p>"),
    ("find", {"find": {"in": "2026年3月", "pattern": r"^(\d+)年"}}, {}, "2026"),
    ("find", {"find": {"in": "x", "pattern": "y"}}, {}, ""),
    (
        "mentions",
        {"mentions": {"in": "自然人、企业法人", "words": {"自然人": "person", "法人": "organ"}}},
        {},
        ["person", "organ"],
    ),
    ("case", {"case": {"of": "{x}", "is": {"1": "one"}, "else": "more"}}, {"x": "1"}, "one"),
    ("case", {"case": {"of": "{x}", "is": {"1": "one"}, "else": "more"}}, {"x": "2"}, "more"),
    ("or", {"or": ["", {"source": "missing"}, "third"]}, {}, "third"),
    ("record", {"record": "第{n}号"}, {}, Link("第1号")),
    ("organ", {"organ": ["{unit_region}", "{unit_org9}"]}, {}, "11510903779129325N"),
    ("mapping", {"mapping": {"name": "办公室", "post": "{x}"}}, {"x": "联系人"}, {"name": "办公室", "post": "联系人"}),
    ("join", {"join": ["rows", "more"]}, {"rows": ROWS[:1], "more": ROWS[1:2]}, ROWS[:2]),
    (
        "table",
        {"table": {"rows": [{"a": "1"}, {"a": "2", "b": "x"}], "columns": {"b": "{a}-{n}"}}},
        {},
        [{"a": "1", "b": "1-1"}, {"a": "2", "b": "x"}],
    ),
    (
        "table",
        {"table": {"lines": "lines", "columns": {"name": "{line}"}}},
        {},
        [{"name": "申请书"}, {"name": "身份证明"}],
    ),
    (
        "table",
        {"table": {"each": "goods", "columns": {"what": "{_name}", "cost": {"product": ["{_price}", "2"]}}}},
        {},
        [{"what": "纸", "cost": "4.00"}, {"what": "笔", "cost": "6.00"}],
    ),
    (
        "table",
        {"table": {"count": ["2", "2"], "columns": {"_help": "{n}", "a": "{_help}"}}},
        {},
        [{"a": "1"}, {"a": "2"}],
    ),
    (
        "tree",
        {
            "tree": {
                "add": ["sum"],
                "level": "level",
                "levels": ["class", "item"],
                "columns": {"sum": {"product": {"of": ["{_share}", "10"], "places": "0"}}},
                "rows": [{"code": "1", "under": [{"code": "11", "_share": "0.4"}, {"code": "12", "_share": "0.6"}]}],
            }
        },
        {},
        [
            {"level": "class", "code": "1", "sum": "10"},
            {"level": "item", "code": "11", "sum": "4"},
            {"level": "item", "code": "12", "sum": "6"},
        ],
    ),
]


@pytest.mark.parametrize(("recipe", "before", "made"), [case[1:] for case in CERTAIN], ids=[str(c[1]) for c in CERTAIN])
def test_a_word_makes_its_value(recipe: Any, before: Mapping[str, Any], made: Any) -> None:
    assert make(recipe, making(values=before)) == made


def test_turn_goes_round() -> None:
    assert [make({"turn": ["a", "b"]}, making(number)) for number in (1, 2, 3)] == ["a", "b", "a"]


def test_pick_draws_one_of_a_list_or_of_a_source() -> None:
    one = making()
    assert {make({"pick": ["a", "b", "{n}"]}, one) for _ in range(50)} == {"a", "b", "1"}
    assert {make({"pick": {"source": "choices"}}, one) for _ in range(50)} == {"甲", "乙"}


def test_several_draws_each_at_most_once() -> None:
    one = making()
    for _ in range(20):
        drawn = make({"several": {"of": ["a", "b", "c"], "count": ["1", "2"]}}, one)
        assert 1 <= len(drawn) == len(set(drawn)) <= 2


def test_number_keeps_to_its_bounds_and_steps() -> None:
    one = making()
    drawn = {make({"number": ["1", "2", "0.5"]}, one) for _ in range(50)}
    assert drawn == {"1.0", "1.5", "2.0"}


def test_serial_counts_each_series_by_itself() -> None:
    one = making()
    assert [make({"serial": name}, one) for name in ("a", "a", "b", "a")] == ["1", "2", "1", "3"]


def test_cyclic_counts_names_off() -> None:
    one = making()
    assert make({"cyclic": ["遂宁市", "商贸公司"]}, one)[3:5] in CYCLE
    assert (len(set(CYCLE)), CYCLE[0], CYCLE[-1]) == (60, "甲子", "癸亥")


def test_uscc_is_of_the_right_form_and_tells_traders_from_enterprises() -> None:
    one = making()
    enterprise, trader = make({"uscc": "{unit_region}"}, one), make({"uscc": {"trader": "510981001"}}, one)
    assert is_uscc(enterprise)
    assert is_uscc(trader)
    assert (enterprise[:8], trader[:8]) == ("91510903", "92510981")


def test_id_number_is_of_the_right_form_and_of_the_nineteenth_century() -> None:
    number = make({"id_number": "510900"}, making())
    assert is_id_number(number)
    assert number[6:8] == "18"


def test_point_lies_within_its_bounds() -> None:
    longitude, latitude = make({"point": {"lng": ["105", "106", "0.1"], "lat": ["30", "31", "0.1"]}}, making()).split(
        ","
    )
    assert 105 <= float(longitude) <= 106
    assert 30 <= float(latitude) <= 31


def test_a_list_makes_each_of_its_values_and_leaves_empty_ones_out() -> None:
    assert make(["a", {"source": "missing"}, "{n}"], making()) == ["a", "1"]


def test_a_name_with_an_underscore_helps_and_is_not_kept() -> None:
    assert make_all({"_x": "1", "y": "{_x}2", "z": ""}, making()) == {"y": "12"}


@pytest.mark.parametrize(
    ("recipe", "said"),
    [
        ("{nobody}", "nobody"),
        ({"wish": "1"}, "wish"),
        ({"pick": ["a"], "turn": ["a"]}, "neither"),
        ({"case": {"of": "3", "is": {"1": "one"}}}, "no case"),
        ({"sum": ["one"]}, "no figure"),
    ],
)
def test_what_cannot_be_made_is_named(recipe: Any, said: str) -> None:
    with pytest.raises(RecipeFault, match=said):
        make(recipe, making())


def test_every_word_has_a_case() -> None:
    drawn = {"pick", "several", "number", "serial", "cyclic", "uscc", "id_number", "point"}
    assert {case[0] for case in CERTAIN} | drawn == set(WORDS)
