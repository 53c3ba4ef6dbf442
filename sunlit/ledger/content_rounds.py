"""Rounds through all documents: a few every twenty seconds, everything at least once a day.

How far a round has come stands in a file, so that it goes on after a restart. What it finds is an alarm until a whole
round was clean.
"""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from sunlit.ledger import alarms, content_check, published
from sunlit.ledger.contents import Content, ContentSource
from sunlit.ledger.findings import Report

EVERY = timedelta(seconds=20)
ROUND = timedelta(hours=18)  # leaves a quarter of the day for what stands still or is slow
LEAST = 50  # documents in one turn of a small instance; 500 in one turn are a million and a half a day
BITE = 50  # documents between two looks at the clock
SECONDS, SECONDS_BEHIND = 0.1, 0.4  # what a turn may take, and what it may while the round is late
SHOWN = 3
ALARM = "contents"


@dataclass(frozen=True)
class Standing:
    """Say where a round stands: which source, behind which key, since when, and what it has found."""

    began: str
    total: int
    source: int = 0
    after: str = ""
    done: int = 0
    faults: int = 0
    first: list[str] = field(default_factory=list)


def path() -> Path:
    """Return the file that says where the round stands."""
    return Path(settings.HOME) / "ledger" / "contents.json"


def read() -> Standing | None:
    """Return where the round stands, or None before the first, or where the file is damaged: then it begins anew."""
    try:
        return Standing(**json.loads(path().read_text("utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def share(total: int) -> int:
    """Return how many documents a turn takes so that ``total`` of them are through in one round."""
    return max(LEAST, -(-total * EVERY // ROUND))


class Rounds:
    """Walks through the documents of ``sources``, turn by turn."""

    def __init__(self, sources: Sequence[ContentSource], clock: Callable[[], float] = time.perf_counter) -> None:
        self._sources = sources
        self._clock = clock

    def turn(self, now: datetime) -> int:
        """Check the next documents and return how many; sound the alarm for what is found."""
        standing = read()
        if standing is None or standing.source >= len(self._sources):
            standing = Standing(now.isoformat(), sum(source.size() for source in self._sources))
        before, started = standing.done, self._clock()
        late = _is_late(standing, now)
        limit, wanted = (SECONDS_BEHIND, 2 * share(standing.total)) if late else (SECONDS, share(standing.total))
        while standing.source < len(self._sources) and standing.done - before < wanted:
            standing = self._bite(standing, min(BITE, wanted - (standing.done - before)), now)
            if self._clock() - started > limit:
                break
        published.replace(path(), json.dumps(asdict(standing), ensure_ascii=False))
        if standing.source >= len(self._sources) and not standing.faults:
            alarms.clear(ALARM, now=now)
        return standing.done - before

    def _bite(self, standing: Standing, count: int, now: datetime) -> Standing:
        """Check some documents of one source; return where the round stands then."""
        source = self._sources[standing.source]
        part = source.part(standing.after, count)
        report = _report(source, part.contents)
        if not report.is_clean:
            # Someone may have erased or replaced a document while it was read: only what is wrong twice is wrong.
            report = _report(source, source.part(standing.after, count).contents)
        standing = replace(
            standing,
            source=standing.source if part.following else standing.source + 1,
            after=part.following,
            done=standing.done + len(part.contents),
            faults=standing.faults + report.counts.total(),
            first=(standing.first + [str(finding) for finding in report.findings])[:SHOWN],
        )
        if not report.is_clean:
            alarms.sound(ALARM, _sentence(standing), now=now)
        return standing


def _report(source: ContentSource, contents: Sequence[Content]) -> Report:
    report = Report()
    content_check.check_some(source, contents, report)
    return report


def _is_late(standing: Standing, now: datetime) -> bool:
    """Tell whether less is done than the time since the beginning of the round would let expect."""
    passed = now - datetime.fromisoformat(standing.began)
    return standing.done * ROUND < standing.total * passed


def _sentence(standing: Standing) -> str:
    more = f"; and {standing.faults - len(standing.first)} more" if standing.faults > len(standing.first) else ""
    return (
        f"{standing.faults} documents are not what the log is bound to: {'; '.join(standing.first)}{more}. "
        "Run `sunlit ledger verify --content` and find out who changed them."
    )
