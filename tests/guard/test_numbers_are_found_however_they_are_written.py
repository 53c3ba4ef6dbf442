"""Any valid number in any surroundings is found; codes of organisations and documents never are."""

from __future__ import annotations

import random
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from sunlit.guard.findings import Passage, Place
from sunlit.guard.judging import judge
from sunlit.guard.rules import Rules
from sunlit.text.identifiers import (
    id_check_character,
    luhn_check_digit,
    organisation_check_character,
    uscc_check_character,
)
from sunlit.text.numbers import may_hold_number, numbers_in
from tests.guard.conftest import TODAY

PROVINCES = [f"{code}" for code in (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55))]
FULL_WIDTH = str.maketrans("0123456789Xx", "０１２３４５６７８９Ｘｘ")
BETWEEN = ("", "\u200b", " ", "-", "　", "\u00a0", "—", "\u200c", "\n", "  ", " - ")
# Any text beside a number that does not make it a piece of a longer row of digits.
AROUND = st.text(st.characters(exclude_categories=("Nd", "Cs")), max_size=20)
ISSUERS = ("62", "622202", "6228", "4", "51", "55", "2221", "2720", "3528", "3589", "6011", "955880", "36", "34")
LENGTHS = {"4": (16, 19), "51": (16,), "55": (16,), "2221": (16,), "2720": (16,)}


@st.composite
def identity_numbers(draw: st.DrawFn) -> str:
    born = draw(st.dates(min_value=date(1900, 1, 1), max_value=TODAY))
    place, order = draw(st.integers(0, 9999)), draw(st.integers(0, 999))
    first = f"{draw(st.sampled_from(PROVINCES))}{place:04d}{born:%Y%m%d}{order:03d}"
    return first + id_check_character(first)


@st.composite
def cards(draw: st.DrawFn) -> str:
    issuer = draw(st.sampled_from(ISSUERS))
    length = draw(st.sampled_from(LENGTHS.get(issuer, (16, 17, 18, 19))))
    rest = draw(st.text("0123456789", min_size=length - len(issuer) - 1, max_size=length - len(issuer) - 1))
    return issuer + rest + luhn_check_digit(issuer + rest)


@st.composite
def written(draw: st.DrawFn, numbers: st.SearchStrategy[str]) -> str:
    """Write a number in one of many ways: width, case, groups with one separator."""
    number = draw(numbers)
    if draw(st.booleans()):
        number = number.lower()
    if draw(st.booleans()):
        number = number.translate(FULL_WIDTH)
    between = draw(st.sampled_from(BETWEEN))
    cuts = sorted(draw(st.sets(st.integers(1, 17), max_size=17)))
    return between.join(number[a:b] for a, b in zip([0, *cuts], [*cuts, len(number)], strict=True))


@given(before=AROUND, number=written(identity_numbers()), after=AROUND)
@settings(max_examples=600, deadline=None)
def test_every_identity_number_is_found_and_blocks(county_rules: Rules, before: str, number: str, after: str) -> None:
    # A cross right behind a digit would be read as its check character, by people as well.
    text = f"{before}：{number}；{after}"
    found = list(judge([Passage(Place(field="body"), text)], county_rules, today=TODAY))
    mine = [one for one in found if one.rule == "id-number" and one.start <= len(before) + 1 < one.end]
    assert mine and mine[0].severity == "block"
    assert number not in mine[0].excerpt


@given(before=AROUND, number=cards(), wide=st.booleans(), group=st.sampled_from(["", " ", "-", "\u200b"]), after=AROUND)
@settings(max_examples=400, deadline=None)
def test_every_bank_card_is_found_and_blocks(
    county_rules: Rules, before: str, number: str, wide: bool, group: str, after: str
) -> None:
    shown = group.join(number[place : place + 4] for place in range(0, len(number), 4))
    text = f"{before}卡号：{shown.translate(FULL_WIDTH) if wide else shown}；{after}"
    found = [one.rule for one in judge([Passage(Place(field="body"), text)], county_rules, today=TODAY)]
    assert "bank-card" in found or "id-number" in found


@given(text=st.text(st.sampled_from("0123456789xX -—　０９\u200b（）.号男A川"), max_size=60))
@settings(max_examples=600, deadline=None)
def test_nothing_is_found_where_the_quick_look_sees_nothing(text: str) -> None:
    assert may_hold_number(text) or not list(numbers_in(text))


def codes(count: int) -> dict[str, list[str]]:
    chance = random.Random(11643)
    digits = "0123456789"
    places = ["510903", "510904", "510921", "510923", "510981", "110105", "440304", "320106"]
    made: dict[str, list[str]] = {"credit": [], "organisation": [], "index": [], "document": []}
    for _ in range(count):
        body = "".join(chance.choice(digits) for _ in range(8))
        organisation = body + organisation_check_character(body)
        letters = chance.choice(("11", "12", "51", "91", "92", "93")) + chance.choice(places)
        main = organisation if chance.random() < 0.5 else "MA" + "".join(chance.choice(digits) for _ in range(7))
        made["credit"].append(letters + main + uscc_check_character(letters + main))
        made["organisation"].append(chance.choice((organisation, f"{organisation[:8]}-{organisation[8]}")))
        year, serial = chance.randint(2000, 2026), chance.randint(1, 99999)
        made["index"].append(f"{organisation}{chance.choice('/-')}{year}-{serial:05d}")
        made["document"].append(f"{chance.choice(('遂府发', '川办函', '国发'))}〔{year}〕{serial % 500 + 1}号")
    return made


def test_ten_thousand_codes_of_each_sort_raise_no_alarm(county_rules: Rules) -> None:
    for sort, values in codes(10_000).items():
        alone = [Passage(Place(field="code", part=value), value) for value in values]
        told = [(sort, one.rule, one.place.part) for one in judge(alone, county_rules, today=TODAY)]
        assert told == []


def test_codes_in_a_list_raise_no_alarm_either(county_rules: Rules) -> None:
    for sort, values in codes(10_000).items():
        for mark in ("、", "\n", "；"):
            lines = [Passage(Place(field="code"), mark.join(values[n : n + 20])) for n in range(0, 10_000, 20)]
            told = [(sort, one.rule, one.excerpt) for one in judge(lines, county_rules, today=TODAY)]
            assert told == []
