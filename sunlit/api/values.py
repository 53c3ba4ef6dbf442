"""The fields that a system sends, as the engine takes them: numbers as a clerk types them, files by their hash."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from sunlit.api.models import Token, Upload
from sunlit.api.problems import Problem, of_fields
from sunlit.plan.casts.texts import pictures_in
from sunlit.plan.language import Field, Kind, Plan
from sunlit.plan.payload import FieldError, cleaner, typed
from sunlit.records.models import Attachment, Record

_SHA256 = re.compile("[0-9a-f]{64}")


def prepared(
    plan: Plan, kind: Kind, fields: Mapping[str, Any], *, token: Token, record: Record | None = None
) -> dict[str, Any]:
    """Return the fields as the engine takes them; raise Problem with every field that is missing or wrong.

    Only files that this token has sent, or that its record holds already, can be named.
    """
    errors: list[FieldError] = []
    known = _Known(token, record)
    data = {name: _value(kind.field(name), name, value, known, errors) for name, value in fields.items()}
    failed = {error.field for error in errors}
    cleaned = cleaner(kind, plan).clean(data)
    errors += [error for error in cleaned.errors if error.field not in failed]
    errors += _pictures(kind, cleaned.payload, known)
    if errors:
        raise Problem(422, "invalid", _("Correct the values that are named."), of_fields(errors))
    return data


class _Known:
    """The files that a system may name, each looked up once."""

    def __init__(self, token: Token, record: Record | None) -> None:
        self._token, self._record = token, record
        self._found: dict[str, dict[str, Any] | None] = {}

    def file(self, sha256: str) -> dict[str, Any] | None:
        """Return a file's value, or None for one that is not the system's."""
        if sha256 not in self._found:
            self._found[sha256] = self._look_up(sha256)
        return self._found[sha256]

    def _look_up(self, sha256: str) -> dict[str, Any] | None:
        if _SHA256.fullmatch(sha256) is None:
            return None
        found: Upload | Attachment | None = (
            Upload.objects.select_related("file").filter(token=self._token, file__sha256=sha256).first()
        )
        if found is None and self._record is not None:
            own = Attachment.objects.select_related("file").filter(revision__record=self._record)
            found = own.filter(file__sha256=sha256).first()
        if found is None:
            return None
        return {"sha256": sha256, "name": found.name, "size": found.file.size, "type": found.file.type}


def _value(field: Field | None, name: str, value: Any, known: _Known, errors: list[FieldError]) -> Any:
    if field is None or field.type != "file":
        return _typed(value)
    if not field.multiple:
        return _file(name, (), value, known, errors)
    if not isinstance(value, list):
        value = [value]
    return [_file(name, (at,), one, known, errors) for at, one in enumerate(value)]


def _file(
    name: str, path: tuple[int, ...], value: Any, known: _Known, errors: list[FieldError]
) -> dict[str, Any] | None:
    """Complete ``{"sha256": …, "name": …}`` by what is known of the file."""
    if value in (None, "", {}):
        return None
    sha256 = value.get("sha256") if isinstance(value, Mapping) else None
    found = known.file(sha256) if isinstance(sha256, str) else None
    if found is None:
        errors.append(FieldError(name, _("There is no such file of yours. Send it to /files first."), path))
        return None
    given = value.get("name")
    return {**found, "name": given} if isinstance(given, str) and given else found


def _pictures(kind: Kind, payload: Mapping[str, Any], known: _Known) -> list[FieldError]:
    sentence = _("There is no such picture of yours. Send it to /files first.")
    return [
        FieldError(field.name, sentence)
        for field in kind.fields
        if field.type == "richtext"
        for sha256 in pictures_in(str(payload.get(field.name, "")))
        if known.file(sha256) is None
    ]


def _typed(value: Any) -> Any:
    """Return numbers and truth values as a clerk would type them, also within tables."""
    if isinstance(value, list):
        return [_typed(one) for one in value]
    if isinstance(value, Mapping):
        return {key: _typed(one) for key, one in value.items()}
    return typed(value)
