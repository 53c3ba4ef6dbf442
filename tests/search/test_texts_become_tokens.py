"""Whatever is written in a text is found by any part of it, in either script, any width and any case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunlit.search.analysis import Words, asked_pairs, fold, numbers, pairs

HAN = "遂宁市政府办公室关于印发教育资金的通知号年月日畫藉乾覆國"
TEXTS = st.text(alphabet=HAN + "ab19０Ａ 〔〕，。㎡…İß", max_size=40)


def holds(tokens, phrase):
    width = len(phrase)
    return any(tokens[place : place + width] == phrase for place in range(len(tokens) - width + 1))


def cuts_a_run(text, begin, end):
    """Tell whether an end of a part lies between two letters or digits, which stay together."""

    def joined(place):
        if not 0 < place < len(text):
            return False
        return all(one.isalnum() and one not in HAN for one in fold(text)[place - 1 : place + 1])

    return joined(begin) or joined(end)


@given(st.text(max_size=80))
def test_folding_keeps_every_characters_place(text):
    assert len(fold(text)) == len(text)


@given(st.text(max_size=80))
def test_a_folded_text_is_folded(text):
    assert fold(fold(text)) == fold(text)


@given(TEXTS, st.data())
def test_any_two_characters_of_a_text_find_it(text, data):
    begin = data.draw(st.integers(0, max(len(text) - 2, 0)))
    end = data.draw(st.integers(begin, len(text)))
    part = text[begin:end]
    asked = asked_pairs(part)
    letters = [one for one in fold(part) if one.isalnum()]
    if len(letters) < 2 or cuts_a_run(text, begin, end) or (len(asked) == 1 and len(asked[0]) == 1):
        return
    assert holds(pairs(text), asked), (pairs(text), asked)


@pytest.mark.parametrize(
    ("one", "other"),
    [("遂宁市政府", "遂寧市政府"), ("ＡＢＣ１２３", "abc123"), ("〔２０２５〕", "〔2025〕"), ("公司名稱", "公司名称")],
)
def test_script_width_and_case_do_not_matter(one, other):
    assert fold(one) == fold(other)


def test_a_character_that_touches_digits_stands_alone_too():
    assert pairs("〔2014〕64号文件第3章") == ["2014", "64", "号", "号文", "文件", "件第", "第", "3", "章"]


@pytest.mark.parametrize(
    "written",
    ["遂府发〔2025〕12号", "遂府发[2025]12号", "遂府发（2025）12号", "遂府发【２０２５】 第12号", "遂府發〔2025〕12號"],
)
def test_a_document_number_is_the_same_in_any_bracket(written):
    assert numbers.normal(written) == "遂府发2025.12"
    assert [found[2] for found in numbers.numbers_in(f"请看 {written} 全文")] == ["遂府发2025.12"]


def test_index_numbers_and_codes_are_recognised():
    found = numbers.numbers_in("115108037/2025-00012 与 91510900MA6XXXXXX1 与 37154585-1")
    assert [one[2] for one in found] == ["115108037202500012", "371545851"]


def test_words_of_the_citys_own_stay_whole():
    words = Words(["观音湖湿地公园"])
    assert "观音湖湿地公园" in words.cut("遂宁市觀音湖濕地公園开放")
    assert Words(["观音湖湿地公园"]).hash == words.hash != Words([]).hash
