"""Whoever checks a table of the demo city with a pocket calculator finds it right."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from sunlit.demo.recipes import Dish

Payload = dict[str, Any]
FIGURES = ("natural", "commercial", "research", "welfare", "legal", "other", "total")


@pytest.fixture(scope="session")
def of_kind(payloads: list[tuple[Dish, Payload]]) -> dict[str, list[Payload]]:
    found: dict[str, list[Payload]] = {}
    for dish, payload in payloads:
        found.setdefault(dish.kind, []).append(payload)
    return found


def total(rows: list[Payload], column: str) -> int:
    return sum(row.get(column, 0) for row in rows)


def test_income_and_expenditure_of_a_government_are_the_sums_of_their_classes(
    of_kind: dict[str, list[Payload]],
) -> None:
    for budget in of_kind["gov-budget"]:
        classes = [row for row in budget["lines"] if row["level"] == "class"]
        assert total([row for row in classes if row["side"] == "income"], "amount") == budget["total_income"]
        assert total([row for row in classes if row["side"] == "expenditure"], "amount") == budget["total_expenditure"]


def test_a_general_budget_is_balanced_and_goes_down_to_items(of_kind: dict[str, list[Payload]]) -> None:
    general = [budget for budget in of_kind["gov-budget"] if budget["book"] == "general"]
    assert len(general) == 18
    for budget in general:
        assert budget["total_income"] == budget["total_expenditure"]
        assert any(row["level"] == "item" for row in budget["lines"])


def branches(lines: list[Payload], code: str, width: int) -> list[Payload]:
    return [row for row in lines if len(row["code"]) == width and row["code"].startswith(code)]


def test_every_class_is_the_sum_of_its_sections_and_every_section_of_its_items(
    of_kind: dict[str, list[Payload]],
) -> None:
    for budget in of_kind["gov-budget"]:
        for row in budget["lines"]:
            below = branches(budget["lines"], row["code"], len(row["code"]) + 2)
            if below:
                assert total(below, "amount") == row["amount"], row


def test_a_department_spends_what_it_has(of_kind: dict[str, list[Payload]]) -> None:
    for budget in of_kind["dept-budget"]:
        assert total(budget["lines"], "basic") == budget["basic"]
        assert total(budget["lines"], "project") == budget["project"]
        assert budget["basic"] + budget["project"] == budget["total_income"]


def test_the_three_public_expenses_add_up_and_change_as_said(of_kind: dict[str, list[Payload]]) -> None:
    for budget in of_kind["three-public-budget"]:
        parts = budget["abroad"] + budget["reception"] + budget["car_purchase"] + budget["car_running"]
        assert parts == budget["total"]
        change = Decimal(budget["total"] - budget["last_total"]) * 100 / budget["last_total"]
        assert abs(change - Decimal(budget["change"])) <= Decimal("0.05")


def test_a_village_has_left_what_it_had_and_took_in_less_what_it_spent(of_kind: dict[str, list[Payload]]) -> None:
    for accounts in of_kind["village-finance"]:
        assert total(accounts["lines"], "income") == accounts["income"]
        assert total(accounts["lines"], "expense") == accounts["expense"]
        assert accounts["opening"] + accounts["income"] - accounts["expense"] == accounts["closing"]


def columns(report: Payload) -> Iterator[dict[str, int]]:
    for column in FIGURES:
        yield {row["row"]: int(row[column]) for row in report["requests"]}


def test_the_request_statistics_balance_in_every_column(of_kind: dict[str, list[Payload]]) -> None:
    """New plus carried in equals the results plus carried out (国办公开办函〔2021〕30号)."""
    for report in of_kind["foi-annual-report"]:
        for rows in columns(report):
            assert rows["new"] + rows["carried-in"] == rows["total"] + rows["carried-out"]
            results = sum(
                count for row, count in rows.items() if row not in ("new", "carried-in", "total", "carried-out")
            )
            assert results == rows["total"]
        for row in report["requests"]:
            assert sum(int(row[column]) for column in FIGURES[:-1]) == int(row["total"])
        assert int(report["received"]) == int(report["requests"][0]["total"])


def test_reviews_add_up(of_kind: dict[str, list[Payload]]) -> None:
    for report in of_kind["foi-annual-report"]:
        for row in report["reviews"]:
            parts = ("upheld", "corrected", "otherwise", "pending")
            assert sum(int(row[part]) for part in parts) == int(row["total"])


def test_an_award_is_the_sum_of_its_goods_and_within_its_budget(of_kind: dict[str, list[Payload]]) -> None:
    for award in of_kind["procurement-award"]:
        goods = sum(row["price"] * int(row["quantity"]) for row in award["goods"])
        assert goods == award["amount"]
        assert award["amount"] <= award["budget"]


def test_households_and_their_compensation_add_up(of_kind: dict[str, list[Payload]]) -> None:
    for record in of_kind["household-compensation"]:
        assert int(record["households"]) == len(record["lines"])
        for row in record["lines"]:
            assert row["house"] + row["moving"] + row["reward"] == row["total"]


def test_recipients_of_an_allowance_are_counted_rightly(of_kind: dict[str, list[Payload]]) -> None:
    for record in of_kind["allowance-recipients"]:
        assert int(record["households"]) == len(record["lines"])
        assert int(record["people"]) == sum(int(row["people"]) for row in record["lines"])


def test_the_level_of_the_air_is_that_of_its_index(of_kind: dict[str, list[Payload]]) -> None:
    """HJ 633: up to 50 excellent, up to 100 good, up to 150 lightly polluted."""
    for day in of_kind["air-daily"]:
        index = int(day["aqi"])
        assert day["level"] == ("1" if index <= 50 else "2" if index <= 100 else "3"), day
        assert (day["pollutant"] == ["none"]) == (index <= 50)
        assert int(day["pm10"]) >= int(day["pm25"])


def test_a_land_price_is_not_below_its_starting_price_and_lies_in_the_city(of_kind: dict[str, list[Payload]]) -> None:
    for deal in of_kind["land-deal"]:
        assert deal["price"] >= deal.get("start_price", 0)
        assert 105.2 <= float(deal["centre"]["lng"]) <= 105.9
        assert 30.2 <= float(deal["centre"]["lat"]) <= 31.1


def test_a_penalty_says_what_it_takes(of_kind: dict[str, list[Payload]]) -> None:
    for penalty in of_kind["penalty-decision"]:
        assert f"罚款{penalty['fine'] // 100}元" in penalty["content"]
        assert penalty["law"].startswith("违反《")
        assert penalty["party"] in penalty["facts"]
        assert penalty["decided_on"] < penalty["valid_to"] < penalty["shown_until"]
