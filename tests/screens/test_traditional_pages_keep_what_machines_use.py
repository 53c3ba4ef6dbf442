"""A page in Traditional characters differs from the Simplified one only in what is read."""

import json
import re

import pytest
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.test import RequestFactory
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from sunlit.screens.middleware import TraditionalText
from sunlit.screens.traditional import convert_page
from sunlit.text.folding import to_traditional

TAG = re.compile(r"<[^>]*>")


def test_text_is_converted():
    assert convert_page("<p>行政处罚决定书</p>") == "<p>行政處罰決定書</p>"


@pytest.mark.parametrize(
    "kept",
    [
        pytest.param('<a href="/find/?q=处罚">x</a>', id="an address"),
        pytest.param('<input name="q" value="处罚">', id="a value that is sent back"),
        pytest.param('<option value="罚款">x</option>', id="an option's value"),
        pytest.param('<p id="处罚" class="罚">x</p>', id="names for machines"),
        pytest.param("<code>处罚</code>", id="code"),
        pytest.param("<pre>处罚\n<b>罚</b></pre>", id="text as it was typed"),
        pytest.param("<script>var 处罚;</script>", id="a script"),
        pytest.param("<style>.处罚{}</style>", id="a style sheet"),
        pytest.param("<textarea>处罚</textarea>", id="what a reader typed"),
        pytest.param('<a lang="zh-Hans" translate="no">简体</a>', id="the name of the other script"),
        pytest.param("<!-- 处罚 -->", id="a comment"),
    ],
)
def test_what_machines_use_stays(kept):
    assert convert_page(f"<div>{kept}</div>") == f"<div>{kept}</div>"


@pytest.mark.parametrize("name", ["title", "alt", "aria-label", "placeholder", "content", "data-label"])
def test_attributes_that_are_read_aloud_are_converted(name):
    assert convert_page(f'<i {name}="处罚">x</i>') == f'<i {name}="處罰">x</i>'


def test_a_phrase_is_converted_as_a_whole_and_not_across_tags():
    assert convert_page("<p>皇后<b>之后</b></p>") == "<p>皇后<b>之後</b></p>"


def test_an_angle_bracket_in_an_attribute_does_not_end_its_tag():
    assert convert_page('<a href="/?a>b" title="处>罚">罚</a>') == '<a href="/?a>b" title="處>罰">罰</a>'


texts = st.text(alphabet="处罚决定书遂宁市府发abc 0<>&\"'=/后里", max_size=40)


@given(texts)
def test_tags_are_never_lost_and_nothing_breaks(text):
    page = f'<main><p class="处">{text.replace("<", "&lt;").replace(">", "&gt;")}</p></main>'
    converted = convert_page(page)
    assert TAG.findall(converted) == TAG.findall(page)
    assert converted == convert_page(page)


@given(st.text(alphabet="<>\"'-!/a处 =", max_size=60))
def test_no_page_however_broken_raises(text):
    assert isinstance(convert_page(text), str)


@given(st.lists(st.text(alphabet="处罚决定书遂宁市abc", min_size=1, max_size=8), min_size=1, max_size=6))
def test_each_stretch_of_text_is_converted_by_itself(pieces):
    page = "".join(f"<p>{piece}</p>" for piece in pieces)
    assert convert_page(page) == "".join(f"<p>{to_traditional(piece)}</p>" for piece in pieces)


def answer(response, language):
    with override(language):
        return TraditionalText(lambda request: response)(RequestFactory().get("/"))


def test_only_traditional_html_is_converted():
    html = "<p>处罚</p>"
    assert answer(HttpResponse(html), "zh-hant").content.decode() == "<p>處罰</p>"
    assert answer(HttpResponse(html), "zh-hans").content.decode() == html
    assert answer(HttpResponse(html), "en").content.decode() == html
    assert json.loads(answer(JsonResponse({"a": "处罚"}), "zh-hant").content) == {"a": "处罚"}
    stream = answer(StreamingHttpResponse([html], content_type="text/html"), "zh-hant")
    assert b"".join(stream).decode() == html


def test_the_length_that_is_announced_is_the_length_that_is_sent():
    response = HttpResponse("<p>发丝 处罚</p>", headers={"Content-Length": "1"})
    converted = answer(response, "zh-hant")
    assert int(converted["Content-Length"]) == len(converted.content)
