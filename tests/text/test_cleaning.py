import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunlit.text.clean import UnsafeText, clean_text, is_safe


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        pytest.param("  遂宁市\u3000", "遂宁市", id="outer space of any width goes"),
        pytest.param("第一条\r\n第二条\r第三条", "第一条\n第二条\n第三条", id="every line break becomes one character"),
        pytest.param("第一条\v第二条", "第一条\n第二条", id="a break pasted from a word processor"),
        pytest.param("e\u0301", "é", id="combined characters are composed"),
        pytest.param("\ufeff名称", "名称", id="a byte order mark goes"),
        pytest.param("名\x02称\x7f", "名称", id="control characters go"),
        pytest.param("甲\t乙", "甲\t乙", id="a tab inside stays"),
        pytest.param("", "", id="nothing stays nothing"),
    ],
)
def test_text_is_put_in_order(given_text, expected):
    assert clean_text(given_text) == expected


@pytest.mark.parametrize("bad", ["a\x00b", "\ud800", "名\udfff称"])
def test_nul_and_half_surrogates_are_refused(bad):
    assert not is_safe(bad)
    with pytest.raises(UnsafeText):
        clean_text(bad)


@given(st.text(st.characters(codec=None)))
def test_cleaning_refuses_exactly_what_is_unsafe(text):
    if is_safe(text):
        clean_text(text).encode()
    else:
        with pytest.raises(UnsafeText):
            clean_text(text)


@given(st.text())
def test_clean_text_is_canonical_stripped_and_stays_as_it_is(text):
    if not is_safe(text):
        return
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned == cleaned.strip() == unicodedata.normalize("NFC", cleaned)
    assert "\r" not in cleaned and "\v" not in cleaned
