"""How the instance is, for the software that watches over it. It never asks for the plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError

from sunlit.ledger import selectors as ledger
from sunlit.ledger import silence
from sunlit.records import selectors as records

# The worker is seen every few seconds; after a minute it is gone, and so is publication.
MISSED = int(silence.AFTER.total_seconds())


@dataclass(frozen=True)
class Condition:
    """What a watcher needs to know; ``worker_age`` in seconds, None if the worker was never seen.

    ``overdue`` are the texts whose minute is past.
    """

    database: bool
    worker_age: int | None = None
    alarms: int = 0
    overdue: int = 0

    @property
    def word(self) -> str:
        """``ok``, ``degraded`` (pages are served, something needs a person) or ``down``."""
        if not self.database:
            return "down"
        is_well = self.worker_age is not None and self.worker_age < MISSED and not self.alarms
        return "ok" if is_well else "degraded"

    def as_data(self) -> dict[str, object]:
        """Return the answer in the words of JSON."""
        return {
            "status": self.word,
            "database": "ok" if self.database else "failed",
            "worker_seconds": self.worker_age,
            "alarms": self.alarms,
            "overdue": self.overdue,
        }


def check(now: datetime) -> Condition:
    """Look at database, worker and alarms; a worker that is missed is itself an alarm."""
    try:
        age = silence.look(now)
        alarms = len(ledger.open_alarms())
        overdue = records.overdue(now)
    except DatabaseError:
        return Condition(database=False)
    return Condition(True, int(age.total_seconds()) if age is not None else None, alarms, overdue)
