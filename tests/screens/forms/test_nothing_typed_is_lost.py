"""What cannot be taken is shown again as it was typed, beside the sentence that says why."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from hypothesis import given, settings
from hypothesis import strategies as st

from sunlit.files import actions as files
from sunlit.files.models import File
from sunlit.plan.payload import FieldError, cleaner
from sunlit.screens import forms
from tests.screens.forms.browsing import Form, posted, shown

WRONG = {
    "title": "x" * 60,
    "day": "2026-02-30",
    "sum": "viel",
    "amount": "-7 吨",
    "share": "120%",
    "choice": "no-such-term",
    "unit": "No such unit",
    "units": ["甲县", "Nowhere"],
    "region": "Atlantis",
    "code": "123",
    "head": {"name": "", "post": "局长", "phone": "x"},
    "identity": "1",
    "phone": "call me",
    "site": "gopher:",
    "rows": [{"day": "never", "money": "1"}, {"who": "nobody"}],
    "place": {"lng": "far", "lat": "30"},
    "other": "that one",
}


def again(kind, plan, raw, errors=(), **more):
    return forms.read(
        kind, plan, posted(forms.build(kind, plan, raw, errors=errors), **more), MultiValueDict(), previous={}
    )


def test_wrong_values_come_back_as_they_were_typed(everything, plan):
    errors = cleaner(everything, plan).clean(WRONG).errors
    assert {error.field for error in errors} >= set(WRONG) - {"units"}
    draft = again(everything, plan, WRONG, errors)
    assert draft.raw == WRONG


def test_each_error_stands_at_its_input_and_in_the_summary(everything, plan):
    errors = cleaner(everything, plan).clean(WRONG).errors
    form = forms.build(everything, plan, WRONG, errors=errors)
    html = shown(form)
    assert len(form.problems) == len(errors)
    assert "f-rows-0-day" in Form(html).described[0] or "f-rows-0-day-error" in Form(html).ids
    assert 'href="#f-rows-0-day"' in html
    assert 'aria-invalid="true"' in html


@settings(max_examples=60, deadline=None)
@given(
    raw=st.fixed_dictionaries(
        {},
        optional={
            name: st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).filter(str.strip)
            for name in ("title", "body", "day", "sum", "amount", "share", "code", "identity", "phone", "site", "why")
        },
    )
)
def test_any_text_comes_back(everything, plan, raw):
    assert again(everything, plan, raw).raw == raw


def test_fields_that_were_not_in_the_form_keep_their_value(everything, plan):
    draft = forms.read(
        everything,
        plan,
        QueryDict("fields-shown=title&f-title=New"),
        MultiValueDict(),
        previous={"title": "Old", "why": "x"},
    )
    assert draft.raw == {"title": "New", "why": "x"}


def test_an_input_emptied_is_empty(everything, plan):
    assert again(everything, plan, {"title": "x", "why": "y"}, title="").raw == {"why": "y"}


def test_rows_are_added_and_taken_out_without_scripts(everything, plan):
    raw = {"rows": [{"money": "1"}, {"money": "2"}, {"money": "3"}]}
    more = again(everything, plan, raw, do="add-row:rows")
    assert more.again
    assert [row for row in more.raw["rows"] if row] == raw["rows"]
    assert len(more.raw["rows"]) == 8
    assert more.focus == "f-rows"
    fewer = again(everything, plan, raw, do="drop-row:rows:1")
    assert fewer.raw["rows"] == [{"money": "1"}, {"money": "3"}]
    assert fewer.again
    assert "add-row:rows" in Form(shown(forms.build(everything, plan, raw))).buttons


def test_the_first_button_saves_so_that_the_enter_key_does_not_take_out_a_row(everything, plan):
    assert Form(shown(forms.build(everything, plan, {}))).buttons[0] == "save"


def upload(name="note.txt", content=b"words"):
    return SimpleUploadedFile(name, content)


@pytest.mark.django_db
def test_an_upload_outlives_an_unsuccessful_post(everything, plan):
    post = QueryDict("f-title=&f-day=2026-02-30")
    first = forms.read(
        everything, plan, post, MultiValueDict({"f-files-new": [upload(), upload("b.txt", b"b")]}), previous={}
    )
    assert [one["name"] for one in first.raw["files"]] == ["note.txt", "b.txt"]
    second = again(everything, plan, first.raw)
    assert second.raw["files"] == first.raw["files"]
    assert cleaner(everything, plan).clean(second.raw).payload["files"] == first.raw["files"]


@pytest.mark.django_db
def test_a_file_is_taken_out_by_its_box(everything, plan):
    first = forms.read(
        everything, plan, QueryDict(""), MultiValueDict({"f-files-new": [upload(), upload("b.txt", b"b")]}), previous={}
    )
    gone = first.raw["files"][0]["sha256"]
    second = again(everything, plan, first.raw, files__remove=gone)
    assert [one["name"] for one in second.raw["files"]] == ["b.txt"]


@pytest.mark.django_db
def test_a_file_that_is_not_taken_is_an_error_of_its_field_and_the_rest_stays(everything, plan):
    draft = forms.read(
        everything,
        plan,
        QueryDict("f-title=x"),
        MultiValueDict({"f-files-new": [upload("a.exe", b"MZ\x00\x00"), upload()]}),
        previous={},
    )
    assert [one["name"] for one in draft.raw["files"]] == ["note.txt"]
    (error,) = draft.errors
    assert error.field == "files"
    assert "a.exe" in error.message


def test_nobody_can_name_a_file_that_they_did_not_hand_in(everything, plan):
    forged = '["' + "ab" * 32 + '", "x.pdf", 1, "application/pdf"]'
    for token in (forged, forged + ":sig", "", "x:y:z"):
        post = QueryDict(mutable=True)
        post["f-files"] = token
        assert forms.read(everything, plan, post, MultiValueDict(), previous={}).raw == {}


@pytest.mark.django_db
def test_a_picture_shown_under_an_address_is_named_by_its_hash_again(everything, plan):
    picture = files.store(io.BytesIO(b"\x89PNG\r\n\x1a\nx"), "a.png")
    post = QueryDict(mutable=True)
    post["f-body"] = f'<p><img src="/desk/drafts/7/pictures/{picture.sha256}/" alt="x"></p>'
    draft = forms.read(everything, plan, post, MultiValueDict(), previous={})
    assert draft.raw["body"] == f'<p><img src="sha256:{picture.sha256}" alt="x"></p>'
    assert draft.errors == []


@pytest.mark.django_db
def test_a_picture_that_is_not_stored_here_is_an_error(everything, plan):
    text = files.store(io.BytesIO(b"no picture"), "a.txt")
    for name in ("ab" * 32, text.sha256):
        post = QueryDict(mutable=True)
        post["f-body"] = f'<p><img src="sha256:{name}"></p>'
        (error,) = forms.read(everything, plan, post, MultiValueDict(), previous={}).errors
        assert error.field == "body"
    assert File.objects.count() == 1


def test_the_same_sentence_is_not_said_twice_of_one_cell(everything, plan):
    error = FieldError("rows", "Row 1, 日: no date", (0, "day"))
    form = forms.build(
        everything, plan, {"rows": [{"day": "x"}]}, errors=[error, FieldError("rows", "again", (0, "day"))]
    )
    assert [problem.message for problem in form.problems] == ["Row 1, 日: no date"]


def test_a_condition_is_told_in_words_and_for_the_script(suining):
    plan = suining.plan
    field = forms.build(plan.kinds["policy"], plan, {}).field("openness_reason")
    assert field is not None
    assert field.condition is not None
    assert (field.condition.field, field.condition.values) == ("openness", "on-request not-public")
    assert field.condition.words.startswith("Required if “Openness” is:")


def test_the_limit_of_law_stands_beside_the_day_from_which_it_runs(suining):
    plan = suining.plan
    field = forms.build(plan.kinds["policy"], plan, {}).field("formed_on")
    assert field is not None
    assert "Proactive disclosure: 20 working days from this day (政府信息公开条例第二十六条)." in field.hints
