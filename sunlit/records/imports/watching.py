"""The guard over many rows: most hold nothing, and that is seen at one look at all cells of a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sunlit.guard import judging, passages, rules
from sunlit.guard.detectors.people import is_head
from sunlit.guard.findings import Finding
from sunlit.plan.language import Kind, Plan


class Watch:
    """Judges rows of one kind; holds what is the same for every row."""

    def __init__(self, plan: Plan, kind: Kind, *, today: date) -> None:
        self._kind, self._today = kind, today
        self._rules = rules.of(plan).for_kind(kind)
        # Under a head about people a bare name means something, which no look at the characters tells.
        self._heads_tell = any(is_head(field.label.zh) for field in kind.fields)

    def look(self, payload: Mapping[str, Any]) -> Sequence[Finding]:
        """Return what must not be public in a row, or not in this form."""
        cells = list(passages.of_payload(self._kind, payload))
        if not self._heads_tell and judging.quiet([cell.text for cell in cells], self._rules):
            return ()
        return list(judging.judge(cells, self._rules, today=self._today))
