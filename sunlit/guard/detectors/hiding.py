"""Hidden parts of files, and parts that could not be read: findings in themselves, whatever they hold."""

from __future__ import annotations

from collections.abc import Iterator

from sunlit.files.extraction.parts import Hidden
from sunlit.guard.detectors.base import Match
from sunlit.guard.findings import Passage

_RULE = {Hidden.METADATA: "metadata", Hidden.TEXT_LAYER: "hidden-layer"}


def hidden_in(passage: Passage) -> Iterator[Match]:
    """Yield that a passage is hidden from readers, or that something beside it could not be read."""
    if passage.unread:
        yield Match("unread", 0, 0, words={"what": passage.unread})
    if passage.hidden and passage.text.strip():
        rule = _RULE.get(Hidden(passage.hiding), "hidden-content") if passage.hiding else "hidden-content"
        yield Match(rule, 0, len(passage.text), shown=True, words={"hiding": passage.hiding})


RULES = ("hidden-content", "hidden-layer", "metadata", "unread")
