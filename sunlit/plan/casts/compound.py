"""Casts of values with parts: officers, files, tables, and several values in one field."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from sunlit.plan.casts.base import EMPTY, Cast, Refused, RefusedAll, Shape, quoted, text_of, unpacked
from sunlit.plan.casts.texts import phone
from sunlit.plan.language.fields import Column, Field

MOST_ROWS = 20_000
MOST_REFUSALS = 100
MOST_VALUES = 200

_SEPARATORS = re.compile(r"[;；\n]")
_OFFICER_SEPARATORS = re.compile(r"[,，、|\t]")
_SHA256 = re.compile("[0-9a-f]{64}")
_MIME = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]{0,99}")
_OFFICER_PARTS = ("name", "post", "phone")


def officer(shape: Shape) -> Cast:
    """Compile the cast of an officer: name, post and office telephone, which are public by nature."""
    phone_of = phone(Column(name="phone", type="phone", label=shape.label))

    def cast(value: object) -> object:
        content = unpacked(value)
        if not isinstance(content, Mapping):
            parts = [part.strip() for part in _OFFICER_SEPARATORS.split(text_of(content))]
            content = dict(zip(_OFFICER_PARTS, parts, strict=False)) if len(parts) <= 3 else {"": ""}
        if set(content) - set(_OFFICER_PARTS):
            raise Refused(_("Write name, post and office telephone, separated by commas, and nothing else."))
        found = {part: text_of(content.get(part) or "") for part in _OFFICER_PARTS}
        if not any(found.values()):
            return None
        if not found["name"] or len(found["name"]) > 60 or len(found["post"]) > 200:
            raise Refused(_("An officer needs a name, at most 60 characters, and a post of at most 200; complete it."))
        return {**found, "phone": phone_of(found["phone"]) or ""}

    return cast


def file(_shape: Shape) -> Cast:
    """Compile the cast of a stored file: its hash, name, size in bytes, and type."""

    def cast(value: object) -> object:
        content = unpacked(value)
        if not isinstance(content, Mapping) or set(content) != {"sha256", "name", "size", "type"}:
            raise Refused(_("This is no stored file; upload it."))
        sha256, size, kind = content["sha256"], content["size"], content["type"]
        name = text_of(content["name"])
        if not (
            isinstance(sha256, str) and _SHA256.fullmatch(sha256) and isinstance(kind, str) and _MIME.fullmatch(kind)
        ):
            raise Refused(_("This is no stored file; upload it again."))
        if isinstance(size, bool) or not isinstance(size, int) or not 0 <= size < 10**13:
            raise Refused(_("The size of this file is not known; upload it again."))
        if not name or len(name) > 255 or not name.isprintable() or "/" in name or "\\" in name:
            raise Refused(_("The name of this file cannot be kept; rename it and upload it again."))
        return {"sha256": sha256, "name": name, "size": size, "type": kind}

    return cast


def several(single: Cast) -> Cast:
    """Compile the cast of a field that takes several values, from the cast of one."""

    def cast(value: object) -> object:
        content = unpacked(value)
        if isinstance(content, str):
            content = _SEPARATORS.split(content)
        elif not isinstance(content, list | tuple):
            content = [content]
        if len(content) > MOST_VALUES:
            raise Refused(_("These are too many values for one field; leave some out."))
        found: list[object] = []
        for part in content:
            one = None if part in EMPTY else single(part)
            if one is not None and one not in found:
                found.append(one)
        return found or None

    return cast


def table(shape: Field, casts: Mapping[str, Cast]) -> Cast:
    """Compile the cast of a table from those of its columns; every wrong cell is reported by row and column."""
    longest = shape.max_length or MOST_ROWS
    columns = [(column, casts[column.name]) for column in shape.columns]
    names = {column.name: column.name for column in shape.columns}
    for column in shape.columns:
        names.setdefault(column.label.zh, column.name)
        names.setdefault(column.code or column.name, column.name)

    def cast(value: object) -> object:
        content = unpacked(value)
        if not isinstance(content, list | tuple):
            raise Refused(_("This must be a table; upload it or fill in its rows."))
        if len(content) > longest:
            raise Refused(_("The table has more than %(rows)d rows; split it.") % {"rows": longest})
        rows: list[dict[str, object]] = []
        refusals: list[Refused] = []
        for position, raw in enumerate(content):
            row = _row(raw, position, names, columns, refusals)
            if row:
                rows.append(row)
            if len(refusals) >= MOST_REFUSALS:
                break
        if refusals:
            raise RefusedAll(refusals)
        return rows or None

    return cast


def _row(
    raw: object,
    position: int,
    names: Mapping[str, str],
    columns: list[tuple[Column, Cast]],
    refusals: list[Refused],
) -> dict[str, object]:
    """Return one clean row; adds to ``refusals`` what is wrong with it. A row with nothing in it is empty."""
    if not isinstance(raw, Mapping):
        refusals.append(_cell(position, "", _("this is no row; name its columns.")))
        return {}
    given: dict[str, object] = {}
    for header, value in raw.items():
        name = names.get(header) if isinstance(header, str) else None
        if name is None:
            refusals.append(
                _cell(position, quoted(str(header)), _("the table has no such column; remove or rename it."))
            )
        else:
            given[name] = value
    row: dict[str, object] = {}
    if all(value in EMPTY for value in given.values()):
        return row
    for column, cast in columns:
        value = given.get(column.name)
        try:
            result = None if value in EMPTY else cast(value)
        except Refused as refused:
            refusals.append(_cell(position, column.label.zh, refused.message, column.name))
            continue
        if result is not None:
            row[column.name] = result
        elif column.required:
            refusals.append(_cell(position, column.label.zh, _("this is required; fill it in."), column.name))
    return row


def _cell(position: int, label: str, message: str, name: str = "") -> Refused:
    where = _("Row %(row)d, %(column)s: ") % {"row": position + 1, "column": label}
    return Refused(where + message, (position, name) if name else (position,))
