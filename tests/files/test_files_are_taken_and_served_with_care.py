"""Attachments: known by content, typed by content, limited, and never a page of our own."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

import pytest
from django.http import Http404
from hypothesis import given
from hypothesis import strategies as st

from sunlit.files.actions import clean_name, destroy, store
from sunlit.files.contents import hash_of
from sunlit.files.kinds import CSV, ENDINGS, PDF, TEXT, FileRefused
from sunlit.files.models import File
from sunlit.files.responses import download

OFFICE = "application/vnd.openxmlformats-officedocument."


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.FILES_ROOT = tmp_path / "files"
    return settings.FILES_ROOT


def package(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


TYPES = {"[Content_Types].xml": b"<Types/>"}
ODS = package(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", **{"content.xml": b"<a/>"})
GOOD = [
    ("a.pdf", b"%PDF-1.7\n", PDF),
    (
        "a.docx",
        package(**TYPES, **{"word/document.xml": b"<a/>"}),
        f"{OFFICE}wordprocessingml.document",
    ),
    ("a.xlsx", package(**TYPES, **{"xl/workbook.xml": b"<a/>"}), f"{OFFICE}spreadsheetml.sheet"),
    ("a.pptx", package(**TYPES, **{"ppt/presentation.xml": b"<a/>"}), f"{OFFICE}presentationml.presentation"),
    ("a.ods", ODS, "application/vnd.oasis.opendocument.spreadsheet"),
    ("a.txt", "通知全文".encode(), TEXT),
    ("a.csv", b"\xef\xbb\xbfa,b\n1,2\n", CSV),
    ("a.png", b"\x89PNG\r\n\x1a\n....", "image/png"),
    ("a.jpg", b"\xff\xd8\xff\xe0....", "image/jpeg"),
    ("a.gif", b"GIF89a....", "image/gif"),
    ("a.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
    ("a.zip", package(**{"a.txt": "通知".encode(), "b.pdf": b"%PDF-1.7\n"}), "application/zip"),
]
BAD = [
    ("empty", b""),
    ("a page called text.txt", b"<html><script>alert(1)</script>"),
    ("a page behind a byte order mark", b"\xef\xbb\xbf  <!DOCTYPE html>"),
    ("an image that runs script", b"<svg xmlns='x' onload='alert(1)'/>"),
    ("XML", b"<?xml version='1.0'?><x/>"),
    ("an archive with a program in it", package(**{"a.exe": b"\x7fELF\x00"})),
    ("a document of another type", package(mimetype=b"application/epub+zip")),
    ("a document with macros", package(**TYPES, **{"word/document.xml": b"<a/>", "word/vbaProject.bin": b"x"})),
    ("a broken archive", b"PK\x03\x04broken"),
    ("a program", b"\x7fELF\x00\x00"),
    ("text in another encoding", "公告全文".encode("gb18030")),
    ("text with a NUL", b"abc\x00def"),
    ("text cut within a character", "通知".encode()[:-1]),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "content", "kind"), GOOD, ids=[one[0] for one in GOOD])
def test_a_file_is_typed_by_its_content_whatever_its_name(name, content, kind):
    assert store(io.BytesIO(content), name).type == kind
    if kind != CSV:
        assert store(io.BytesIO(content), "misleading.exe").type == kind


@pytest.mark.django_db
@pytest.mark.parametrize(("what", "content"), BAD, ids=[one[0] for one in BAD])
def test_what_is_not_on_the_list_is_refused_with_a_sentence_and_leaves_nothing(folder, what, content):
    with pytest.raises(FileRefused, match=r".{10}"):
        store(io.BytesIO(content), "a.pdf")
    assert not File.objects.exists()
    assert list((folder / "incoming").iterdir()) == []


@pytest.mark.django_db
def test_a_large_text_is_checked_to_its_last_byte(settings):
    content = ("汉" * 700_000).encode()
    assert store(io.BytesIO(content), "a.txt").size == len(content)
    with pytest.raises(FileRefused):
        store(io.BytesIO(content + b"\xff"), "a.txt")


@pytest.mark.django_db
def test_the_same_content_is_kept_once(folder):
    one, two = (store(io.BytesIO(b"same"), name) for name in ("a.txt", "b.txt"))
    assert one == two
    assert one.path == folder / one.sha256[:2] / one.sha256[2:4] / one.sha256
    assert one.path.read_bytes() == b"same"


@pytest.mark.django_db
def test_a_file_over_the_limit_is_refused(settings):
    settings.FILE_LIMIT = 10
    store(io.BytesIO(b"x" * 10), "a.txt")
    with pytest.raises(FileRefused):
        store(io.BytesIO(b"y" * 11), "a.txt")


@pytest.mark.django_db
def test_a_destroyed_file_is_gone_with_its_row():
    file = store(io.BytesIO(b"secret"), "a.txt")
    path = file.path
    assert destroy(file)
    assert not path.exists()
    assert not File.objects.exists()


@pytest.mark.django_db
def test_damage_is_found():
    good, changed, lost = (store(io.BytesIO(each), "a.txt") for each in (b"1", b"2", b"3"))
    changed.path.chmod(0o600)
    changed.path.write_bytes(b"x")
    lost.path.unlink()
    assert hash_of(good) == good.sha256
    assert hash_of(changed) != changed.sha256
    assert hash_of(lost) is None


@pytest.mark.parametrize(
    ("given_name", "kind", "name"),
    [
        ("通知.pdf", PDF, "通知.pdf"),
        ("../../etc/passwd", TEXT, "passwd.txt"),
        ("C:\\secret\\名单.PDF", PDF, "名单.pdf"),
        ("invoice\u202efdp.exe", PDF, "invoicefdp.exe.pdf"),
        ("a\r\nSet-Cookie: x.txt", TEXT, "aSet-Cookie x.txt"),
        ("", PDF, "file.pdf"),
        ("...", PDF, "file.pdf"),
        ("\x00", PDF, "file.pdf"),
        ("长" * 400 + ".pdf", PDF, "长" * 120 + ".pdf"),
    ],
)
def test_names_are_made_harmless_and_true(given_name, kind, name):
    assert clean_name(given_name, kind) == name


@given(st.text(), st.sampled_from(sorted(ENDINGS)))
def test_any_name_becomes_one_that_can_be_saved(name, kind):
    tidy = clean_name(name, kind)
    assert tidy.endswith(ENDINGS[kind])
    assert len(tidy) <= 200
    assert tidy.isprintable()
    assert not set(tidy) & set('/\\:*?"<>|')
    assert clean_name(tidy, kind) == tidy


@dataclass
class Attached:
    file: File
    name: str


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "content", "kind"), GOOD, ids=[one[0] for one in GOOD])
def test_what_leaves_the_house_can_never_act_as_a_page_of_ours(name, content, kind):
    response = download(Attached(store(io.BytesIO(content), name), name))
    inline = kind == PDF or kind.startswith("image/")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("inline" if inline else "attachment")
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert kind == PDF or "sandbox" in response["Content-Security-Policy"]
    assert response["Content-Type"].startswith(kind)
    assert b"".join(response.streaming_content) == content


@pytest.mark.django_db
def test_a_name_in_chinese_survives_the_header():
    response = download(Attached(store(io.BytesIO(b"%PDF-1"), "a"), "处罚决定书.pdf"))
    assert "filename*=utf-8''%E5%A4%84" in response["Content-Disposition"]
    response.close()


@pytest.mark.django_db
def test_missing_bytes_are_not_found():
    file = store(io.BytesIO(b"x"), "a.txt")
    file.path.unlink()
    with pytest.raises(Http404):
        download(Attached(file, "a.txt"))
