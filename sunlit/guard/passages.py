"""Walks what is about to become public and yields its passages: the fields of a record, a file's name, its parts.

What readers never see is not judged; what they see masked is judged as masked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sunlit.files.extraction.parts import Extract
from sunlit.guard.blocks import blocks_in
from sunlit.guard.findings import Passage, Place
from sunlit.plan.language import Column, Field, Kind
from sunlit.text.masking import HIDDEN, masked

# What is cleaned into a closed form that can hold nothing personal.
_CLOSED = frozenset(("date", "choice", "unit", "region", "uscc", "point", "record"))
# Amounts below this many 分 are too short to be any number of a person.
_LONG_AMOUNT = 10**13


def of_payload(kind: Kind, payload: Mapping[str, Any]) -> Iterator[Passage]:
    """Yield what the public will read of a payload in canonical form, in the order of the kind's fields."""
    for field in kind.fields:
        value = payload.get(field.name)
        if value is None or is_never_public(field):
            continue
        if field.type == "table":
            yield from _table(field, value)
        elif field.type == "richtext":
            yield from _rich(field, value)
        else:
            for one in value if isinstance(value, list) else (value,):
                yield from _single(field, one)


def of_name(file_name: str) -> Iterator[Passage]:
    """Yield the name of a file."""
    yield Passage(Place(file=file_name), file_name)


def of_extract(file_name: str, extract: Extract) -> Iterator[Passage]:
    """Yield the parts of a file, hidden ones marked as such, and what of it could not be read."""
    for part in extract.parts:
        hiding = str(part.hidden.value) if part.hidden else ""
        yield Passage(Place(file=file_name, part=part.where), part.text, part.hidden is not None, hiding=hiding)
    if not extract.complete:
        yield Passage(Place(file=file_name), "", unread=" ".join(extract.notices) or file_name)


def is_never_public(field: Field | Column) -> bool:
    """Tell whether readers never see a field's value, or only one of a closed form that cannot be personal."""
    return field.show == "internal" or field.type in ("id_number", *_CLOSED)


def _as_shown(field: Field | Column, value: Any) -> str:
    """Return a plain value as readers see it."""
    if field.type == "money":
        return str(value // 100) if isinstance(value, int) and abs(value) >= _LONG_AMOUNT else ""
    text = str(value)
    if field.mask and field.mask != "none":
        return masked(text, field.mask)
    # A plan whose checks were passed always says how; if not, nothing of it is shown.
    return HIDDEN if field.show == "masked" and not field.mask else text


def _single(field: Field, value: Any) -> Iterator[Passage]:
    head = field.label.zh
    if field.type == "file":
        yield Passage(Place(field=field.name, file=str(value.get("name", ""))), str(value.get("name", "")))
    elif field.type == "officer":
        # Post and name in one, as they are read, so that a wrong post is seen.
        yield Passage(Place(field=field.name), " ".join(filter(None, (value.get("post"), value.get("name")))))
        if value.get("phone"):
            yield Passage(Place(field=field.name, column="phone"), str(value["phone"]))
    elif text := _as_shown(field, value):
        yield Passage(Place(field=field.name), text, head=head)


def _table(field: Field, rows: list[Mapping[str, Any]]) -> Iterator[Passage]:
    columns = [column for column in field.columns if not is_never_public(column)]
    for number, row in enumerate(rows, start=1):
        for column in columns:
            value = row.get(column.name)
            if value is not None and (text := _as_shown(column, value)):
                yield Passage(Place(field=field.name, row=number, column=column.name), text, head=column.label.zh)


def _rich(field: Field, markup: str) -> Iterator[Passage]:
    for block in blocks_in(markup):
        place = Place(field=field.name, row=block.row, column=block.column, part=block.where)
        yield Passage(place, block.text, head=block.column)
