"""What is personal is found in any text, however it is written; other numbers stay."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunlit.text.identifiers import id_check_character, luhn_check_digit
from sunlit.text.scrubbing import scrub

digits = st.text("0123456789", min_size=3, max_size=3)
around = st.text(st.characters(exclude_categories=("N", "C"), exclude_characters="-+@._%"), max_size=8)


@st.composite
def identities(draw: st.DrawFn) -> str:
    day = draw(st.dates().filter(lambda one: 1900 <= one.year <= 2026))
    first = f"{draw(st.sampled_from(['110101', '510903', '650102']))}{day:%Y%m%d}{draw(digits)}"
    return first + id_check_character(first)


@st.composite
def cards(draw: st.DrawFn) -> str:
    first = "62" + draw(st.text("0123456789", min_size=13, max_size=16))
    return first + luhn_check_digit(first)


mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True).map(lambda found: found)
landlines = st.sampled_from(["0825-2220000", "010-62220000", "08252220000", "021 5222 0000"])
emails = st.from_regex(r"[a-z][a-z0-9.]{0,10}@[a-z]{1,8}\.(?:cn|com)", fullmatch=True)


@given(st.one_of(identities(), cards(), mobiles, landlines, emails), around, around)
def test_whatever_stands_around_it_it_is_found(personal, before, after):
    text = scrub(f"{before}{personal}{after}")
    assert personal not in text
    assert "***" in text


@given(st.one_of(identities(), cards(), mobiles), st.sampled_from([" ", "-", "\u3000", " -"]), st.integers(2, 6))
def test_separators_hide_nothing(personal, separator, width):
    spaced = separator.join(personal[place : place + width] for place in range(0, len(personal), width))
    assert scrub(f"a {spaced} b") == "a *** b"


@given(st.lists(st.one_of(identities(), mobiles), min_size=1, max_size=5))
def test_several_in_a_row_are_all_found(personal):
    text = scrub(" ".join(personal))
    assert not re.search("[0-9]{6}", text)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("１３８００１３８０００", "***"),
        ("+86 138 0013 8000", "+***"),
        ("008613800138000", "***"),
        ("call 13800138000, 13900139000", "call ***, ***"),
        ("id=11010119900307851x", "id=***"),
        ("510903800307851", "***"),
        ("zhang.san@suining.gov.cn failed", "***@*** failed"),
        ("张三＠example.com", "***@***"),
        ("postgres://sunlit:secret@db.example.cn/sunlit", "postgres://sunlit:***@***/sunlit"),
    ],
)
def test_it_is_found_in_every_spelling(said, kept):
    assert scrub(said) == kept


@pytest.mark.parametrize(
    "said",
    [
        "entry 12345678 of 2026-03-01 12:00:05,123",
        "2026-11-26 10:00:10,764 ERROR sunlit.ledger.worker tick bad failed",
        "遂府发〔2025〕12号",
        'File "/srv/sunlit/worker.py", line 137, in _tick',
        "took 0.25 s, 4096 bytes, port 8000, 127.0.0.1",
        "batch 1700000000 failed after 3 tries",
        "0f3c9a1e5b7d",
    ],
)
def test_what_is_not_personal_stays(said):
    assert scrub(said) == said


@given(st.text(max_size=200))
def test_any_text_can_be_looked_at_twice(text):
    assert scrub(scrub(text)) == scrub(text)


@pytest.mark.parametrize("text", ["1 " * 50_000, "a" * 200_000, "1" * 200_000, "a@" * 50_000, "1-" * 50_000 + "x"])
def test_long_texts_do_not_take_long(text):
    started = time.monotonic()
    scrub(text)
    assert time.monotonic() - started < 3
