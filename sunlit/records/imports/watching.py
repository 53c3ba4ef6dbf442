"""The guard over many rows: most hold nothing, and that is seen at one look at all cells of a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sunlit.guard import judging, passages, rules
from sunlit.guard.detectors.people import is_head
from sunlit.guard.findings import Finding, Passage
from sunlit.plan.language import Kind, Plan
from sunlit.records import guarding

_MOST_KNOWN = 20_000
"""Cells that are remembered as clean: in sheets the same bases, offices and phrases come again and again."""
_LONGEST_KNOWN = 300


class Watch:
    """Judges rows of one kind; holds what is the same for every row.

    A field is judged by itself, so what was clean in it once is clean in it again.
    """

    def __init__(self, plan: Plan, kind: Kind, *, today: date) -> None:
        self._kind, self._today = kind, today
        self._rules = rules.of(plan).for_kind(kind)
        # Under a head about people a bare name means something, which no look at the characters tells.
        self._telling = frozenset(field.name for field in kind.fields if is_head(field.label.zh))
        self._has_tables = any(field.type in ("table", "richtext") for field in kind.fields)
        self._clean: set[tuple[str, str]] = set()

    def look(self, payload: Mapping[str, Any]) -> Sequence[Finding]:
        """Return what must not be public in a row, or not in this form."""
        cells = list(passages.of_payload(self._kind, payload))
        if self._has_tables:
            return self._judge(cells)
        new = [cell for cell in cells if (cell.place.field, cell.text) not in self._clean]
        plain = [cell.text for cell in new if cell.place.field not in self._telling]
        if len(plain) == len(new) and judging.quiet(plain, self._rules):
            return ()
        found: list[Finding] = []
        for cell in new:
            judged = self._judge([cell])
            found += judged
            if not judged:
                self._remember(cell)
        return found

    def look_into_files(self, payload: Mapping[str, Any]) -> Sequence[Finding]:
        """Return what must not be public in the files of a row; those that are not in the store are left out."""
        return self._judge(list(guarding.passages_of_files(self._kind, payload)))

    def _judge(self, cells: Sequence[Passage]) -> list[Finding]:
        return list(judging.judge(cells, self._rules, today=self._today))

    def _remember(self, cell: Passage) -> None:
        if len(cell.text) <= _LONGEST_KNOWN:
            if len(self._clean) >= _MOST_KNOWN:
                self._clean.clear()
            self._clean.add((cell.place.field, cell.text))
