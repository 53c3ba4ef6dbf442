"""The demo city shows nobody: no identity number, telephone of a person or bank card, and no name but made-up ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sunlit.demo.recipes import Dish
from sunlit.plan.language import Plan
from sunlit.records import rendition
from sunlit.text.identifiers import is_id_number, is_mobile, is_uscc, passes_luhn

TOKEN = re.compile("[0-9A-Za-z]+")
MADE_UP = re.compile("示例[甲乙丙丁戊己庚辛壬癸]")


def texts(value: Any) -> Iterator[str]:
    """Yield every text in a payload, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)


def several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def tokens(payload: dict[str, Any]) -> Iterator[str]:
    for text in texts(payload):
        yield from TOKEN.findall(text)


def test_no_public_value_holds_an_identity_number_a_mobile_number_or_a_bank_card(
    plan: Plan, payloads: list[tuple[Dish, dict[str, Any]]]
) -> None:
    for dish, payload in payloads:
        for token in tokens(rendition.public(plan.kinds[dish.kind], payload)):
            assert not is_id_number(token), (dish.kind, token)
            assert not is_mobile(token), (dish.kind, token)
            card = 16 <= len(token) <= 19 and passes_luhn(token) and not is_uscc(token)
            assert not card, (dish.kind, token)


def test_sealed_identity_numbers_are_those_of_people_nobody_can_be(
    payloads: list[tuple[Dish, dict[str, Any]]],
) -> None:
    numbers = {token for _dish, payload in payloads for token in tokens(payload) if is_id_number(token)}
    assert numbers
    assert [number for number in numbers if not number[6:].startswith("18")] == []


def test_every_person_is_made_up(plan: Plan, payloads: list[tuple[Dish, dict[str, Any]]]) -> None:
    for dish, payload in payloads:
        for field in plan.kinds[dish.kind].fields:
            if field.type == "person":
                assert all(MADE_UP.fullmatch(one) for one in several(payload.get(field.name, []))), dish.kind
            for column in field.columns:
                if column.type == "person":
                    named = [row[column.name] for row in payload.get(field.name, []) if column.name in row]
                    assert all(MADE_UP.fullmatch(one) for one in named), dish.kind


def test_every_officer_is_an_office(plan: Plan, payloads: list[tuple[Dish, dict[str, Any]]]) -> None:
    """Nobody's telephone rings: the numbers begin with what no exchange gives out."""
    for dish, payload in payloads:
        for field in plan.kinds[dish.kind].fields:
            if field.type == "officer":
                assert {one["phone"] for one in several(payload.get(field.name, []))} <= {"0825-0000000"}, dish.kind


def test_every_credit_code_has_the_right_form(plan: Plan, payloads: list[tuple[Dish, dict[str, Any]]]) -> None:
    for dish, payload in payloads:
        for field in plan.kinds[dish.kind].fields:
            if field.type == "uscc" and field.name in payload:
                assert is_uscc(payload[field.name]), (dish.kind, payload[field.name])
