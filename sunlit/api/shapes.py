"""The shapes of what a system sends; the fields of a record are checked by its kind, not here."""

from __future__ import annotations

from typing import Annotated, Any

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field

from sunlit.text.clean import UnsafeText, clean_text

MOST_ROWS = 500


def _plain(value: str) -> str:
    try:
        return clean_text(value)
    except UnsafeText:
        raise ValueError(_("This text holds a character that cannot be stored; type it again.")) from None


Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
Line = Annotated[str, Field(max_length=500), AfterValidator(_plain)]


class Body(Schema):
    """A body in which unknown parts are refused."""

    model_config = ConfigDict(extra="forbid")


class NewRecord(Body):
    """A record that a system brings; ``reference`` is the system's own number for it, which it uses once."""

    kind: Name
    unit: Name
    reference: Annotated[str, Field(max_length=200), AfterValidator(_plain)] = ""
    audience: Annotated[str, Field(pattern="^(public|group|staff|sealed)?$")] = ""
    scope: Annotated[str, Field(max_length=100), AfterValidator(_plain)] = ""
    fields: dict[str, Any]


class Correction(Body):
    """The whole new text of a record; ``note`` says to readers what changes and why, once it is published."""

    fields: dict[str, Any]
    note: Line = ""


class Withdrawal(Body):
    """Why a record should not be shown any more."""

    reason: Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_plain)]


class Many(Body):
    """Several new records; each is judged by itself unless none is to be kept when one is refused."""

    all_or_nothing: bool = False
    records: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=MOST_ROWS)]
