"""Numbers that belong to a person or an account."""

from __future__ import annotations

from collections.abc import Iterator

from sunlit.guard.detectors.base import Lists, Match, Scene, TextDetector
from sunlit.text.numbers import may_hold_number, numbers_in

_RULES = {
    "id": "id-number",
    "old id": "old-id-number",
    "bank card": "bank-card",
    "mobile": "mobile",
    "landline": "landline",
}


def _awake(text: str, _lists: Lists) -> bool:
    return may_hold_number(text)


def _find(text: str, _scene: Scene) -> Iterator[Match]:
    for number in numbers_in(text):
        yield Match(_RULES[number.kind], number.start, number.end, value=number.value)


NUMBERS = TextDetector(tuple(_RULES.values()), _awake, _find, shapes=may_hold_number)
