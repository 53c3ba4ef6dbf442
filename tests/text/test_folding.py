from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunlit.text import folding
from sunlit.text.folding import fold, to_simplified, to_traditional

chinese = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=30)


def test_traditional_becomes_simplified():
    assert to_simplified("遂寧市政府資訊公開") == "遂宁市政府资讯公开"


def test_simplified_becomes_traditional_with_its_words_left_as_they_are():
    assert to_traditional("遂宁市政务公开 信息 软件") == "遂寧市政務公開 信息 軟件"


@pytest.mark.parametrize(
    "other", ["遂寧市２０２５年報ａ", "遂宁市2025年报A", "遂寧市2025年報a"], ids=["wide and old", "capital", "old"]
)
def test_writings_of_one_word_fold_to_the_same_form(other):
    assert fold(other) == fold("遂宁市2025年报a")


@given(chinese)
def test_conversion_to_simplified_keeps_the_length(text):
    assert len(to_simplified(text)) == len(text)


@given(st.text(st.characters(codec="utf-8")))
def test_folding_is_about_letters_so_upper_and_lower_case_agree(text):
    assert fold(fold(text)) == fold(fold(fold(text)))


def test_a_displaced_converter_is_noticed(monkeypatch):
    monkeypatch.setattr(folding, "opencc", ModuleType("opencc"))
    folding._converter.cache_clear()
    with pytest.raises(folding.WrongConverter):
        to_simplified("遂寧")
