"""Rows come from a workbook or from what was copied out of one; what is wrong is named by its cell."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import override
from openpyxl import Workbook

from sunlit.plan.payload import cleaner
from sunlit.screens import forms
from sunlit.screens.forms import sheets


@pytest.fixture
def budget(plan):
    return plan.kinds["budget"]


def workbook(*sheets_: tuple[str, list[list[object]]], at: str = "A1") -> SimpleUploadedFile:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets_:
        sheet = book.create_sheet(name)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                if value is not None:
                    sheet.cell(number, column, value)
    stream = io.BytesIO()
    book.save(stream)
    return SimpleUploadedFile("lines.xlsx", stream.getvalue())


def read(kind, plan, upload=None, **post):
    given = QueryDict(mutable=True)
    for name, value in post.items():
        given["do" if name == "do" else "f-" + name.replace("__", "-")] = value
    files = MultiValueDict({"f-lines-sheet": [upload]} if upload else {})
    return forms.read(kind, plan, given, files, previous={})


TITLED: list[list[object]] = [
    ["江城市2026年预算明细"],
    [None, "单位：万元"],
    [],
    ["序号", "科目编码*", "科目 名称", "金额（万元）", "备注"],
    [1, 201, "一般公共服务", 1000, "x"],
    [2, "2010301", "行政运行", "234.5678"],
]


def test_a_title_above_the_heads_and_columns_of_ones_own_do_no_harm(budget, plan):
    draft = read(budget, plan, workbook(("明细", TITLED)))
    assert draft.errors == []
    assert draft.again
    assert draft.raw["lines"] == [
        {"code": "201", "name": "一般公共服务", "amount": "1000"},
        {"code": "2010301", "name": "行政运行", "amount": "234.5678"},
    ]
    assert draft.messages == ["2 rows were read.", "Columns that this table does not have were left out: 备注."]


def test_a_wrong_cell_is_named_as_the_sheet_shows_it_and_all_rows_stay(budget, plan):
    rows = [*TITLED, [3, "99999999", "太长", "many"], [4, "202", "外交", 5]]
    draft = read(
        budget, plan, workbook(("明细", rows)), lines__0__code="1", lines__0__name="上一行", lines__0__amount="2"
    )
    assert [row["name"] for row in draft.raw["lines"]] == ["上一行", "一般公共服务", "行政运行", "太长", "外交"]
    assert [error.message.partition(": ")[0] for error in draft.errors] == ["Row 7, 科目编码 (B7)", "Row 7, 金额 (D7)"]
    assert [error.path for error in draft.errors] == [(3, "code"), (3, "amount")]
    form = forms.build(budget, plan, draft.raw, errors=draft.errors + cleaner(budget, plan).clean(draft.raw).errors)
    table = form.field("lines").table
    assert table.rows[3].cells[2].message.startswith("Row 7, 金额 (D7): ")
    assert table.rows[3].cells[2].value == "many"


def test_in_chinese_the_cell_is_named_too(budget, plan):
    with override("zh-hans"):
        draft = read(budget, plan, workbook(("明细", [*TITLED, [3, "203", "国防", "many"]])))
    assert "D7" in draft.errors[0].message


def test_a_table_that_does_not_begin_in_the_first_column_has_the_right_addresses(budget, plan):
    rows = [[], [], [None, None, "科目编码", "科目名称", "金额"], [None, None, "201", "甲", "?"]]
    (error,) = read(budget, plan, workbook(("x", rows))).errors
    assert "(E4)" in error.message


def test_a_head_that_names_another_unit_of_money_counts_in_it(budget, plan):
    rows = [["科目编码", "科目名称", "金额（元）"], ["201", "甲", 12345678]]
    draft = read(budget, plan, workbook(("x", rows)))
    assert draft.raw["lines"][0]["amount"] == "12345678元"
    assert cleaner(budget, plan).clean(draft.raw).payload["lines"][0]["amount"] == 1234567800


def test_the_sheet_whose_heads_fit_is_read_or_the_one_named(budget, plan):
    book = [("封面", [["封面"]]), ("明细", TITLED), ("另一", [["科目编码", "科目名称", "金额"], ["1", "乙", 1]])]
    assert len(read(budget, plan, workbook(*book)).raw["lines"]) == 2
    assert read(budget, plan, workbook(*book), lines__sheet_name="x").raw["lines"]
    named = QueryDict(mutable=True)
    named["f-lines-sheet-name"] = "另一"
    files = MultiValueDict({"f-lines-sheet": [workbook(*book)]})
    assert forms.read(budget, plan, named, files, previous={}).raw["lines"][0]["name"] == "乙"
    named["f-lines-sheet-name"] = "没有"
    (error,) = forms.read(budget, plan, named, MultiValueDict({"f-lines-sheet": [workbook(*book)]}), previous={}).errors
    assert "There is no sheet “没有”" in error.message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_file_in_any_encoding_in_use(budget, plan, encoding):
    content = "标题\n科目编码,科目名称,金额\n201,一般公共服务,1000\n".encode(encoding)
    draft = read(budget, plan, SimpleUploadedFile("a.csv", content))
    assert draft.raw["lines"] == [{"code": "201", "name": "一般公共服务", "amount": "1000"}]


def test_pasted_rows_are_added_with_or_without_heads(budget, plan):
    rows = "201\t一般公共服务\t1000\r\n202\t外交\t5"
    for text in (rows, "科目编码\t科目名称\t金额\r\n" + rows):
        draft = read(budget, plan, lines__paste=text, do="paste:lines")
        assert [row["code"] for row in draft.raw["lines"]] == ["201", "202"]
        assert draft.errors == []
        assert draft.again


def test_columns_in_another_order_are_found_by_their_heads(budget, plan):
    draft = read(budget, plan, lines__paste="金额\t科目名称\t科目编码\n1000\t甲\t201")
    assert draft.raw["lines"] == [{"code": "201", "name": "甲", "amount": "1000"}]


def test_the_rows_that_are_there_can_be_replaced(budget, plan):
    there = {"lines__0__code": "1", "lines__0__name": "x", "lines__0__amount": "1"}
    draft = read(budget, plan, lines__paste="201\t甲\t1", lines__replace="1", **there)
    assert [row["code"] for row in draft.raw["lines"]] == ["201"]


def test_the_rows_that_are_there_stay_if_nothing_comes_in_their_place(budget, plan):
    there = {"lines__0__code": "1", "lines__0__name": "x", "lines__0__amount": "1"}
    assert len(read(budget, plan, lines__replace="1", **there).raw["lines"]) == 1
    draft = read(budget, plan, SimpleUploadedFile("a.xlsx", b"x"), lines__replace="1", **there)
    assert len(draft.raw["lines"]) == 1
    assert len(draft.errors) == 1


def test_an_open_document_sheet_is_read_too(budget, plan):
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{one}</text:p></table:table-cell>' for one in row
        )
        + "</table:table-row>"
        for row in (["科目编码", "科目名称", "金额"], ["201", "甲", "5"])
    )
    names = " ".join(
        f'xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"' for one in ("office", "table", "text")
    )
    sheet = f'<office:spreadsheet><table:table table:name="一">{cells}</table:table></office:spreadsheet>'
    body = f"<office:body>{sheet}</office:body>"
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{manifest}"/>')
        package.writestr("content.xml", f"<office:document-content {names}>{body}</office:document-content>")
    draft = read(budget, plan, SimpleUploadedFile("a.ods", stream.getvalue()))
    assert draft.errors == []
    assert draft.raw["lines"] == [{"code": "201", "name": "甲", "amount": "5"}]


def test_a_sheet_without_heads_is_refused_with_the_names_they_must_have(budget, plan):
    (error,) = read(budget, plan, workbook(("x", [["a", "b"], [1, 2]]))).errors
    assert (
        "科目编码, 科目名称, 金额 (ten thousand yuan)" in error.message or "科目编码, 科目名称, 金额" in error.message
    )


def test_dates_of_a_workbook_are_days(everything, plan):
    upload = workbook(("x", [["日", "钱"], [date(2026, 1, 5), 3.5]]))
    draft = forms.read(everything, plan, QueryDict(""), MultiValueDict({"f-rows-sheet": [upload]}), previous={})
    assert draft.raw["rows"] == [{"day": "2026-01-05", "money": "3.5"}]


def bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<x/>")
        package.writestr("xl/workbook.xml", b"0" * (300 << 20))
    return stream.getvalue()


def far_cells() -> bytes:
    """Return a small workbook whose only cells stand so far apart that a grid of them would fill any memory."""
    source = io.BytesIO(workbook(("x", [["a"]])).read())
    stream = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/worksheets/"):
                cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                content = content.replace(b"</sheetData>", cell)
            new.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"PK\x03\x04 broken"),
        ("a.xlsx", b""),
        ("a.xls", b"\xd0\xcf\x11\xe0"),
        ("a.csv", b"\xff\xfe\x00"),
        ("a.exe", b"MZ"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(budget, plan, name, content):
    draft = read(budget, plan, SimpleUploadedFile(name, content))
    assert len(draft.errors) == 1
    assert draft.raw == {}


@pytest.mark.parametrize("make", [bomb, far_cells])
def test_a_workbook_that_would_fill_the_memory_is_refused_soon(budget, plan, make):
    content = make()
    began = time.monotonic()
    draft = read(budget, plan, SimpleUploadedFile("a.xlsx", content))
    assert len(draft.errors) == 1
    assert time.monotonic() - began < 25


def test_a_sheet_with_many_mistakes_names_the_first_hundred(budget, plan):
    rows = [["科目编码", "科目名称", "金额"], *([str(n), "x", "?"] for n in range(500))]
    draft = read(budget, plan, workbook(("x", rows)))
    assert len(draft.errors) == sheets.MOST_ERRORS
    assert len(draft.raw["lines"]) == 500
