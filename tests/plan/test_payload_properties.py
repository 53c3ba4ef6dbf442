from __future__ import annotations

import json
import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunlit.plan.casts.texts import sanitised
from sunlit.plan.checks import Checked
from sunlit.plan.examples import with_files
from sunlit.plan.language import Plan
from sunlit.plan.payload import cleaner

MINI = Path(__file__).parent / "mini"
many = settings(max_examples=200, deadline=None)

PARTS = ["name", "post", "lng", "lat", "money", "day", "sha256", "size", "type"]

wild = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.binary(max_size=4)
    | st.text(max_size=30)
    | st.text(alphabet='0123456789-./年月日,，.％%万亿元¥[]{}":;；<>&#p/ \u0338\u2028\0', max_size=30)
    | st.sampled_from(["<p>", "<a href=", "2026-01-05", "甲县", "fine", "name", "lng", "[[[[", '{"a":', "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(PARTS) | st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=8,
)


def names(plan: Plan) -> list[str]:
    return list(plan.kinds["everything"].by_name)


@many
@given(data=st.data())
def test_it_never_raises_and_what_it_takes_it_takes_again_unchanged(plan: Plan, data: st.DataObject) -> None:
    raw = data.draw(st.dictionaries(st.sampled_from(names(plan)) | st.text(max_size=3), wild, max_size=6))
    clean = cleaner(plan.kinds["everything"], plan).clean
    cleaned = clean(raw)
    json.dumps(cleaned.payload, allow_nan=False).encode()
    again = clean(cleaned.payload)
    assert again.payload == cleaned.payload
    assert {error.field for error in again.errors} <= {"title", "why"}
    for error in cleaned.errors:
        error.message.encode()


@many
@given(cents=st.integers(-(10**12), 10**12))
def test_sums_are_exact(plan: Plan, cents: int) -> None:
    sign, rest = ("-" if cents < 0 else ""), abs(cents)
    written = f"{sign}{rest // 100:,}.{rest % 100:02}"
    assert cleaner(plan.kinds["everything"], plan).clean({"sum": written}).payload["sum"] == cents


@many
@given(st.text(alphabet="<>/=\"'&;#pabonmouseover()x 0123456789\u0338\u0301\n\u2028", max_size=80))
def test_rich_text_is_stable_and_harmless(text: str) -> None:
    found = sanitised(text)
    assert sanitised(found) == found
    assert "<script" not in found.lower()


def examples(checked: Checked) -> list[tuple[str, dict[str, object]]]:
    plan = checked.plan
    assert plan is not None
    return [(one.kind, with_files(plan.kinds[one.kind], one.data, MINI)) for one in checked.examples]


def test_examples_are_clean_and_canonical_when_cleaned_twice(checked: Checked, plan: Plan) -> None:
    for kind, data in examples(checked):
        clean = cleaner(plan.kinds[kind], plan).clean
        first = clean(data)
        assert first.errors == []
        assert clean(first.payload) == first
        assert clean(json.loads(json.dumps(first.payload))) == first


def spoil(data: dict[str, object], kind_fields: dict[str, str], chance: random.Random) -> tuple[dict[str, object], str]:
    """Return an example with one value made wrong, and the field that must be complained of."""
    strict = [name for name in data if kind_fields[name] not in ("text", "richtext", "person")]
    name = chance.choice([*strict, "no_such_field"])
    wrong = {
        "date": "2026-02-30",
        "money": "many",
        "choice": "none of these",
        "table": [{"x": "y"}],
        "officer": {"age": "5"},
        "file": "lost.pdf",
    }
    return {**data, name: wrong.get(kind_fields.get(name, ""), "?!")}, name


@many
@given(seed=st.integers(0, 2**32))
def test_examples_with_one_value_spoilt_are_refused_at_that_field(checked: Checked, plan: Plan, seed: int) -> None:
    chance = random.Random(seed)
    kind, data = chance.choice(examples(checked))
    types = {field.name: field.type for field in plan.kinds[kind].fields}
    spoilt, name = spoil(data, dict(types), chance)
    errors = cleaner(plan.kinds[kind], plan).clean(spoilt).errors
    assert name in {error.field for error in errors}


@many
@given(seed=st.integers(0, 2**32))
def test_examples_without_a_required_value_are_refused_at_that_field(checked: Checked, plan: Plan, seed: int) -> None:
    chance = random.Random(seed)
    kind, data = chance.choice(examples(checked))
    name = chance.choice([field.name for field in plan.kinds[kind].fields if field.required.always])
    errors = cleaner(plan.kinds[kind], plan).clean({key: value for key, value in data.items() if key != name}).errors
    assert [(error.field, error.message.split(";")[0]) for error in errors] == [(name, "This is required")]


@pytest.mark.soak
def test_cleaning_keeps_up_with_an_import(plan: Plan, checked: Checked) -> None:
    kind, data = next(pair for pair in examples(checked) if pair[0] == "penalty")
    clean = cleaner(plan.kinds[kind], plan).clean
    start = time.perf_counter()
    for _ in range(5_000):
        clean(data)
    assert (time.perf_counter() - start) / 5_000 < 60e-6
