"""Rows of a table field out of a spreadsheet or out of pasted text: header found, cells checked and addressed."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from sunlit.files import actions as files
from sunlit.plan.casts import cast_of
from sunlit.plan.casts.base import Refused
from sunlit.plan.casts.compound import MOST_ROWS
from sunlit.plan.language import Field, Plan
from sunlit.plan.payload import FieldError
from sunlit.records.imports.sheets import SheetRefused, encoding_of
from sunlit.screens.forms import apart
from sunlit.screens.forms.grids import Grid, letters, separator_of
from sunlit.screens.forms.grids import from_text as grid_of
from sunlit.screens.forms.heads import Heads, find_heads, positional
from sunlit.screens.words import joined, say

MOST_ERRORS = 100

_BOOKS, _TEXTS = (".xlsx", ".ods"), (".csv", ".txt", ".tsv")

__all__ = ["Rows", "SheetRefused", "from_text", "from_upload"]


@dataclass
class Rows:
    """Rows as typed, those with mistakes too; the path of an error leads to row and column among them."""

    rows: list[dict[str, str]] = field(default_factory=list)
    errors: list[FieldError] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)


def from_text(declared: Field, plan: Plan, text: str) -> Rows:
    """Return the rows of pasted text; without a row of heads the columns stand in the order of the form."""
    grid = grid_of(text)
    heads = find_heads(grid, declared)
    if heads is None and "\t" not in text and (by_commas := find_heads(grid_of(text, ","), declared)):
        grid, heads = grid_of(text, ","), by_commas
    return _taken(declared, plan, grid, heads or positional(declared), left=0, is_addressed=False)


def from_upload(declared: Field, plan: Plan, upload: UploadedFile[Any], chosen: str = "") -> Rows:
    """Return the rows of an uploaded XLSX, ODS or CSV file; raise SheetRefused if it cannot be read.

    Of a workbook the sheet named is read, else the first whose heads name columns of the table.
    """
    if (upload.size or 0) > files.limit():
        raise SheetRefused(_("The file is too large; split it."))
    ending = Path(upload.name or "").suffix.lower()
    if ending not in (*_TEXTS, *_BOOKS):
        raise SheetRefused(_("Use an XLSX, ODS or CSV file. An old XLS file can be saved as XLSX."))
    with tempfile.TemporaryDirectory(prefix="sunlit-sheet.") as folder:
        path = Path(folder) / f"sheet{ending}"
        with path.open("wb") as target:
            for chunk in upload.chunks():
                target.write(chunk)
        sheets = _plain_text(path) if ending in _TEXTS else _workbook(path, chosen)
    for sheet in sheets:
        grid: Grid = [(number, list(cells)) for number, cells in sheet["rows"]]
        if heads := find_heads(grid, declared):
            found = _taken(declared, plan, grid, heads, left=sheet["left"], is_addressed=True)
            where = _("Sheet “%(sheet)s”: ") % {"sheet": sheet["name"]} if sheet["name"] and len(sheets) > 1 else ""
            found.messages.insert(0, where + _("%(count)d rows were read.") % {"count": len(found.rows)})
            return found
    names = joined([say(column.label) for column in declared.columns])
    raise SheetRefused(
        _("No row names the columns of this table: %(names)s. Put these heads above the rows.") % {"names": names}
    )


def _plain_text(path: Path) -> list[dict[str, Any]]:
    text = path.read_text(encoding_of(path), errors="replace")
    return [{"name": "", "left": 0, "rows": grid_of(text, separator_of(text))}]


def _workbook(path: Path, chosen: str) -> list[dict[str, Any]]:
    try:
        answer = apart.run("sheet", str(path), chosen, str(MOST_ROWS))
    except apart.TooMuch as error:
        raise SheetRefused(
            _("This workbook asks for more memory or time than a table needs. Copy the rows into a new one.")
        ) from error
    match answer.get("error"):
        case "no-sheet":
            raise SheetRefused(
                _("There is no sheet “%(sheet)s”; there are: %(names)s.")
                % {"sheet": chosen, "names": joined(answer["names"])}
            )
        case "rows":
            raise SheetRefused(_("The sheet has more than %(rows)d rows; split it.") % {"rows": MOST_ROWS})
        case "large":
            raise SheetRefused(_("The workbook is too large; copy the rows into a new one."))
        case "broken":
            raise SheetRefused(_("The workbook cannot be opened. Save it again as XLSX without a password."))
    return list(answer["sheets"])


def _taken(declared: Field, plan: Plan, grid: Grid, heads: Heads, *, left: int, is_addressed: bool) -> Rows:
    """Return the rows below the heads, and what is wrong with their cells, addressed as the sheet shows them."""
    found = Rows(messages=list(heads.messages))
    columns = {column.name: column for column in declared.columns}
    casts = {name: cast_of(columns[name], plan) for name in heads.names()}
    for number, cells in grid:
        if number <= heads.row or _is_comment(cells):
            continue
        row = {}
        for at, name, unit in heads.columns:
            cell = str(cells[at]).strip() if at < len(cells) else ""
            if cell:
                row[name] = f"{cell}{unit}" if unit and _is_bare(cell) else cell
        if not row:
            continue
        for at, name, _unit in heads.columns:
            if len(found.errors) >= MOST_ERRORS:
                break
            if message := _wrong(casts[name], row.get(name), columns[name].required):
                address = f"{letters(at + left)}{number}" if is_addressed else ""
                found.errors.append(
                    FieldError(
                        declared.name,
                        _placed(number, say(columns[name].label), address, message),
                        (len(found.rows), name),
                    )
                )
        found.rows.append(row)
    return found


def _wrong(cast: object, value: str | None, is_required: bool) -> str:
    if not value:
        return _("this is required; fill it in.") if is_required else ""
    try:
        cast(value)  # type: ignore[operator]  # a cast
    except Refused as refused:
        return refused.message
    return ""


def _placed(number: int, label: str, address: str, message: str) -> str:
    values = {"row": number, "column": label, "cell": address, "message": message}
    if address:
        return _("Row %(row)d, %(column)s (%(cell)s): %(message)s") % values
    return _("Row %(row)d, %(column)s: %(message)s") % values


def _is_comment(cells: Sequence[object]) -> bool:
    first = next((str(cell) for cell in cells if cell != ""), "")
    return first.startswith("#")


def _is_bare(cell: str) -> bool:
    return cell.replace(",", "").replace(".", "").lstrip("+-").isdecimal()
