"""Empty sheets to fill in: the columns of a kind, what goes into each, and an example row."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from io import BytesIO, StringIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from sunlit.plan.language import Field, Kind, Plan
from sunlit.records.states import Audience

_EXAMPLES = {
    "date": "2026-01-31",
    "money": "1200.50",
    "number": "12",
    "percent": "98.5",
    "uscc": "12510900MB1234567R",
    "phone": "0825-1234567",
    "url": "https://www.example.gov.cn/",
    "officer": "王某某, 局长, 0825-1234567",
    "person": "王某某",
    "point": "105.57,30.51",
    "record": "115108037/2026-00001",
}
_LAST_ROW = 10_000
# A list in a workbook's drop-down may be this long.
_LONGEST_LIST = 250


def as_csv(plan: Plan, kind: Kind) -> bytes:
    """Return the template as CSV with a byte order mark, so that a spreadsheet program reads it as UTF-8."""
    stream = StringIO()
    csv.writer(stream).writerows(_lines(plan, kind))
    return stream.getvalue().encode("utf-8-sig")


def as_xlsx(plan: Plan, kind: Kind) -> bytes:
    """Return the template as a workbook, with drop-down lists for choices."""
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise TypeError("a new workbook has one sheet")
    sheet.title = kind.label.zh[:30]
    for line in _lines(plan, kind):
        sheet.append(line)
    _decorate(sheet)
    for at, field in enumerate(importable(kind), _first_field(kind) + 1):
        if field.choices and not field.multiple:
            _offer(sheet, get_column_letter(at), [term.label.zh for term in plan.vocabularies[field.choices].terms])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def importable(kind: Kind) -> list[Field]:
    """Return the fields that a sheet can hold: all but files."""
    return [field for field in kind.fields if field.type != "file"]


def _lines(plan: Plan, kind: Kind) -> list[list[str]]:
    """Return headers, help and example; the two latter begin with ``#``, which an import leaves out."""
    special = ["发布单位"] + (["公开范围"] if _first_field(kind) == 2 else [])
    fields = importable(kind)
    headers = special + [field.label.zh + ("*" if field.required.always else "") for field in fields]
    about = [_("code or name of the unit"), _("such as village:510903001001")][: len(special)]
    examples = [next(iter(plan.select(kind.holders)), ""), "village:510903001001"][: len(special)]
    helps = about + [_help(plan, field) for field in fields]
    rows = examples + [_example(plan, field) for field in fields]
    helps[0], rows[0] = f"# {helps[0]}", f"# {rows[0]}"
    return [headers, helps, rows]


def _first_field(kind: Kind) -> int:
    """Return how many columns stand before the fields."""
    return 2 if kind.settings.audience == Audience.GROUP.value else 1


def _help(plan: Plan, field: Field) -> str:
    parts = [_("required") if field.required.always else "", field.help.zh if field.help else ""]
    if field.unit:
        parts.append(_("in %(unit)s") % {"unit": field.unit})
    if field.choices:
        labels = [term.label.zh for term in plan.vocabularies[field.choices].terms]
        parts.append("；".join(labels[:30]))
    if field.multiple:
        parts.append(_("several separated by “;”"))
    if field.type == "date":
        parts.append("YYYY-MM-DD")
    if field.show != "public":
        parts.append(_("not shown to readers") if field.show == "internal" else _("shown masked"))
    return "；".join(part for part in parts if part)


def _example(plan: Plan, field: Field) -> str:
    if field.choices:
        return plan.vocabularies[field.choices].terms[0].label.zh
    if field.type == "unit":
        return next(iter(plan.units.values())).name
    if field.type == "table":
        columns: Mapping[str, Any] = {column.label.zh: _EXAMPLES.get(column.type, "…") for column in field.columns}
        return "[{" + ", ".join(f'"{label}": "{value}"' for label, value in columns.items()) + "}]"
    return _EXAMPLES.get(field.type, "…")


def _decorate(sheet: Worksheet) -> None:
    for at, cell in enumerate(sheet[1], 1):
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E8EEF5")
        sheet.column_dimensions[get_column_letter(at)].width = 22
    for row in (2, 3):
        for cell in sheet[row]:
            cell.font = Font(italic=True, color="666666")
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"


def _offer(sheet: Worksheet, column: str, labels: list[str]) -> None:
    joined = ",".join(labels)
    if len(joined) > _LONGEST_LIST or any("," in label for label in labels):
        return
    offered = DataValidation(type="list", formula1=f'"{joined}"', allow_blank=True)
    offered.add(f"{column}4:{column}{_LAST_ROW}")
    sheet.add_data_validation(offered)
