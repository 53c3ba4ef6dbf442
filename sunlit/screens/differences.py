"""What changed between two wordings, word for word."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Literal

# Longer texts are compared sentence by sentence: character by character takes time that grows with the square.
LONG = 3_000
_SENTENCE = re.compile(r"[^。；！？\n]*[。；！？\n]?")
_WORD = re.compile(r"[A-Za-z0-9.,]+|.", re.DOTALL)


@dataclass(frozen=True)
class Change:
    """A stretch of text that stayed, went or came."""

    text: str
    kind: Literal["same", "gone", "new"] = "same"


def compare(old: str, new: str) -> list[Change]:
    """Return the new text with what went and what came marked in it."""
    cut = _SENTENCE if max(len(old), len(new)) > LONG else _WORD
    before, after = cut.findall(old), cut.findall(new)
    changes: list[Change] = []
    for tag, i, j, k, m in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            changes.append(Change("".join(before[i:j])))
            continue
        changes += [Change("".join(before[i:j]), "gone"), Change("".join(after[k:m]), "new")]
    return [change for change in changes if change.text]
