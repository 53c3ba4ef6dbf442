"""Reads one sheet of a workbook and writes it as JSON; run by itself: ``sheet.py PATH SHEET MOST_ROWS``."""

from __future__ import annotations

import json
import resource
import sys
import zipfile
from datetime import date, datetime
from decimal import Decimal

MEMORY = 512 << 20
PROCESSOR_SECONDS = 20
MOST_BYTES = 100 << 20
MOST_COLUMNS = 200


def limit_self() -> None:
    """Give this process no more than its task may take."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))


def typed(cell: object) -> str:
    """Return a cell as a clerk would have typed it."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return format(Decimal(repr(cell)), "f").removesuffix(".0") if abs(cell) < 1e30 else ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell).strip()


def read(path: str, wanted: str, most: int) -> dict[str, object]:
    """Return the names of the sheets and the rows of each that is wanted: the one named, or all."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with zipfile.ZipFile(path) as package:
            if sum(part.file_size for part in package.infolist()) > MOST_BYTES:
                return {"error": "large"}
        book = CalamineWorkbook.from_path(path)
        names = list(book.sheet_names)
        if wanted and wanted not in names:
            return {"error": "no-sheet", "names": names[:20]}
        sheets = []
        for name in [wanted] if wanted else names[:10]:
            sheet = book.get_sheet_by_name(name)
            left = sheet.start[1] if sheet.start else 0
            rows = []
            for number, cells in enumerate(sheet.iter_rows(), 1):
                row = [typed(cell) for cell in cells[:MOST_COLUMNS]]
                if any(row):
                    rows.append([number, row])
                if len(rows) > most:
                    return {"error": "rows", "names": [name]}
            sheets.append({"name": name, "left": left, "rows": rows})
    except (CalamineError, OSError, zipfile.BadZipFile):
        return {"error": "broken"}
    return {"names": names, "sheets": sheets}


if __name__ == "__main__":
    limit_self()
    json.dump(read(sys.argv[1], sys.argv[2], int(sys.argv[3])), sys.stdout)
