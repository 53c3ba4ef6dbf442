"""The one lane in which jobs on many records are done: a process of its own that the worker starts and that yields.

Whatever a job does is written in transactions of well under a tenth of a second, each of which also says where the job
goes on; between two of them the lane rests as long as the last one kept others waiting. Killed at any moment, it is
started again and goes on.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import override

from sunlit.calendars import clock
from sunlit.ledger.locks import held
from sunlit.records.acts.rules import ActRefused
from sunlit.records.errands import checking, doing, steps, uploads
from sunlit.records.errands.tables import BUSY, ENDED, ErrandState, Sort
from sunlit.records.imports.sheets import SheetRefused
from sunlit.records.models import Errand

logger = logging.getLogger(__name__)
MOST_TRIES = 5
"""Beginnings without getting on after which a job is given back: something in it ends the process."""
_TURNS: dict[str, Callable[[Errand, checking.Rest], None]] = {
    ErrandState.READING: checking.read,
    ErrandState.CHECKING: checking.check,
    ErrandState.STAGING: checking.stage,
    ErrandState.DROPPING: checking.drop,
    ErrandState.RUNNING: doing.run,
}


class Lane:
    """Keeps one process at work while a job is due; it ends by itself when none is."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def turn(self, now: datetime) -> int:
        """Start the process if it is needed and not there; return 1 if it was started."""
        if self._process is not None and self._process.poll() is None:
            return 0
        if next_due() is None:
            return 0
        # This very interpreter and our own command: nothing in it comes from outside.
        self._process = subprocess.Popen([sys.executable, "-m", "sunlit.cli", "errands", "--quiet"])
        return 1


def next_due() -> Errand | None:
    """Return the job that goes on next: short turns in the order in which they were begun."""
    rows = Errand.objects.filter(state__in=BUSY).select_related("unit", "batch", "undoes", "author")
    return next((one for one in rows.order_by("changed_at", "pk")[:50] if not doing.is_held_up(one)), None)


def work(*, rest: Callable[[float], None] = time.sleep, turn_seconds: float = 2.0) -> int:
    """Do everything that is due, each job for a short while in its turn; return how many turns that took.

    Returns at once where another process has the lane.
    """
    turns = 0
    try:
        with held(Path(settings.HOME) / "errands.lock", wait=False):
            while (errand := next_due()) is not None:
                turn(errand, _Breath(rest, turn_seconds))
                turns += 1
    except BlockingIOError:
        return turns
    return turns


def turn(errand: Errand, rest: checking.Rest) -> None:
    """Go on with one job; what speaks against it is written down for people to read."""
    Errand.objects.filter(pk=errand.pk).update(tries=F("tries") + 1)
    errand.tries += 1
    with override(settings.LANGUAGE_CODE):
        try:
            if errand.tries > MOST_TRIES:
                raise ActRefused(_("It stopped several times at the same place. Tell whoever runs this site."))
            _TURNS[errand.state](errand, rest)
        except _TurnOver:
            return
        except (OperationalError, InterfaceError):
            raise
        except (ActRefused, SheetRefused) as refused:
            _stand(errand, str(refused))
        except Exception:
            logger.exception("job %s failed", errand.pk)
            _stand(errand, _("Something unforeseen happened; whoever runs this site finds it in the log."))


def _stand(errand: Errand, sentence: str) -> None:
    """Give a job back to people with a sentence, unless someone moved it on meanwhile."""
    fresh = Errand.objects.get(pk=errand.pk)
    if fresh.state != errand.state:
        return
    after = {
        ErrandState.READING: ErrandState.DROPPED,
        ErrandState.STAGING: ErrandState.CHECKED,
        ErrandState.CHECKING: ErrandState.CHECKED,
        ErrandState.DROPPING: ErrandState.DROPPED,
        ErrandState.RUNNING: ErrandState.DONE,
    }[ErrandState(fresh.state)]
    changes: dict[str, object] = {}
    if fresh.batch is not None and fresh.sort == Sort.IMPORT and fresh.state != ErrandState.DROPPING:
        # Written in part and not to be released: it is thrown away before anyone tries again.
        after, changes = ErrandState.DROPPING, {"settings": {**fresh.settings, "kept": True}}
    steps.move(fresh, state=after, said=sentence[:500], tries=0, waits_for="", **changes)


def forget_old(now: datetime) -> int:
    """Delete the files of imports that came to their end thirty days ago, and what was begun and never gone on with."""
    over = Errand.objects.filter(sort=Sort.IMPORT, state__in=ENDED, changed_at__lt=now - uploads.KEPT)
    keys = [pk for pk in over.values_list("pk", flat=True) if uploads.folder(pk).exists()]
    for pk in keys:
        uploads.delete(pk)
    broken = Errand.objects.filter(state=ErrandState.GATHERING, changed_at__lt=now - timedelta(hours=1))
    broken.update(state=ErrandState.DROPPED)
    incoming = Path(settings.HOME) / "imports" / "incoming"
    stale = [one for one in incoming.glob("*") if one.stat().st_mtime < (clock.now() - uploads.KEPT).timestamp()]
    for one in stale:
        one.unlink(missing_ok=True)
    return len(keys) + len(stale)


class _TurnOver(Exception):
    """Says that the turn of a job is over; everything it did is written."""


class _Breath:
    """Rests between two transactions, and ends a turn that has been long enough for another job to wait."""

    def __init__(self, sleep: Callable[[float], None], seconds: float) -> None:
        self._sleep, self._last = sleep, time.monotonic()
        self._deadline = self._last + seconds

    def __call__(self) -> None:
        now = time.monotonic()
        self._sleep(min(0.1, max(0.005, (now - self._last) / 4)))
        self._last = time.monotonic()
        if self._last >= self._deadline and Errand.objects.filter(state__in=BUSY).count() > 1:
            raise _TurnOver
