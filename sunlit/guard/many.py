"""Judges many records of one kind at once, as an import brings them.

Most rows hold nothing. The texts of hundreds of records are looked at as one; only if something wakes up, or if a kind
lists people, is a record walked field by field.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any

from sunlit import calendars
from sunlit.guard import passages
from sunlit.guard.detectors.people import is_head
from sunlit.guard.findings import Finding
from sunlit.guard.judging import judge, quiet
from sunlit.guard.rules import Rules
from sunlit.plan.language import Kind

AT_ONCE = 400


def judge_many(
    kind: Kind, payloads: Iterable[Mapping[str, Any]], rules: Rules, *, today: date | None = None
) -> Iterator[tuple[int, Finding]]:
    """Yield findings in canonical payloads of a kind, each with the position of its payload."""
    today = today or calendars.today()
    own = rules.for_kind(kind)
    look = _Look(kind)
    numbered = enumerate(payloads)
    while batch := list(islice(numbered, AT_ONCE)):
        if look.is_enough and quiet(look.texts(payload for _, payload in batch), own):
            continue
        for position, payload in batch:
            if look.is_enough and quiet(look.texts((payload,)), own):
                continue
            for finding in judge(passages.of_payload(kind, payload), own, today=today):
                yield position, finding


class _Look:
    """What a quick look at payloads of a kind takes in: the texts that the public will read, as they are stored."""

    def __init__(self, kind: Kind) -> None:
        shown = [field for field in kind.fields if not passages.is_never_public(field)]
        self.plain = [field.name for field in shown if field.type != "table"]
        self.tables = {
            field.name: [column.name for column in field.columns if not passages.is_never_public(column)]
            for field in shown
            if field.type == "table"
        }
        heads = [field.label.zh for field in shown] + [one.label.zh for field in shown for one in field.columns]
        # A list of people is judged row by row: what a row tells, no single text does.
        self.is_enough = not any(is_head(head) for head in heads)

    def texts(self, payloads: Iterable[Mapping[str, Any]]) -> Iterator[str]:
        """Yield the texts; values with parts as Python writes them."""
        for payload in payloads:
            for name in self.plain:
                value = payload.get(name)
                if value is not None:
                    yield value if type(value) is str else str(value)
            for name, columns in self.tables.items():
                for row in payload.get(name) or ():
                    yield from (str(row[column]) for column in columns if column in row)
