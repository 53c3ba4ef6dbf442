"""Who made a file, where and with what, is taken out when it is taken in; what readers see stays."""

from __future__ import annotations

import io

import pikepdf
import pytest
from PIL import Image, ImageChops

from sunlit.files.actions import store, take
from sunlit.files.extraction.reading import read
from sunlit.files.models import File
from tests.files.carriers import CARRIERS, cell, docx, exif, package, pdf, picture

pytestmark = pytest.mark.django_db
WORD = "张三丰工作室"
ASCII = "ZhangSan-Studio"
PLACES = {"author", "EXIF", "XMP", "comment", "text", "text behind the picture", "properties", "comment of the archive"}
STRIPPED = [
    one
    for one in CARRIERS
    if one.place in PLACES and one.hidden in ("metadata", None) and not one.name.endswith(("html", "txt"))
]


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.FILES_ROOT = tmp_path / "files"


@pytest.mark.parametrize("carrier", STRIPPED, ids=lambda one: f"{one.name}: {one.place}")
def test_a_word_in_metadata_is_gone_and_the_taker_is_told(carrier):
    word = ASCII if carrier.name == "a.jpg" and carrier.place == "EXIF" else WORD
    taken = take(io.BytesIO(carrier.make(word)), carrier.name)
    assert taken.is_cleaned
    assert not [part for part in read(taken.file.path, taken.file.type).parts if word in part.text]
    assert word.encode() not in taken.file.path.read_bytes()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_not_one_dot_of_a_picture_changes(kind):
    made = picture(
        kind, **({} if kind == "GIF" else {"exif": exif("where")}), **({"comment": b"x"} if kind == "GIF" else {})
    )
    taken = take(io.BytesIO(made), "a")
    assert taken.is_cleaned
    with Image.open(io.BytesIO(made)) as before, Image.open(taken.file.path) as after:
        assert ImageChops.difference(before.convert("RGB"), after.convert("RGB")).getbbox() is None


def test_a_photograph_still_stands_upright():
    found = exif("where")
    found[0x0112] = 6
    taken = take(io.BytesIO(picture("JPEG", exif=found)), "a.jpg")
    with Image.open(taken.file.path) as after:
        assert dict(after.getexif()) == {0x0112: 6}


def test_what_a_telephone_hangs_onto_a_photograph_is_left_behind():
    made = picture("JPEG")
    assert store(io.BytesIO(made + b"MotionPhoto" * 100), "a.jpg").path.read_bytes() == made


def test_the_title_of_a_pdf_stays_and_its_author_goes():
    def change(document):
        document.docinfo["/Title"] = "通知"
        document.docinfo["/Author"] = WORD

    file = store(io.BytesIO(pdf(change=change)), "a.pdf")
    with pikepdf.open(file.path) as document:
        assert dict(document.docinfo.items()) == {"/Title": "通知"}


def test_a_document_in_an_archive_is_freed_as_well():
    inner = docx(docProps__core_xml=f"<c><creator>{WORD}</creator><title>通知</title></c>")
    file = store(io.BytesIO(package({"a.docx": inner, "b.txt": "x"})), "a.zip")
    said = "".join(part.text for part in read(file.path, file.type).parts)
    assert WORD not in said
    assert "通知" in said


def test_a_file_without_metadata_is_kept_byte_for_byte():
    for made in (docx(), picture("PNG"), pdf(), b"text"):
        taken = take(io.BytesIO(made), "a")
        assert not taken.is_cleaned
        assert taken.file.path.read_bytes() == made


def test_the_same_file_becomes_the_same_file():
    made = cell("A1")("x")
    assert store(io.BytesIO(made), "a.xlsx") == store(io.BytesIO(made), "b.xlsx")
    assert File.objects.count() == 1


def test_a_file_that_is_kept_already_stays_byte_for_byte():
    """What was published before metadata was taken out keeps its address and its hash when it is attached again."""
    made = pdf(change=lambda document: document.docinfo.__setitem__("/Author", WORD))
    file = store(io.BytesIO(b"old"), "a.txt")
    import hashlib

    File.objects.filter(pk=file.pk).update(sha256=hashlib.sha256(made).hexdigest(), type="application/pdf")
    file.refresh_from_db()
    file.path.parent.mkdir(parents=True, exist_ok=True)
    file.path.write_bytes(made)
    taken = take(io.BytesIO(made), "a.pdf")
    assert taken.file == file
    assert not taken.is_cleaned
