from __future__ import annotations

from datetime import date

import pytest

from sunlit.plan.language import Plan
from sunlit.plan.language.document import Document


def test_everything_is_found_by_its_code_in_the_order_of_the_files(plan: Plan) -> None:
    assert list(plan.measures) == [1, 2, 3]
    assert list(plan.parts) == [1, 2]
    assert list(plan.units)[:3] == ["lt", "lt-office", "lt-finance"]
    assert plan.units["lt-finance"].cls == "department"
    assert plan.units["lt-finance"].address == "东街1号,东区"
    assert list(plan.kinds) == ["villager", "everything", "budget", "penalty"]
    assert plan.kinds["penalty"].field("fine").label.zh == "罚款金额"  # type: ignore[union-attr]
    assert plan.kinds["penalty"].field("nothing") is None
    assert plan.vocabularies["penalty-kind"].label_of("fine").en == "Fine"  # type: ignore[union-attr]
    assert plan.head.identity.site_code == "0000000000"
    assert plan.head.index_number == "{org9}/{YYYY}-{seq:05d}"
    assert [question.to for question in plan.navigation.questions] == ["budget", "2"]


def test_a_label_falls_back_to_chinese(plan: Plan) -> None:
    field = plan.kinds["budget"].field("year")
    assert field is not None
    assert (field.label.zh, field.label.en) == ("年度", "年度")


def test_a_measure_knows_its_kinds(plan: Plan) -> None:
    assert [kind.code for kind in plan.kinds_of_measure(3)] == ["villager", "everything"]
    assert plan.kinds_of_measure(99) == ()
    assert plan.kinds["budget"].for_measure(1)


SELECTED = {
    "units by name": ("office", ("lt-office",)),
    "holders of a function, less a subtree": ("finance", ("lt-finance",)),
    "the successor in a function": ("land", ("lt-nature",)),
    "units of a class": ("counties", ("a-county", "b-county")),
    "a whole subtree": ("county-a", ("a-county", "a-finance", "a-v1")),
    "open units of a class, less a subtree": ("departments", ("lt-office", "lt-finance", "lt-nature")),
    "other selectors together": ("all", ("lt-office", "lt-finance", "lt-nature", "a-county", "b-county")),
}


@pytest.mark.parametrize("name", SELECTED)
def test_selectors_name_exactly_their_units(plan: Plan, name: str) -> None:
    code, units = SELECTED[name]
    assert plan.select(code) == units


def test_on_an_earlier_day_the_predecessor_holds_the_function(plan: Plan) -> None:
    assert plan.select("land", date(2019, 1, 14)) == ("lt-land",)
    assert plan.select("land", date(2019, 1, 15)) == ("lt-nature",)
    for year in range(2000, 2030):
        plan.select("land", date(year, 6, 1))


def test_an_unknown_selector_is_an_error(plan: Plan) -> None:
    with pytest.raises(KeyError):
        plan.select("nobody")


def test_a_measure_knows_who_leads_and_who_is_responsible(plan: Plan) -> None:
    assert plan.leads(1) == ("lt-finance",)
    assert plan.responsible(1) == ("lt-office", "lt-finance", "lt-nature", "a-county", "b-county")


def test_a_limit_has_a_version_for_each_day(plan: Plan) -> None:
    assert plan.limits["DG-7"].amount == 5
    assert [(limit.amount if (limit := plan.limit("DG-7", day)) else None) for day in (
        date(2018, 12, 31), date(2019, 1, 1), date(2024, 12, 31), date(2025, 1, 1)
    )] == [None, 7, 7, 5]  # fmt: skip


def test_the_stored_document_gives_the_same_plan_back(plan: Plan) -> None:
    again = Plan.from_json(plan.canonical)
    assert again.document == plan.document
    assert again.document.canonical() == plan.canonical
    assert again == plan
    assert again.hash == plan.hash


def test_the_hash_changes_with_the_plan_and_not_with_its_examples(plan: Plan) -> None:
    other = Plan(plan.document.model_copy(update={"preamble": "别的"}))
    assert other.hash != plan.hash
    assert "小财罚" not in plan.canonical


def test_a_register_of_two_thousand_units_is_read_back_whole(plan: Plan) -> None:
    village = plan.units["a-v1"]
    many = tuple(village.model_copy(update={"code": f"v{n}", "region": f"{n:012}"}) for n in range(2_000))
    large = Plan(Document(**{**dict(plan.document), "units": (*plan.document.units, *many)}))
    again = Plan.from_json(large.canonical)
    assert again.units == large.units
    assert len(again.units) == 2_010


def test_a_plan_cannot_be_changed(plan: Plan) -> None:
    with pytest.raises(ValueError, match="frozen"):
        plan.kinds["budget"].code = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        plan.kinds["other"] = plan.kinds["budget"]  # type: ignore[index]


def test_listed_fields_and_audiences_are_in_the_order_of_the_plan(plan: Plan) -> None:
    assert [field.name for field in plan.kinds["budget"].listed] == ["year", "total"]
    assert [field.name for field in plan.kinds["penalty"].listed] == ["number"]
    assert [field.name for field in plan.kinds["penalty"].slotted] == ["number", "kinds", "code", "decided_on"]
    assert plan.kinds["villager"].settings.allowed_audiences == ("group", "sealed")
    assert plan.kinds["penalty"].settings.all_limits == ("PENALTY-PLAN", "DG-7")
