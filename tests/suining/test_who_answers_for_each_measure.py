"""Lead and responsible lists reach exactly as far as each clause says."""

from __future__ import annotations

import re
from datetime import date

import pytest

from sunlit.plan.language import Plan

WHEN_IT_WAS_WRITTEN = date(2015, 1, 1)
"""The plan bears no date; on this day every bureau that it names still existed."""
WITHOUT_PARKS = (17, 18, 30, 40)
DEPARTMENTS_CONCERNED = (15, 16, 19, 20, 21, 22, 25, 27, 28, 29, 32, 34)
CITY_DEPARTMENTS = {"city-department", "party-organ"}

SCOPES = {
    "各县（区）政府": {"county"},
    "园区管委会": {"park"},
    "市直各部门": CITY_DEPARTMENTS,
    "市属国有企业": {"state-owned-enterprise"},
}
"""What a phrase of the plan takes in: every open unit of these classes, and nobody else."""


def phrases(text: str | None) -> list[str]:
    return re.split("[、，]", text or "")


def names_of(plan: Plan, selectors: tuple[str, ...]) -> list[str]:
    """Return the labels of selectors without the remark in brackets at their end."""
    return [re.sub("(?<=.)（[^）]*）$", "", plan.selectors[code].label.zh) for code in selectors]


def named(plan: Plan, code: str) -> set[str]:
    unit = plan.units[code]
    return {unit.name, unit.short or "", *unit.aliases}


def open_units(plan: Plan, classes: set[str]) -> set[str]:
    return {code for code, unit in plan.units.items() if unit.cls in classes and unit.closed is None}


@pytest.mark.parametrize("number", range(1, 45))
def test_each_list_selects_whom_the_clause_names_one_by_one(plan: Plan, number: int) -> None:
    measure = plan.measures[number]
    assert names_of(plan, measure.lead) == phrases(measure.lead_text)
    assert names_of(plan, measure.responsible) == phrases(measure.responsible_text)


@pytest.mark.parametrize("number", range(1, 45))
def test_each_lead_is_one_city_unit_of_that_name_then_and_its_successor_today(plan: Plan, number: int) -> None:
    measure = plan.measures[number]
    for name, selector in zip(phrases(measure.lead_text), measure.lead, strict=True):
        then = plan.select(selector, WHEN_IT_WAS_WRITTEN)
        assert len(then) == 1 and name in named(plan, then[0]), (name, then)
        today = plan.select(selector)
        assert today, f"nobody leads measure {number} today"
        assert all(plan.units[code].closed is None for code in today)
        assert all(plan.classes[plan.units[code].cls].level in {"city", "none"} for code in today)


@pytest.mark.parametrize("phrase", SCOPES)
def test_a_phrase_takes_in_exactly_its_classes(plan: Plan, phrase: str) -> None:
    for measure in plan.measures.values():
        for name, selector in zip(phrases(measure.responsible_text), measure.responsible, strict=True):
            if name == phrase:
                assert set(plan.select(selector)) == open_units(plan, SCOPES[phrase])


def test_whoever_the_clause_does_not_name_is_not_selected(plan: Plan) -> None:
    for number, measure in plan.measures.items():
        selected = {plan.units[code].cls for code in plan.responsible(number)}
        text = measure.responsible_text or ""
        assert ("county" in selected) == ("各县（区）政府" in text), number
        assert ("park" in selected) == ("园区管委会" in text), number
        assert ("state-owned-enterprise" in selected) == bool(re.search("国有企业|市属各企事业", text)), number
        assert selected & CITY_DEPARTMENTS or "市直各部门" not in text
        assert not selected & {"county-department", "sub-bureau", "township", "subdistrict", "village", "community"}


@pytest.mark.parametrize("number", WITHOUT_PARKS)
def test_parks_do_not_answer_where_the_clause_leaves_them_out(plan: Plan, number: int) -> None:
    assert "园区" not in (plan.measures[number].responsible_text or "")
    assert {plan.units[code].cls for code in plan.responsible(number)}.isdisjoint({"park"})


def test_parks_answer_for_all_other_clauses(plan: Plan) -> None:
    parks = open_units(plan, {"park"})
    assert len(parks) == 3
    for number in set(plan.measures) - set(WITHOUT_PARKS):
        assert parks <= set(plan.responsible(number)), number


@pytest.mark.parametrize("number", DEPARTMENTS_CONCERNED)
def test_departments_concerned_are_a_list_of_names(plan: Plan, number: int) -> None:
    assert "市直有关部门" in (plan.measures[number].responsible_text or "")
    own = [plan.selectors[code] for code in plan.measures[number].responsible if code == f"departments-{number}"]
    assert len(own) == 1
    listed = set(own[0].units)
    assert listed and not (own[0].classes or own[0].functions or own[0].any or own[0].within)
    every_department = open_units(plan, CITY_DEPARTMENTS)
    assert set(plan.responsible(number)) & every_department == listed
    assert listed < every_department


def test_townships_and_villages_are_all_there(plan: Plan) -> None:
    assert len(open_units(plan, {"county"})) == 5
    assert len(open_units(plan, {"township", "subdistrict"})) == 95
    assert len(open_units(plan, {"village", "community"})) == 1_445


def test_every_function_of_a_closed_bureau_has_somebody_to_do_it(plan: Plan) -> None:
    closed = {code for code, unit in plan.units.items() if unit.closed is not None}
    assert len(closed) >= 15
    for code in closed:
        received = {step.function for step in plan.succession if step.target_unit == code}
        for function in {*plan.units[code].functions, *received}:
            steps = [step for step in plan.succession if (step.function, step.source_unit) == (function, code)]
            assert len(steps) == 1, (code, function)
            assert steps[0].on == plan.units[code].closed


def test_every_bureau_that_the_plan_names_exists_or_has_a_successor(plan: Plan) -> None:
    known = {name for code in plan.units for name in named(plan, code)}
    for measure in plan.measures.values():
        assert set(phrases(measure.lead_text)) <= known, measure.number
    gone = "市国土局 市教育局 市科知局 市卫计委 市环保局 市安监局 市食药监局"
    gone_too = "市法制办 市外网办 市政务中心 市目督室 市监察局 市热线办"
    for name in f"{gone} {gone_too}".split():
        (former,) = [code for code in plan.units if name in named(plan, code)]
        assert plan.units[former].closed is not None
        assert {step.source_unit for step in plan.succession} >= {former}


def test_a_department_never_stops_before_its_successor_starts(plan: Plan) -> None:
    for step in plan.succession:
        successor = plan.units[step.target_unit]
        assert successor.opened is None or successor.opened <= step.on, step
        assert successor.closed is None or step.on <= successor.closed, step
