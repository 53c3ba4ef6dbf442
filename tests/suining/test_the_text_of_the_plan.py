"""The clauses are those of the city's plan, in the words of the mainland."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from opencc import OpenCC

from sunlit.plan.checks import Checked
from sunlit.plan.language import Plan
from sunlit.text.folding import to_simplified

SOURCE = Path(__file__).resolve().parents[3] / "shared" / "spec" / "plan-source.txt"
"""The print the text was taken from, where it lies beside the project."""

TAIWAN_WORDS = re.compile(
    "程式|软体|硬体|协定|套用|智慧型|品质(?!量)|报导|最佳化|入口网站|民众|视窗|资讯|网路|搜寻|计画|萤幕|伺服器|列印|透过|讯息|数位|"
    "(?:采购|规范性|批复)档案|档案发布|遂宁线上|设定政策|行动电话|简讯|影片|登入|使用者"
)

TURNED_BACK = {
    "檔案": "文件",
    "程式": "程序",
    "協定": "協議",
    "套用": "應用",
    "品質": "質量",
    "最佳化": "優化",
    "入口網站": "門戶網站",
    "線上": "在線",
    "設定": "設置",
    "報導": "報道",
    "智慧型搜尋": "智能搜索",
    "視窗": "窗口",
    "軟體": "軟件",
    "民眾": "群眾",
    "著力": "着力",
    " ": "",
}
"""What the printer for Taiwan readers had changed, and what the city wrote."""


def clauses(plan: Plan) -> str:
    said = [plan.preamble, *(part.title.zh for part in plan.parts.values())]
    for measure in plan.measures.values():
        said += [measure.title.zh, measure.text, measure.lead_text or "", measure.responsible_text or ""]
    return "\n".join(said)


def test_the_plan_is_sound(checked: Checked) -> None:
    assert [str(fault) for fault in checked.faults] == []


def test_there_are_a_preamble_ten_parts_and_forty_four_clauses(plan: Plan) -> None:
    assert plan.preamble.startswith("根据省政府《关于深化政务公开工作的意见》（川府发〔2014〕64号）精神")
    assert list(plan.parts) == list(range(1, 11))
    assert list(plan.measures) == list(range(1, 45))
    sizes = [sum(measure.part == part for measure in plan.measures.values()) for part in plan.parts]
    assert sizes == [16, 2, 4, 2, 1, 1, 3, 8, 3, 4]


def test_no_word_of_the_taiwan_print_is_left(plan: Plan) -> None:
    text = clauses(plan)
    assert TAIWAN_WORDS.findall(text) == []
    assert "人民群众" in text


def test_every_sentence_is_simplified_and_punctuated_as_on_the_mainland(plan: Plan, directory: Path) -> None:
    text = clauses(plan)
    assert to_simplified(text) == text
    assert re.findall(r"[(),;:? ]", text) == []
    for file in [*directory.glob("*.yaml"), *directory.glob("kinds/*.yaml"), *directory.glob("examples/*.yaml")]:
        read = "\n".join(line for line in file.read_text().splitlines() if not line.lstrip().startswith("#"))
        assert to_simplified(read) == read, file.name
        assert TAIWAN_WORDS.findall(read) == [], file.name


def test_the_clauses_are_word_for_word_those_of_the_print(plan: Plan) -> None:
    if not SOURCE.exists():
        pytest.skip(f"the print of the plan does not lie at {SOURCE}")
    print_ = SOURCE.read_text()
    for printed, written in TURNED_BACK.items():
        print_ = print_.replace(printed, written)
    text = OpenCC("t2s").convert(print_).translate(str.maketrans("(),;:", "（），；："))
    lines = [line.strip() for line in text.splitlines()]
    assert plan.preamble in lines
    for part in plan.parts.values():
        assert any(line.endswith(f"、{part.title.zh}") for line in lines), part.number
    printed_clauses = [line for line in lines if re.match("（[一二三四五六七八九十]+）", line)]
    leads = [line.removeprefix("牵头单位：") for line in lines if line.startswith("牵头单位")]
    answering = [line.removeprefix("责任单位：").rstrip("。") for line in lines if line.startswith("责任单位")]
    assert len(printed_clauses) == len(leads) == len(answering) == 44
    for measure, clause, lead, responsible in zip(
        plan.measures.values(), printed_clauses, leads, answering, strict=True
    ):
        assert f"{measure.title.zh}。{measure.text}" == clause.split("）", 1)[1]
        assert (measure.lead_text, measure.responsible_text) == (lead, responsible)
