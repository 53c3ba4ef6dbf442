import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunlit.text.masking import HIDDEN, mask_address, mask_bank_card, mask_id_number, mask_name, mask_phone


@pytest.mark.parametrize(
    ("name", "how", "shown"),
    [
        ("张三", "surname", "张某"),
        ("欧阳修", "surname", "欧阳某"),
        ("欧阳", "surname", "欧某"),
        ("阿不都·热西提", "surname", "阿某"),
        ("John Smith", "surname", "J***"),
        ("张三", "full", HIDDEN),
        ("张三", "none", "张三"),
        ("", "surname", ""),
        ("", "full", ""),
    ],
)
def test_a_name_is_masked_as_the_plan_says(name, how, shown):
    assert mask_name(name, how) == shown


def test_an_unknown_mask_never_shows_a_name():
    with pytest.raises(ValueError, match="no such mask"):
        mask_name("张三", "initials")


def test_an_identity_number_keeps_province_and_two_characters():
    assert mask_id_number("510903199001011238") == "510*************38"
    assert mask_id_number("510903900101123") == "510**********23"
    assert mask_id_number("5109031990") == HIDDEN


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812345678", "138****5678"),
        ("138 1234-5678", "138****5678"),
        ("0825-2224567", "***67"),
        ("12345", "***"),
        ("", "***"),
    ],
)
def test_a_phone_number_is_masked_by_its_kind(phone, shown):
    assert mask_phone(phone) == shown


def test_a_bank_card_keeps_its_last_four_digits():
    assert mask_bank_card("4111 1111 1111 1111") == "************1111"
    assert mask_bank_card("1234") == HIDDEN


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("四川省遂宁市船山区永兴镇八角村3组12号", "四川省遂宁市船山区永兴镇"),
        ("四川省遂宁市船山区南津路12号", "四川省遂宁市船山区"),
        ("射洪市太和街道新阳街5号", "射洪市太和街道"),
        ("遂宁市河东新区香林北路3号", "遂宁市河东新区"),
        ("船山区遂州小区3栋", "船山区"),
        ("大英县蓬莱镇郪江社区", "大英县蓬莱镇"),
        ("凉山彝族自治州西昌市", "凉山彝族自治州西昌市"),
        ("明月路遂州小区3栋", HIDDEN),
        ("", ""),
    ],
)
def test_an_address_ends_at_county_or_town(address, shown):
    assert mask_address(address) == shown


@given(st.from_regex(r"[1-9][0-9]{16}[0-9X]", fullmatch=True))
def test_no_birth_date_survives_in_an_identity_number(number):
    assert mask_id_number(number)[3:16] == "*" * 13


@given(st.text())
def test_masks_take_any_text(text):
    mask_name(text, "surname")
    mask_id_number(text)
    mask_phone(text)
    mask_bank_card(text)
    assert mask_address(text) in (HIDDEN, "") or text.strip().startswith(mask_address(text))
