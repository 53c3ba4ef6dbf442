"""Rounds through everything public, slowly and without end; what blocks there is an alarm until a round was clean."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sunlit.ledger import alarms
from sunlit.plan import selectors as plans
from sunlit.plan.selectors import NoPlan
from sunlit.records import guarding
from sunlit.records.leaks import slices
from sunlit.records.leaks.standing import Notebook, Standing

EVERY = timedelta(seconds=20)
BITE = 20  # wordings between two looks at the clock
SECONDS = 0.1  # what a turn may take: the worker has releases to do
ALARM = "guard"


class Rounds:
    """Walks through what is public, turn by turn; files that nobody has read yet are left to ``guard scan``."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock

    def turn(self, now: datetime) -> int:
        """Judge the next wordings and return how many; sound the alarm for what must not be public."""
        try:
            version = guarding.version_of(plans.current())
        except NoPlan:
            return 0
        notebook = Notebook("round")
        standing = notebook.read() or Standing(now.isoformat(), version, 0)
        before, started = standing.done, self._clock()
        while True:
            part = slices.look_through(standing.after, BITE, now=now, files=False)
            standing = _moved(standing, part)
            if part.last is None:
                _finish(notebook, standing, version, now)
                break
            notebook.write(standing)
            if self._clock() - started > SECONDS:
                break
        if standing.blocks:
            alarms.sound(ALARM, _sentence(standing), now=now)
        return standing.done - before


def _moved(standing: Standing, part: slices.Slice) -> Standing:
    blocks = sum(one.severity == "block" for one in part.slips)
    return replace(
        standing,
        after=part.last or standing.after,
        done=standing.done + part.done,
        blocks=standing.blocks + blocks,
        warnings=standing.warnings + len(part.slips) - blocks,
        unread=standing.unread + part.unread,
    )


def _finish(notebook: Notebook, standing: Standing, version: str, now: datetime) -> None:
    slices.forget_gone()
    if not standing.blocks:
        alarms.clear(ALARM, now=now)
    notebook.write(Standing(now.isoformat(), version, standing.done))


def _sentence(standing: Standing) -> str:
    return (
        f"{standing.blocks} places in what is public must not be public. "
        "See /desk/guard/ or run `sunlit guard scan`, then correct, withdraw or take down the records."
    )
