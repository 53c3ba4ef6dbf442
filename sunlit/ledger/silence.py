"""The alarm for a worker that is no longer heard of: sounded by whoever notices, cleared by the worker's next beat.

A worker that stands still cannot say so itself; its own watchdog and every web process that is asked can.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sunlit.ledger import alarms, selectors

ALARM = "worker silent"
AFTER = timedelta(seconds=60)


def look(now: datetime) -> timedelta | None:
    """Return for how long the worker has not been seen, None where it never was; sound the alarm if that is too long.

    An instance whose worker was never started has nothing to miss.
    """
    age = selectors.heartbeat_age(now)
    if age is not None and age >= AFTER:
        # The instant rather than the age: a sentence that stays the same is written once a minute.
        sentence = (
            f"has not been seen since {now - age:%Y-%m-%d %H:%M:%S} UTC, nothing is published meanwhile; see its log, "
            "and whether `sunlit worker` runs"
        )
        alarms.sound(ALARM, sentence, now=now)
    return age


def over(now: datetime) -> None:
    """Clear the alarm; called by the worker whenever it beats."""
    alarms.clear(ALARM, now=now)
