"""What every cast of the table has in common."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Collection
from typing import TypeVar

from django.utils.translation import gettext as _

from sunlit.plan.language.fields import Column, Field
from sunlit.plan.spelling import nearest
from sunlit.text.clean import UnsafeText, clean_text

Shape = Field | Column
Cast = Callable[[object], object]
"""Returns the canonical value of what was given, None if that is nothing, or raises Refused."""

T = TypeVar("T")
Path = tuple[str | int, ...]

# Looking for a similar name costs a millisecond per few hundred names, for each wrong cell of an import.
MOST_NAMES = 400

EMPTY: tuple[object, ...] = (None, "", [], (), {})


class Refused(Exception):
    """Carries why a value cannot be taken, in words that its writer can act on; ``path`` leads inside the value."""

    def __init__(self, message: str, path: Path = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path = path


class RefusedAll(Exception):
    """Carries several refusals of one value, such as the cells of a table."""

    def __init__(self, refusals: list[Refused]) -> None:
        super().__init__(f"{len(refusals)} refusals")
        self.refusals = refusals


def text_of(value: object) -> str:
    """Return a text in canonical form; raises Refused if it is none or must not be stored."""
    if not isinstance(value, str):
        raise Refused(_("This must be text; write it as text."))
    try:
        return clean_text(value)
    except UnsafeText:
        raise Refused(_("This text holds a character that cannot be stored; type it again.")) from None


def narrow(value: object) -> str:
    """Return a text with full-width letters and digits made narrow, as for codes and figures."""
    text = text_of(value)
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def quoted(value: str) -> str:
    """Return a value for a message: cut if it is long, without what cannot be printed."""
    plain = value if value.isprintable() else "".join(one if one.isprintable() else "\ufffd" for one in value[:41])
    return plain if len(plain) <= 40 else plain[:40] + "…"


def hint(written: str, known: Collection[str]) -> str:
    """Return the end of a message that proposes the nearest name; large registers are not searched for it."""
    near = nearest(written, known) if len(known) <= MOST_NAMES else None
    if near is None:
        return _("; choose one from the list.")
    return _("; did you mean “%(name)s”?") % {"name": near}


def unpacked(value: object) -> object:
    """Return the list or mapping that a text holds as JSON, or the value as it is; raises Refused on broken JSON."""
    if not isinstance(value, str) or not value.lstrip().startswith(("[", "{")):
        return value
    try:
        content: object = json.loads(value)
    except (ValueError, RecursionError):
        raise Refused(_("This list cannot be read; check its brackets, quotation marks and commas.")) from None
    return content
