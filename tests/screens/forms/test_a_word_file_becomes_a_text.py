"""What a Word file says is kept: headings, numbers, tables, pictures; what could do harm is refused in a sentence."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from hypothesis import given
from hypothesis import strategies as st

from sunlit.files.models import File
from sunlit.plan.casts.texts import pictures_in, sanitised
from sunlit.screens import forms
from sunlit.screens.forms import word
from sunlit.screens.forms.apart.numbering import chinese

NOTICE = (Path(__file__).parent / "notice.docx").read_bytes()
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

pytestmark = pytest.mark.django_db


def upload(content: bytes, name: str = "a.docx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def changed(**parts: bytes | str) -> bytes:
    """Return the notice with some parts changed or added; ``__`` stands for a stroke, ``_dot_`` for a point."""
    stream = io.BytesIO()
    new = {name.replace("__", "/").replace("_dot_", "."): content for name, content in parts.items()}
    with zipfile.ZipFile(io.BytesIO(NOTICE)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name in old.namelist():
            if name not in new:
                package.writestr(name, old.read(name))
        for name, content in new.items():
            package.writestr(name, content)
    return stream.getvalue()


def with_body(body: str, **parts: bytes | str) -> bytes:
    return changed(word__document_dot_xml=f"<w:document {W}><w:body>{body}</w:body></w:document>", **parts)


@pytest.fixture
def notice() -> word.WordText:
    return word.convert(upload(NOTICE))


def test_merged_cells_stay_merged(notice):
    assert notice.tables == 1
    assert '<th rowspan="2"><p>单位</p></th><th colspan="2"><p>用水量</p></th>' in notice.html
    assert "<tr><td><p>学校</p></td><td><p>300</p></td><td><p>280</p></td></tr>" in notice.html


def test_pictures_are_stored_and_stand_where_they_stood(notice):
    assert [one.type for one in notice.images] == ["image/png", "image/png"]
    assert pictures_in(notice.html) == [one.sha256 for one in notice.images]
    assert 'alt="各月用水量"' in notice.html
    assert File.objects.count() == 2


def test_a_path_on_the_clerks_machine_is_no_description(notice):
    assert "clerk" not in notice.html
    assert "1 picture has no description. Write one for those who cannot see it." in notice.messages


def test_numbers_that_word_counts_by_itself_are_part_of_the_text(notice):
    for wording in ("<p>第一条　为了节约用水", "<p>（二）学校。</p>", "<p>第三条　单位应当"):
        assert wording in notice.html


def test_headings_lists_marks_and_links_are_kept(notice):
    for wording in (
        "<h2>总则</h2>",
        "<h3>措施</h3>",
        "<ol><li>装表</li><li>抄表</li></ol>",
        "<ul><li>公共浴室</li><li>洗车场</li></ul>",
        "<strong>每月</strong>",
        "<u>用水量</u>",
        '<a href="https://www.example.gov.cn/water"',
    ):
        assert wording in notice.html


def test_title_and_number_are_guessed(notice):
    assert notice.title == "江城市人民政府关于印发《江城市节约用水办法》的通知"
    assert notice.number == "江府发〔2026〕12号"


def test_the_text_is_clean_already(notice):
    assert sanitised(notice.html) == notice.html


def test_footnotes_stand_at_the_end_without_dead_links():
    body = '<w:p><w:r><w:t>甲</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    note = '<w:footnote w:id="2"><w:p><w:r><w:t>乙</w:t></w:r></w:p></w:footnote>'
    found = word.convert(upload(with_body(body, word__footnotes_dot_xml=f"<w:footnotes {W}>{note}</w:footnotes>")))
    assert found.html == "<p>甲<sup>[1]</sup></p><ol><li><p>乙</p></li></ol>"


def test_what_was_deleted_under_review_is_not_in_the_text():
    body = "<w:p><w:ins><w:r><w:t>新</w:t></w:r></w:ins><w:del><w:r><w:delText>旧</w:delText></w:r></w:del></w:p>"
    assert word.convert(upload(with_body(body))).html == "<p>新</p>"


def deep() -> bytes:
    return with_body("<w:tbl><w:tr><w:tc>" * 500 + "</w:tc></w:tr></w:tbl>" * 500)


def bomb() -> bytes:
    return changed(word__media__image1_dot_png=b"0" * (250 << 20))


def many_elements() -> bytes:
    return with_body("<w:p/>" * 1_200_000)


def entities() -> bytes:
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    xml = f'<!DOCTYPE x [<!ENTITY l0 "lol">{lol}]><w:document {W}><w:body><w:p>&l9;</w:p></w:body></w:document>'
    return changed(word__document_dot_xml=xml)


def external(kind: str) -> bytes:
    target = f'<Relationship Id="x1" Type="{REL}/{kind}" Target="file:///etc/passwd" TargetMode="External"/>'
    with zipfile.ZipFile(io.BytesIO(NOTICE)) as package:
        links = package.read("word/_rels/document.xml.rels").decode()
    links = links.replace("</Relationships>", f"{target}</Relationships>")
    return changed(word___rels__document_dot_xml_dot_rels=links)


DOCTYPE = '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
XXE = f"{DOCTYPE}<w:document {W}><w:body><w:p>&x;</w:p></w:body></w:document>"
HOSTILE = {
    "nested without end": (deep, "too large"),
    "a bomb": (bomb, "too large"),
    "too many elements": (many_elements, "too large"),
    "entities that multiply": (entities, "declares what no Word file needs"),
    "an entity from a file": (lambda: changed(word__document_dot_xml=XXE), "declares what no Word file needs"),
    "in UTF-16": (lambda: changed(word__document_dot_xml=XXE.encode("utf-16")), "declares what no Word file needs"),
    "a linked picture": (lambda: external("image"), "draws in something"),
    "a linked object": (lambda: external("oleObject"), "draws in something"),
    "macros": (lambda: changed(word__vbaProject_dot_bin=b"x"), "macros"),
    "an old file": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 512, "old Word file"),
    "no package": (lambda: b"PK\x03\x04nothing", "damaged"),
    "another package": (lambda: b"PK\x05\x06" + b"\0" * 18, "no Word file"),
    "broken inside": (lambda: changed(word__document_dot_xml="<w:document"), "damaged"),
    "empty": (lambda: b"", "damaged"),
}


@pytest.mark.parametrize(("make", "words"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_refused_soon_and_in_a_sentence(make, words):
    content = make()
    began = time.monotonic()
    with pytest.raises(word.WordRefused, match=words):
        word.convert(upload(content))
    assert time.monotonic() - began < 25
    assert not File.objects.exists()


def test_a_template_of_ones_own_is_no_harm():
    assert word.convert(upload(external("attachedTemplate"))).tables == 1


@given(st.integers(1, 9999))
def test_numbers_in_chinese_can_be_told_apart(number):
    assert chinese(number) != chinese(number + 1)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (101, "一百零一"),
        (110, "一百一十"),
        (1005, "一千零五"),
        (2020, "二千零二十"),
    ],
)
def test_numbers_in_chinese(number, words):
    assert chinese(number) == words


def test_in_the_form_the_text_is_added_and_title_and_number_are_proposed(suining):
    plan = suining.plan
    policy = plan.kinds["policy"]
    post = QueryDict(mutable=True)
    post.update({"f-body": "<p>前言</p>", "f-title": "", "do": "word:body"})
    draft = forms.read(policy, plan, post, MultiValueDict({"f-body-word": [upload(NOTICE)]}), previous={})
    assert draft.again
    assert draft.raw["body"].startswith("<p>前言</p><p>江城市人民政府文件</p>")
    assert draft.raw["title"] == "江城市人民政府关于印发《江城市节约用水办法》的通知"
    assert draft.raw["number"] == "江府发〔2026〕12号"
    assert draft.errors == []


def test_in_the_form_a_refused_file_is_an_error_and_the_text_stays(suining):
    plan = suining.plan
    post = QueryDict(mutable=True)
    post["f-body"] = "<p>前言</p>"
    files = MultiValueDict({"f-body-word": [upload(b"x")]})
    draft = forms.read(plan.kinds["policy"], plan, post, files, previous={})
    assert draft.raw == {"body": "<p>前言</p>"}
    assert [error.field for error in draft.errors] == ["body"]
