"""Each type of field has its plain form and its template, and shows no more than it was given."""

import re
from decimal import Decimal
from typing import get_args

import pytest
from django.template.loader import get_template
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from sunlit.plan.language.fields import Field, FieldType
from sunlit.screens import fields
from sunlit.screens.amounts import decimal, money, number, size
from sunlit.screens.book import Book
from sunlit.screens.components import Link


class Terms:
    """A plan as far as the book asks it: no vocabulary at all."""

    vocabularies: dict[str, object] = {}


@pytest.fixture
def book():
    return Book(
        Terms(),
        find_unit=lambda code: Link("市审计局", f"/units/{code}/"),
        find_record=lambda slug: Link("节水办法", f"/r/{slug}"),
        find_region=lambda code: "船山区",
        files={"paper": [Link("a.pdf", "/r/x/files/1/a.pdf")]},
    )


def declared(type_, **more):
    return Field.model_validate({"name": "paper", "type": type_, "label": "文件", **more})


PLAIN = {
    "text": ("text", {}, "甲", "甲"),
    "money in yuan": ("money", {}, 123_456_00, "123,456 元"),
    "money with fen": ("money", {}, 123_456_07, "123,456.07 元"),
    "money in ten thousands": ("money", {"unit": "万元"}, 123_456_00, "12.3456 万元"),
    "a number": ("number", {"unit": "人"}, "1200.50", "1,200.5 人"),
    "a percentage": ("percent", {}, "12.50", "12.5%"),
    "a unit": ("unit", {}, "audit", "市审计局"),
    "two units": ("unit", {"multiple": "true"}, ["audit", "water"], "市审计局、市审计局"),
    "a region": ("region", {}, "510903", "船山区"),
    "a record": ("record", {"kinds": ("policy",)}, "1-2026-1", "节水办法"),
    "an officer": ("officer", {}, {"name": "办公室", "post": "值班", "phone": "0825-1"}, "办公室 值班 0825-1"),
    "a file": ("file", {}, {"name": "a.pdf", "size": 2048, "type": "application/pdf"}, "a.pdf"),
    "a point": ("point", {}, {"lng": "105.5", "lat": "30.5"}, "30.5, 105.5"),
    "rich text": ("richtext", {}, "<p>甲<b>乙</b></p>", "甲乙"),
    "nothing": ("text", {}, None, ""),
}


@pytest.mark.parametrize(("type_", "more", "value", "shown"), PLAIN.values(), ids=PLAIN.keys())
def test_a_value_has_one_plain_form(book, type_, more, value, shown):
    assert fields.plain(declared(type_, **more), value, book) == shown


@pytest.mark.parametrize("type_", get_args(FieldType))
def test_every_type_of_field_has_a_template(type_):
    get_template(f"screens/fields/{type_}.html")


def test_an_unknown_code_is_shown_as_it_is(book):
    assert book.term("gone", "X1") == "X1"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//evil", "/me/", "ftp://x"])
def test_only_addresses_of_the_web_become_links(book, address):
    shown = fields._VALUES["url"](declared("url"), address, book)
    assert shown == [Link(address, "")]


@given(st.text(alphabet="<>/\"'= abconscriptlikhref:jv&;\n", max_size=80))
def test_rich_text_never_carries_a_script(text):
    html = str(Book.clean_html(f"<p>{text}</p><script>{text}</script><a href='javascript:x'>y</a>"))
    assert not re.search(r"<(script|style|iframe|svg|img)|\son\w+\s*=(?=[^<]*>)|href=\"javascript", html, re.IGNORECASE)


@given(st.integers(-(10**15), 10**15))
def test_money_loses_no_fen(fen):
    for unit, factor in (("元", 100), ("万元", 1_000_000)):
        assert Decimal(money(fen, unit).replace(",", "")) * factor == fen


@given(st.decimals(-(10**9), 10**9, places=4))
def test_a_number_is_shown_as_precisely_as_it_was_given(value):
    assert Decimal(decimal(value).replace(",", "")) == value


@pytest.mark.parametrize(("octets", "shown"), [(0, "0 B"), (1023, "1023 B"), (2048, "2 KB"), (3 << 20, "3.0 MB")])
def test_the_size_of_a_file_is_short(octets, shown):
    assert size(octets) == shown


def test_english_readers_are_told_units_of_money_in_english(book):
    with override("en"):
        assert fields.plain(declared("money", unit="万元"), 10_000_00, book).endswith("ten thousand yuan")


TABLE = {
    "type": "table",
    "columns": (
        {"name": "item", "type": "text", "label": "事项"},
        {"name": "sum", "type": "money", "label": "金额", "unit": "万元", "total": True},
    ),
}


def table(book, rows):
    return fields._VALUES["table"](declared(type_="table", columns=TABLE["columns"]), rows, book)


def test_a_table_names_each_cell_for_readers_on_a_phone_and_adds_up_figures(book):
    shown = table(book, [{"item": "甲", "sum": 1_000_000}, {"item": "乙", "sum": 2_500_000}])
    assert [cell.text for cell in shown.columns] == ["事项", "金额 (万元)"]
    assert [[cell.text for cell in row] for row in shown.rows] == [["甲", "1"], ["乙", "2.50"]]
    assert {cell.label for row in shown.rows for cell in row} == {"事项", "金额 (万元)"}
    assert shown.totals[1].text == "3.50"


def test_a_column_that_holds_subtotals_is_not_added_up(book):
    plain = ({**column, "total": False} for column in TABLE["columns"])
    rows = [{"item": "类", "sum": 1_000_000}, {"item": "款", "sum": 1_000_000}]
    assert not fields._VALUES["table"](declared(type_="table", columns=tuple(plain)), rows, book).totals


@pytest.mark.parametrize(
    ("value", "unit", "shown"), [("2026", None, "2026"), ("2026", "人", "2,026"), ("12026", None, "12,026")]
)
def test_a_year_has_no_thousands_separator(value, unit, shown):
    assert number(value, unit) == shown


def test_a_table_of_one_row_has_no_total(book):
    assert not table(book, [{"item": "甲", "sum": 1}]).totals


def test_what_is_empty_is_not_shown(book):
    class Kind:
        @staticmethod
        def field(name):
            return declared("text")

    assert fields.present(Kind, "paper", {"paper": ""}, book) is None
    assert fields.present(Kind, "paper", {}, book) is None
    assert fields.present(Kind, "paper", {"paper": "甲"}, book).text == "甲"


def test_the_words_of_rich_text_are_words_and_no_markup(book):
    assert fields.plain(declared("richtext"), "<p>甲 &amp; 乙 &lt;3</p>", book) == "甲 & 乙 <3"
