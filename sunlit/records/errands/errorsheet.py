"""The sheet of mistakes of an import: the rows that failed as they were, what is wrong and what to do beside each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from sunlit.records.errands import selectors, uploads
from sunlit.records.errands.tables import RowState
from sunlit.records.imports.columns import ROW, TODO, WRONG, plain
from sunlit.records.models import Errand, ErrandRow, ErrandSheet

_WRONG_CELL = PatternFill("solid", fgColor="F8D7D3")
_TOLD = PatternFill("solid", fgColor="FFF4D6")
_OWN = 3
_OWN_HEADERS = {plain(header) for header in (*ROW, *WRONG, *TODO)}


def write(errand: Errand, stream: BinaryIO) -> int:
    """Write the sheet as XLSX and return how many rows it has; it can be corrected and brought again alone.

    Rows of several sheets stand under the headers of the first; a row that came again wrong stands as it came last.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheets = list(errand.sheets.order_by("number"))
    headers = [one for one in sheets[0].headers if plain(one) not in _OWN_HEADERS]
    _decorate(sheet, len(headers))
    sheet.append([_head(sheet, one) for one in (ROW[0], WRONG[0], TODO[0], *headers)])
    count = 0
    for one in sheets:
        places = [_place(one.headers, header) for header in headers]
        for row, cells in _failed(errand, one):
            sheet.append(_line(sheet, one, row, cells, places))
            count += 1
    book.save(stream)
    return count


def _failed(errand: Errand, sheet: ErrandSheet) -> Iterator[tuple[ErrandRow, Sequence[object]]]:
    wrong = {row.row: row for row in selectors.rows_of(errand, RowState.BAD) if row.sheet == sheet.number}
    for number, cells in uploads.some_rows(sheet, set(wrong)):
        yield wrong[number], cells


def _line(
    sheet: WriteOnlyWorksheet, of: ErrandSheet, row: ErrandRow, cells: Sequence[object], places: Sequence[int | None]
) -> list[Cell]:
    at_fault: dict[int, list[str]] = {}
    for column, _label, _excerpt, sentence, remedy in row.mistakes:
        at_fault.setdefault(column, []).append(f"{sentence} {remedy}".strip())
    name = str(row.row) if of.number == 1 else f"{row.row}@{of.number}"
    wrong = "\n".join(f"{one[1]}：{one[3]}" if one[1] else one[3] for one in row.mistakes)
    todo = "\n".join(dict.fromkeys(one[4] for one in row.mistakes if one[4]))
    told = [_cell(sheet, name), _cell(sheet, wrong), _cell(sheet, todo)]
    for one in told:
        one.fill, one.alignment = _TOLD, Alignment(wrap_text=True, vertical="top")
    for place in places:
        cell = _cell(sheet, cells[place] if place is not None and place < len(cells) else "")
        if place in at_fault:
            cell.fill = _WRONG_CELL
            cell.comment = Comment("\n".join(at_fault[place]), "Sunlit", height=120, width=320)
        told.append(cell)
    return told


def _cell(sheet: WriteOnlyWorksheet, value: object) -> Cell:
    """Return a cell that holds a text as text, whatever a spreadsheet program would make of it."""
    text = value if isinstance(value, str) else "" if value is None else str(value)
    cell: Cell = WriteOnlyCell(sheet, value=_clean(text))
    cell.data_type = "s"
    cell.number_format = "@"
    return cell


def _clean(text: str) -> str:
    """Leave out what a workbook cannot hold."""
    return "".join(sign for sign in text if sign >= " " or sign in "\n\t")[:32_000]


def _head(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    cell = _cell(sheet, text)
    cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E8EEF5")
    return cell


def _decorate(sheet: WriteOnlyWorksheet, columns: int) -> None:
    for at, width in enumerate((10, 36, 36), 1):
        sheet.column_dimensions[get_column_letter(at)].width = width  # type: ignore[attr-defined]
    for at in range(_OWN + 1, _OWN + columns + 1):
        sheet.column_dimensions[get_column_letter(at)].width = 20  # type: ignore[attr-defined]
    sheet.freeze_panes = "D2"


def _place(headers: Sequence[str], header: str) -> int | None:
    return headers.index(header) if header in headers else None
