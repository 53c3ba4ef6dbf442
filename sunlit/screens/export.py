"""Lists as files: streamed CSV that opens in a spreadsheet without harm."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

from django.http import StreamingHttpResponse

BYTE_ORDER_MARK = "\ufeff"  # without it a spreadsheet takes UTF-8 Chinese for the system's old encoding
_FORMULA = re.compile(r"^[\s]*[=+\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"^-?\d+(\.\d+)?%?$")


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        return value


def safe_cell(value: Any) -> str:
    """Return the value as a cell that no spreadsheet takes for a formula; plain negative numbers stay numbers."""
    text = "" if value is None else str(value)
    if _FORMULA.match(text) and not _NUMBER.match(text):
        return f"'{text}"
    return text


def csv_lines(header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Yield the file piece by piece, so that a long list never stands in memory as a whole."""
    writer = csv.writer(_Echo())
    yield BYTE_ORDER_MARK
    yield writer.writerow([safe_cell(cell) for cell in header])
    for row in rows:
        yield writer.writerow([safe_cell(cell) for cell in row])


def csv_response(name: str, header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """Answer with a CSV file to keep; ``name`` may be Chinese."""
    response = StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f"attachment; filename=\"list.csv\"; filename*=UTF-8''{quote(name)}"
    return response
