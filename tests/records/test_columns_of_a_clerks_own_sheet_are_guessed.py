"""Which column holds which field: known by label, name or code, as it was named before, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunlit.records.imports import mapping
from sunlit.records.imports.columns import IGNORED, plain
from tests.records.conftest import PENALTY


@pytest.fixture(scope="module")
def kind(plan):
    return plan.kinds["penalty"]


def test_labels_names_and_codes_are_known(plan, kind):
    headers = ["处罚决定日期*", "party", "CF_WSH", "Number"]
    guess = mapping.guess(headers[:3], kind, plan, remembered={})
    assert (guess.names, guess.is_sure) == (["decided_on", "party", "number"], True)


def test_what_was_said_before_is_known_again(plan, kind):
    told = mapping.to_remember(["啥时候罚的", "备用"], ["decided_on", ""])
    guess = mapping.guess(["啥时候 罚的", "备用"], kind, plan, remembered=told)
    assert (guess.names, guess.is_sure) == (["decided_on", ""], True)


def test_a_header_that_nobody_knows_makes_the_guess_unsure(plan, kind):
    guess = mapping.guess([*PENALTY, "完全不相干的一列"], kind, plan, remembered={})
    assert (guess.names[-1], guess.is_sure) == ("", False)


def test_the_columns_of_a_sheet_of_mistakes_are_left_out(plan, kind):
    guess = mapping.guess(["原表行号", "错在哪里", "怎样改正", "party"], kind, plan, remembered={})
    assert (guess.names, guess.is_sure) == (["", "", "", "party"], True)


@settings(max_examples=150, deadline=None)
@given(
    headers=st.lists(
        st.sampled_from([*PENALTY, "处罚决定日期", "x", "", "单位", "=1+1", "原表行号"]) | st.text(max_size=9)
    )
)
def test_no_field_is_given_to_two_columns(headers, plan, kind):
    names = mapping.guess(headers, kind, plan, remembered={}).names
    given_ = [name for name in names if name]
    assert len(names) == len(headers)
    assert len(given_) == len(set(given_))
    assert {at for at, _name in mapping.as_columns(names).fields} <= set(range(len(headers)))


@given(headers=st.lists(st.text(min_size=1, max_size=9), max_size=8))
def test_what_is_remembered_is_a_field_or_left_out(headers, plan, kind):
    names = mapping.guess(headers, kind, plan, remembered={}).names
    told = mapping.to_remember(headers, names)
    assert set(told) == {plain(header) for header in headers if header.strip()}
    assert set(told.values()) <= {IGNORED, "@unit", "@scope", *mapping.takeable(kind)}
