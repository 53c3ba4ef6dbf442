"""Pages by key: a page begins behind a row, so page 1,000 costs what page 1 costs, whatever the order."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from django.db.models import F, QuerySet

from sunlit.records.models import Slot
from sunlit.records.slots import LARGEST
from sunlit.text import clean

Order = list[tuple[str, bool]]
"""Columns with True for downwards; the last one is the record's id, so that no two rows stand equal."""


@dataclass(frozen=True)
class Cursor:
    """A place between two rows of a list, and the way in which to read on."""

    key: tuple[Any, ...] = ()
    backwards: bool = False

    @classmethod
    def of(cls, row: Slot, order: Order, *, backwards: bool) -> str:
        """Write the place before or behind a row."""
        values = [getattr(row, column) for column, _ in order]
        plain = [value.isoformat() if isinstance(value, date) else value for value in values]
        text = json.dumps(["b" if backwards else "f", *plain], ensure_ascii=False)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str | None, order: Order) -> Cursor:
        """Read a place again; anything broken, or of another order, is the beginning."""
        try:
            padded = (text or "").encode() + b"=" * (-len(text or "") % 4)
            way, *values = json.loads(base64.urlsafe_b64decode(padded))
            key = tuple(_revived(column, value) for (column, _), value in zip(order, values, strict=True))
        except (ValueError, TypeError, RecursionError):
            return cls()
        return cls(key, way == "b")


def _revived(column: str, value: Any) -> Any:
    """Return a value of a cursor in the type of its column; raise ValueError or TypeError for any other."""
    if column == "published_at":
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("an instant needs a zone")
        return moment
    if column.startswith("d"):
        return date.fromisoformat(value)
    if column.startswith("t"):
        if not (isinstance(value, str) and clean.is_safe(value)):
            raise ValueError("not a text of a list")
        return value
    if type(value) is not int or abs(value) > 2 * LARGEST:
        raise ValueError("not a whole number of a list")
    return value


def page(
    lists: Sequence[QuerySet[Slot]], order: Order, cursor: Cursor, size: int
) -> tuple[list[Slot], str | None, str | None]:
    """Return a page of what several lists hold together, with the cursors of the next and the previous page.

    No row is in two of the lists. Each is read by an index of its own, which no database does for them together.
    """
    reading = [(column, down != cursor.backwards) for column, down in order]
    found = [slot for rows in lists for slot in _read(rows, reading, cursor.key, size + 1)]
    if len(lists) > 1:
        for column, down in reversed(reading):
            found.sort(key=attrgetter(column), reverse=down)
    more = len(found) > size
    found = found[:size]
    if cursor.backwards:
        found.reverse()
    earlier, later = (more, bool(cursor.key)) if cursor.backwards else (bool(cursor.key), more)
    if not found:
        return [], None, None
    following = Cursor.of(found[-1], order, backwards=False) if later else None
    preceding = Cursor.of(found[0], order, backwards=True) if earlier else None
    return found, following, preceding


def _read(rows: QuerySet[Slot], order: Order, key: tuple[Any, ...], most: int) -> list[Slot]:
    found: list[Slot] = []
    for part in _segments(rows, order, key):
        found += part[: most - len(found)]
        if len(found) == most:
            break
    return found


def _segments(rows: QuerySet[Slot], order: Order, key: tuple[Any, ...]) -> Iterator[QuerySet[Slot]]:
    """Yield the rows behind a key as ranges of one index each: databases read a range fast, an OR of ranges slowly."""
    if order[0][0] != "published_at":
        # Sorted columns are never empty; saying so lets the database use their index.
        rows = rows.filter(**{f"{order[0][0]}__isnull": False})
    by = [F(column).desc() if down else F(column).asc() for column, down in order]
    ordered = rows.select_related("record__live", "record__unit").order_by(*by)
    if not key:
        yield ordered
        return
    for last in reversed(range(len(order))):
        same = {column: value for (column, _), value in zip(order[:last], key, strict=False)}
        column, down = order[last]
        yield ordered.filter(**same, **{f"{column}__{'lt' if down else 'gt'}": key[last]})
