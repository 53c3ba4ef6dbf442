"""What the guard says: a rule, a place, an excerpt that repeats nothing personal, and a remedy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Whether a finding stops a publication until it is masked or overridden, or only asks for a second look."""

    BLOCK = "block"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: in a field (row and column of its table), or in a part of a file.

    ``row`` counts from 1 as a clerk does; ``part`` names a place within a file as an extractor gives it
    (``名单!C5``, ``page 2``, ``comment 3``, ``word/document.xml``), within an archive ``inner.docx › page 2``.
    """

    field: str = ""
    row: int | None = None
    column: str = ""
    file: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """Some text that is about to become public and where it stands; ``hidden`` if readers do not see it at once.

    ``head`` is the head of its column as a reader sees it. ``hiding`` names the sort of hidden place; ``unread`` says,
    in a sentence, what of a file could not be read.
    """

    place: Place
    text: str
    hidden: bool = False
    head: str = ""
    hiding: str = ""
    unread: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that should not be public, or not in this form.

    ``start`` and ``end`` count characters in the passage. ``excerpt`` shows the surroundings with what was found
    masked, so that no report repeats it. ``masked`` is what one click may put in its place; None where masking is
    for a person to do (a file, a paragraph about health).
    """

    rule: str
    severity: Severity
    place: Place
    start: int
    end: int
    excerpt: str
    remedy: str
    masked: str | None = None
