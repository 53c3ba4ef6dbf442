"""A list as a file: it opens in a spreadsheet, and no cell of it runs there."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunlit.screens.export import BYTE_ORDER_MARK, csv_lines, csv_response, safe_cell


def read(text):
    return list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "＝1+1",
        "＋1",
        "－1+2",
        "＠SUM(A1)",
        "  =1",
        "-甲",
    ],
)
def test_a_formula_becomes_text(cell):
    assert safe_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-12.5", "-3%", "12", "遂宁", "a=b", "1-2", "〔2026〕1号", ""])
def test_figures_and_words_stay_as_they_are(cell):
    assert safe_cell(cell) == cell


def test_nothing_is_an_empty_cell():
    assert safe_cell(None) == ""


@given(st.text(max_size=40))
def test_no_cell_begins_like_a_formula_unless_it_is_a_number(text):
    cell = safe_cell(text).strip()
    if cell[:1] in ("=", "+", "@", "＝", "＋", "－", "＠"):
        pytest.fail(f"{cell!r} would run")
    if cell.startswith("-"):
        float(cell.removesuffix("%"))


plain = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)


@given(st.lists(st.lists(plain, min_size=3, max_size=3), max_size=8))
def test_what_is_written_is_read_again(rows):
    written = "".join(csv_lines(["甲", "乙", "丙"], rows))
    assert read(written) == [["甲", "乙", "丙"], *[[safe_cell(cell) for cell in row] for row in rows]]


def test_a_file_begins_with_the_mark_by_which_spreadsheets_know_its_encoding():
    response = csv_response("处罚决定.csv", ["标题"], [["甲,乙"], ["丙\n丁"]])
    content = b"".join(response).decode()
    assert content.startswith(BYTE_ORDER_MARK)
    assert read(content) == [["标题"], ["甲,乙"], ["丙\n丁"]]
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "filename*=UTF-8''%E5%A4%84" in response["Content-Disposition"]


def test_rows_are_written_as_they_come():
    taken = []

    def rows():
        for number in range(3):
            taken.append(number)
            yield [number]

    lines = csv_lines(["n"], rows())
    next(lines), next(lines)
    assert taken == []
    next(lines)
    assert taken == [0]
