"""A record opened in its form and saved untouched says exactly what it said before, whatever its kind."""

from __future__ import annotations

import time

import pytest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from sunlit.plan.casts.figures import MONEY_PLACES, parse_money
from sunlit.plan.examples import with_files
from sunlit.plan.payload import cleaner
from sunlit.screens import forms
from sunlit.screens.forms import grids, tables
from sunlit.screens.forms.stored import in_unit
from tests.screens.forms.browsing import Form, posted, shown
from tests.screens.forms.conftest import MINI, PLANS


def payloads(checked, directory):
    for example in checked.examples:
        kind = checked.plan.kinds[example.kind]
        cleaned = cleaner(kind, checked.plan).clean(with_files(kind, example.data, directory))
        yield kind, cleaned.payload


def saved(kind, plan, payload):
    raw = forms.as_raw(kind, plan, payload)
    form = forms.build(kind, plan, raw, base="/draft/")
    draft = forms.read(kind, plan, posted(form), MultiValueDict(), previous=raw)
    assert (draft.errors, draft.again) == ([], False)
    return cleaner(kind, plan).clean(draft.raw)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("plan", "directory"), [("suining", "suining"), ("county", "example-county")])
def test_every_example_of_both_plans(plan, directory, language, request):
    checked = request.getfixturevalue(plan)
    with override(language):
        for kind, payload in payloads(checked, PLANS / directory):
            found = saved(kind, checked.plan, payload)
            assert (found.payload, found.errors) == (payload, []), kind.code


def test_a_kind_with_every_type_of_field(mini):
    for kind, payload in payloads(mini, MINI):
        assert saved(kind, mini.plan, payload).payload == payload


@settings(max_examples=300, deadline=None)
@given(fen=st.integers(-(10**17), 10**17), unit=st.sampled_from(sorted(MONEY_PLACES)))
def test_sums_come_back_to_the_fen_in_whatever_unit_they_are_typed(fen, unit):
    assert parse_money(in_unit(fen, unit), MONEY_PLACES[unit]) == fen


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12) | st.sampled_from(
    ['"', '""', "a\tb", "a\nb", '"a', "#", "=1", "，", ",", "合计", " x "]
)
rows = st.lists(st.fixed_dictionaries({}, optional={"day": words, "money": words, "who": words}), max_size=5)


@settings(max_examples=200, deadline=None)
@given(rows=rows)
def test_rows_as_text_are_the_same_rows(rows):
    names = ["day", "money", "who"]
    wanted = [{key: cell.strip() for key, cell in row.items() if cell.strip()} for row in rows]
    grid = grids.from_text(grids.as_text(names, names, rows))
    found = [{name: cell for name, cell in zip(names, cells, strict=True) if cell} for _number, cells in grid[1:]]
    assert found == [row for row in wanted if row]


def test_a_long_table_is_one_text_and_stays_the_same(plan):
    budget = plan.kinds["budget"]
    lines = [{"code": str(1000 + n), "name": f"第{n}项", "amount": str(n)} for n in range(1000)]
    payload = cleaner(budget, plan).clean({"lines": lines}).payload
    raw = forms.as_raw(budget, plan, payload)
    assert tables.is_long(budget.by_name["lines"], raw["lines"])
    for language in ("zh-hans", "en"):
        with override(language):
            assert saved(budget, plan, payload).payload == payload


def test_every_form_of_the_city_is_made_in_a_blink(suining):
    plan = suining.plan
    shown(forms.build(plan.kinds["policy"], plan, {}))
    examples = {kind.code: (kind, payload) for kind, payload in payloads(suining, PLANS / "suining")}
    slow = {}
    for code, (kind, payload) in examples.items():
        raw, taken = forms.as_raw(kind, plan, payload), []
        for _attempt in range(3):
            began = time.process_time()
            shown(forms.build(kind, plan, raw, base="/draft/"))
            taken.append(time.process_time() - began)
        if min(taken) > 0.03:
            slow[code] = min(taken)
    assert slow == {}


def test_thousands_of_units_are_not_sent_with_a_form(suining):
    plan = suining.plan
    for kind in plan.kinds.values():
        html = shown(forms.build(kind, plan, {}, base="/draft/"))
        assert html.count("<option") < 300, kind.code
        assert len(html) < 120_000, kind.code


def test_every_sentence_about_an_input_is_there_and_every_link_leads_to_an_input(suining):
    plan = suining.plan
    for kind in plan.kinds.values():
        errors = cleaner(kind, plan).clean({}).errors
        form = Form(shown(forms.build(kind, plan, {}, errors=errors)))
        assert set(form.described) <= set(form.ids)
        assert {link.removeprefix("#") for link in form.links if link.startswith("#")} <= set(form.ids), kind.code
        assert len(form.ids) == len(set(form.ids)), kind.code
