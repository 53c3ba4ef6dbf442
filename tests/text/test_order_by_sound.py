from hypothesis import given
from hypothesis import strategies as st

from sunlit.text.pinyin import sort_key


def test_names_stand_in_the_order_of_their_sound():
    names = ["遂宁市", "安居区", "重庆市", "大英县", "船山区", "蓬溪县", "射洪市"]
    assert sorted(names, key=sort_key) == ["安居区", "重庆市", "船山区", "大英县", "蓬溪县", "射洪市", "遂宁市"]


def test_two_comes_before_ten():
    assert sorted(["第10村", "第2村", "第１村"], key=sort_key) == ["第１村", "第2村", "第10村"]


def test_traditional_and_simplified_writing_stand_together():
    assert sort_key("遂寧市") == sort_key("遂宁市")


def test_a_character_without_a_reading_comes_last():
    assert sort_key("\U0003134a村") > sort_key("做村")


@given(st.text())
def test_keys_are_ascii(text):
    assert sort_key(text).isascii()


@given(st.integers(0, 10**11), st.integers(0, 10**11))
def test_numbers_keep_their_order(one, other):
    assert (sort_key(f"第{one}号") < sort_key(f"第{other}号")) == (one < other)
