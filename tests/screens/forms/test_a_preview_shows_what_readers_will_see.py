"""Before it is published, a text can be looked at as its readers will see it, and no more of it."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from sunlit.plan.examples import with_files
from sunlit.plan.payload import cleaner
from sunlit.screens import forms
from tests.screens.forms.conftest import PLANS

HASH = "ab" * 32


@pytest.mark.django_db
def test_every_example_can_be_looked_at(suining):
    plan = suining.plan
    for example in suining.examples:
        kind = plan.kinds[example.kind]
        payload = cleaner(kind, plan).clean(with_files(kind, example.data, PLANS / "suining")).payload
        sections = forms.preview(kind, plan, payload, kind.settings.audience)
        assert render_to_string("screens/parts/sections.html", {"sections": sections, "site": {}})
        shown = {view.name for section in sections for view in section.fields}
        hidden = {one.name for one in kind.fields if one.show == "internal" or one.type == "id_number"}
        assert not shown & hidden, kind.code
        assert shown >= set(payload) - hidden, kind.code


@pytest.mark.django_db
def test_names_are_masked_as_they_will_be(plan):
    penalty = plan.kinds["penalty"]
    sections = forms.preview(penalty, plan, {"subject": "张三丰"}, "public")
    assert sections[0].fields[0].text == "张某"


@pytest.mark.django_db
def test_pictures_are_shown_where_the_draft_keeps_them(everything, plan):
    text = f'<p><img src="sha256:{HASH}" alt="x"></p>'
    (section,) = forms.preview(everything, plan, {"body": text}, base="/draft/")
    assert f'src="/draft/pictures/{HASH}/"' in str(section.fields[0].value)
    (section,) = forms.preview(everything, plan, {"body": text})
    assert "<img" not in str(section.fields[0].value)
