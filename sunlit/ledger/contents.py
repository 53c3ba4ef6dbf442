"""What the log is bound to: the documents that readers see, recomputed against their entries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Content:
    """Hold one document or revision as it lies in the tables today.

    ``where`` says where a person finds it. ``commitment`` is recomputed from the document and its salt, or None where
    the document is gone although nothing allows that. It belongs to the entry at ``position``, or where that is None to
    the first entry about ``subject`` with ``ref`` (and ``event`` where given).
    """

    where: str
    commitment: bytes | None
    position: int | None = None
    subject: str = ""
    ref: str = ""
    event: str = ""


@dataclass(frozen=True)
class Slice:
    """Hold some documents of a source, and the key behind which the next ones are; empty where there are no more."""

    contents: Sequence[Content]
    following: str


class ContentSource(Protocol):
    """Describe where documents come from; ``name`` is shown in reports."""

    @property
    def name(self) -> str:
        """Return the name for reports."""
        ...

    def contents(self) -> Iterable[Content]:
        """Yield every document whose commitment the log holds, in any order, without keeping them all in memory."""
        ...

    def size(self) -> int:
        """Return how many documents there are, roughly: it decides how large a part is checked at once."""
        ...

    def part(self, after: str, count: int) -> Slice:
        """Return the next documents behind the key ``after`` (empty: from the first), at most ``count`` of them."""
        ...
