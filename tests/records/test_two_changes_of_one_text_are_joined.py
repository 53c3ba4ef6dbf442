"""Two editors changed one draft: what both keep, and what only a person can decide."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sunlit.records.merging import merge

BASE = {"title": "甲", "body": "乙", "rows": [{"a": "1"}, {"a": "2"}]}
NAMES = st.sampled_from(["title", "body", "rows", "fine"])
VALUES = st.one_of(
    st.sampled_from(["甲", "乙", "丙"]),
    st.integers(0, 3),
    st.lists(st.fixed_dictionaries({"a": st.sampled_from(["1", "2", "3"])}), min_size=1, max_size=3),
)
PAYLOADS = st.dictionaries(NAMES, VALUES)


def test_changes_of_different_fields_are_both_kept():
    merged = merge(BASE, {**BASE, "title": "新"}, {**BASE, "body": "改"})
    assert (merged.payload, merged.taken, merged.conflicts) == ({**BASE, "title": "新", "body": "改"}, ("body",), [])


def test_changes_of_different_rows_are_both_kept():
    mine, theirs = [{"a": "9"}, {"a": "2"}], [{"a": "1"}, {"a": "8"}]
    assert merge(BASE, {**BASE, "rows": mine}, {**BASE, "rows": theirs}).payload["rows"] == [{"a": "9"}, {"a": "8"}]


def test_the_same_field_changed_differently_is_for_a_person_to_decide():
    merged = merge(BASE, {**BASE, "title": "新"}, {**BASE, "title": "改"})
    assert [(one.field, one.base, one.mine, one.theirs) for one in merged.conflicts] == [("title", "甲", "新", "改")]


def test_the_same_row_changed_differently_is_for_a_person_to_decide():
    mine, theirs = [{"a": "9"}, {"a": "2"}], [{"a": "7"}, {"a": "2"}]
    assert len(merge(BASE, {**BASE, "rows": mine}, {**BASE, "rows": theirs}).conflicts) == 1


def test_what_one_emptied_and_the_other_left_alone_is_empty():
    theirs = {name: value for name, value in BASE.items() if name != "body"}
    assert "body" not in merge(BASE, BASE, theirs).payload


@given(PAYLOADS, PAYLOADS)
def test_a_change_of_one_alone_is_that_change(base, changed):
    assert merge(base, changed, base).payload == changed
    assert merge(base, base, changed).payload == changed


@given(PAYLOADS, PAYLOADS)
def test_equal_changes_are_no_conflict(base, changed):
    assert merge(base, changed, changed).conflicts == []


@given(PAYLOADS, PAYLOADS, PAYLOADS)
def test_who_saves_first_decides_only_what_stands_in_a_conflict(base, one, other):
    here, there = merge(base, one, other), merge(base, other, one)
    disputed = {conflict.field for conflict in here.conflicts}
    assert disputed == {conflict.field for conflict in there.conflicts}
    assert {name: value for name, value in here.payload.items() if name not in disputed} == {
        name: value for name, value in there.payload.items() if name not in disputed
    }


@given(PAYLOADS, PAYLOADS, PAYLOADS)
def test_nothing_is_lost_in_silence(base, mine, theirs):
    merged = merge(base, mine, theirs)
    disputed = {conflict.field for conflict in merged.conflicts}
    for name in mine.keys() | theirs.keys():
        wanted = [side.get(name) for side in (mine, theirs) if side.get(name) != base.get(name)]
        if name not in disputed and wanted and not isinstance(wanted[0], list):
            assert merged.payload.get(name) in wanted
