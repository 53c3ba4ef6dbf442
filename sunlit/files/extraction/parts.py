"""What an extractor finds in a file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Hidden(StrEnum):
    """Why a reader would not see a part at once, although whoever saves the file has it."""

    COMMENT = "comment"
    TRACKED_CHANGE = "tracked change"
    HIDDEN_TEXT = "hidden text"
    HIDDEN_SHEET = "hidden sheet"
    HIDDEN_ROW = "hidden row"
    HIDDEN_COLUMN = "hidden column"
    CACHE = "cache"
    ANNOTATION = "annotation"
    TEXT_LAYER = "text layer"
    EMBEDDED = "embedded file"
    METADATA = "metadata"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a file's text: ``where`` as a clerk would find it (``名单!C5``, ``page 2``), and why it is hidden."""

    where: str
    text: str
    hidden: Hidden | None = None


@dataclass(frozen=True, slots=True)
class Extract:
    """All that was found in a file.

    ``complete`` is False where something could not be read (encrypted, a scan without recognition, over the limits of
    time or memory); ``notices`` say what and why, in sentences for a clerk.
    """

    parts: tuple[Part, ...]
    complete: bool = True
    notices: tuple[str, ...] = ()
