"""Files that are two things at once, bombs and tricks are refused with a sentence, and quickly."""

from __future__ import annotations

import io
import struct
import time
import zipfile

import pikepdf
import pytest

from sunlit.files.actions import store
from sunlit.files.kinds import FileRefused
from sunlit.files.models import File
from sunlit.files.taking.bombs import is_safe
from tests.files import carriers
from tests.files.carriers import docx, package, pdf, picture, xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.FILES_ROOT = tmp_path / "files"
    return settings.FILES_ROOT


def plain(book, word):
    book.active["A1"] = word


def with_sheet(content: bytes | str) -> bytes:
    return package(
        {
            "[Content_Types].xml": carriers.TYPES,
            "xl/workbook.xml": f"<workbook {carriers.S}/>",
            "xl/worksheets/sheet1.xml": content,
        }
    )


def encrypted_pdf() -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    stream = io.BytesIO()
    document.save(stream, encryption=pikepdf.Encryption(user="x", owner="y"))
    return stream.getvalue()


def encrypted_zip() -> bytes:
    made = bytearray(package({"a.txt": "x"}))
    made[6] |= 1  # in the head of the member
    made[made.index(b"PK\x01\x02") + 8] |= 1  # in the directory
    return bytes(made)


def overlapping() -> bytes:
    """Two entries of the directory that point at the same bytes."""
    made = package({"a.txt": "x" * 50, "b.txt": "x" * 50})
    at = made.index(b"PK\x01\x02", made.index(b"PK\x01\x02") + 4)
    return made[: at + 42] + struct.pack("<I", 0) + made[at + 46 :]


def twice() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive, pytest.warns(UserWarning):
        archive.writestr("a.txt", "x")
        archive.writestr("a.txt", "y")
    return stream.getvalue()


def nested(depth: int) -> bytes:
    made = package({"a.txt": "x"})
    for _one in range(depth):
        made = package({"a.zip": made})
    return made


LAUGHS = '<!DOCTYPE x [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;">]>'
ROWS = f'<worksheet {carriers.S}><sheetData><row r="2000000"><c r="A2000000"><v>1</v></c></row></sheetData></worksheet>'
FILL = (
    f'<worksheet {carriers.S}><row r="1"><c r="A1"><f t="shared" ref="A1:XFD1048576" si="0">1</f></c></row></worksheet>'
)
HUGE = f'<worksheet {carriers.S}><dimension ref="A1:ZZZZ9999999"/></worksheet>'
BAD = {
    "a PDF that is an archive": lambda: pdf() + package({"a.txt": "x"}),
    "a PDF that begins as a page": lambda: b"%PDF-1.7\n<html><script>alert(1)</script>\n" + pdf(),
    "a PDF with something behind it": lambda: pdf() + b"MZ" + b"x" * 5000,
    "a picture that is an archive": lambda: picture("JPEG") + package({"a.txt": "x"}),
    "a PNG with something behind it": lambda: picture("PNG") + b"#!/bin/sh",
    "a WebP with something behind it": lambda: picture("WEBP") + b"#!/bin/sh",
    "a GIF with something behind it": lambda: picture("GIF") + b"alert(1)",
    "a GIF that is a script": lambda: b"GIF89a/*\x0a\x00\x00\x2c*/=1;alert(1)",
    "a page within a picture": lambda: picture("PNG")[:60] + b"<script>alert(1)</script>",
    "an archive with something behind it": lambda: package({"a.txt": "x"}) + b"MZ",
    "a name that climbs out": lambda: package({"../../etc/cron.d/x": "x"}),
    "a name from the root": lambda: package({"/etc/passwd": "x"}),
    "a name of Windows": lambda: package({"c:x.txt": "x"}),
    "a name that turns its ending": lambda: package({"a\u202etxt.exe": "x"}),
    "a bomb": lambda: package({"a.txt": b"0" * (60 << 20)}),
    "a bomb in an archive": lambda: package({"b.zip": package({"a.txt": b"0" * (60 << 20)})}),
    "archives within archives": lambda: nested(6),
    "files that overlap": overlapping,
    "one name twice": twice,
    "an archive with a password": encrypted_zip,
    "a PDF with a password": encrypted_pdf,
    "macros within an archive": lambda: package({"a.docx": docx(word__vbaProject_bin=b"x").replace(b"_bin", b".bin")}),
    "a document that laughs": lambda: docx(customXml__item1_xml=f"<?xml version='1.0'?>{LAUGHS}<x>&b;</x>"),
    "a document that laughs in UTF-16": lambda: docx(
        customXml__item1_xml=f"<?xml version='1.0' encoding='UTF-16'?>{LAUGHS}<x>&b;</x>".encode("utf-16")
    ),
    "a sheet of two million rows": lambda: with_sheet(ROWS),
    "a formula for millions of cells": lambda: with_sheet(FILL),
    "a sheet larger than sheets are": lambda: with_sheet(HUGE),
}


@pytest.mark.parametrize("what", BAD)
def test_what_no_honest_file_does_is_refused_with_a_sentence(folder, what):
    content = BAD[what]()
    began = time.monotonic()
    with pytest.raises(FileRefused, match=r"\w{2,}.*\.$"):
        store(io.BytesIO(content), "a.pdf")
    assert time.monotonic() - began < 5
    assert not File.objects.exists()
    assert list((folder / "incoming").iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [pdf(), docx(), xlsx(plain, "公开"), *(picture(kind) for kind in ("PNG", "JPEG", "GIF", "WEBP")), nested(2)],
    ids=["pdf", "docx", "xlsx", "png", "jpeg", "gif", "webp", "zip"],
)
def test_honest_files_are_taken(content):
    assert store(io.BytesIO(content), "a").path.exists()


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a/b.txt", True),
        ("名单.xlsx", True),
        ("..", False),
        ("a/../b", False),
        ("a\\b", False),
        ("C:/a", False),
        ("", False),
    ],
)
def test_names_that_lead_out_of_an_archive(name, safe):
    assert is_safe(name) is safe
