from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunlit.text.identifiers import (
    DocumentNumber,
    id_check_character,
    is_document_number,
    is_id_number,
    is_mobile,
    is_organisation_code,
    is_uscc,
    luhn_check_digit,
    organisation_check_character,
    parse_document_number,
    passes_luhn,
    uscc_check_character,
)

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
digits = st.text("0123456789", min_size=1, max_size=19)


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014", "510903199001011238"])
def test_real_identity_numbers_are_known(number):
    assert is_id_number(number)
    assert is_id_number(number.lower())


@pytest.mark.parametrize(
    "number",
    [
        pytest.param("510903199001011239", id="wrong check character"),
        pytest.param("510903199002301231", id="thirtieth of February"),
        pytest.param("010903199001011238", id="no such province"),
        pytest.param("510903900101123", id="old form of fifteen digits"),
        pytest.param("５１０903199001011238", id="full-width digits"),
        pytest.param("510903199001011238\n", id="line break at the end"),
        pytest.param("", id="nothing"),
    ],
)
def test_other_rows_of_digits_are_no_identity_numbers(number):
    assert not is_id_number(number)


@given(st.dates(date(1880, 1, 1), date(2079, 12, 31)), st.integers(0, 999))
def test_every_number_with_a_computed_check_character_passes_and_no_other(birth, serial):
    first = f"510903{birth:%Y%m%d}{serial:03d}"
    right = id_check_character(first)
    assert [c for c in "0123456789X" if is_id_number(first + c)] == [right]


@pytest.mark.parametrize("code", ["91350100M000100Y43", "12510900MB1234567R", "91510903MA6200001K"])
def test_real_credit_codes_are_known(code):
    assert is_uscc(code)
    assert not is_uscc(code.lower())
    assert not is_uscc(code[:-1] + "I")
    assert not is_id_number(code)


@given(
    st.text(USCC_ALPHABET, min_size=2, max_size=2),
    st.integers(0, 999999),
    st.text(USCC_ALPHABET, min_size=9, max_size=9),
)
def test_one_last_character_makes_a_credit_code(head, region, body):
    first = f"{head}{region:06d}{body}"
    assert [c for c in USCC_ALPHABET if is_uscc(first + c)] == [uscc_check_character(first)]


@pytest.mark.parametrize("code", ["008450268", "000014349", "00845026-8"])
def test_real_organisation_codes_are_known(code):
    assert is_organisation_code(code)


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=8, max_size=8))
def test_one_last_character_makes_an_organisation_code(first):
    assert [c for c in "0123456789X" if is_organisation_code(first + c)] == [organisation_check_character(first)]


def test_luhn_knows_a_card_number():
    assert passes_luhn("4111111111111111")
    assert not passes_luhn("4111111111111112")
    assert not passes_luhn("")
    assert not passes_luhn("0")
    assert not passes_luhn("４111111111111111")


@given(digits)
def test_one_last_digit_passes_luhn(first):
    assert [c for c in "0123456789" if passes_luhn(first + c)] == [luhn_check_digit(first)]


@given(digits, st.data())
def test_luhn_notices_one_wrong_digit(first, data):
    whole = first + luhn_check_digit(first)
    place = data.draw(st.integers(0, len(whole) - 1))
    wrong = data.draw(st.sampled_from("0123456789"))
    changed = whole[:place] + wrong + whole[place + 1 :]
    assert passes_luhn(changed) == (changed == whole)


def test_mobile_numbers_have_eleven_digits_and_begin_with_13_to_19():
    assert is_mobile("13800138000")
    assert not is_mobile("12800138000")
    assert not is_mobile("1380013800")
    assert not is_mobile("138001380001")


@pytest.mark.parametrize("brackets", ["〔〕", "[]", "()", "（）", "【】", "［］", "﹝﹞", "{}", "《》", "<>"])
def test_a_document_number_is_read_in_any_bracket(brackets):
    left, right = brackets
    assert parse_document_number(f"遂府办函{left}2025{right}64号") == DocumentNumber("遂府办函", 2025, "64")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("川府发〔2025〕4号", DocumentNumber("川府发", 2025, "4"), id="plain"),
        pytest.param(
            "遂公（船）行罚决字〔2024〕123号", DocumentNumber("遂公（船）行罚决字", 2024, "123"), id="bracket in prefix"
        ),
        pytest.param("遂船市监处罚〔2024〕12-3号", DocumentNumber("遂船市监处罚", 2024, "12-3"), id="part number"),
        pytest.param(
            " 国办发 〔２０１６〕 第８０号 ", DocumentNumber("国办发", 2016, "80"), id="full width and spaces"
        ),
        pytest.param("遂交罚〔2024〕0012号", DocumentNumber("遂交罚", 2024, "0012"), id="leading zeros stay"),
    ],
)
def test_a_document_number_falls_into_prefix_year_and_number(text, parts):
    assert parse_document_number(text) == parts
    assert is_document_number(text)
    assert parse_document_number(str(parts)) == parts


@pytest.mark.parametrize(
    "text", ["", "国令第711号", "〔2025〕4号", "遂府发〔25〕4号", "遂府发〔2025〕号", "遂府发〔2025〕4号通知"]
)
def test_other_texts_are_no_document_numbers(text):
    assert not is_document_number(text)


@given(st.text())
def test_no_text_makes_the_parsers_fail(text):
    for question in (is_id_number, is_uscc, is_organisation_code, passes_luhn, is_mobile, is_document_number):
        assert question(text) in (True, False)
