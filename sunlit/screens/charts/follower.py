"""Follows the ledger: whatever was published or taken away asks for its charts to be drawn again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import F

from sunlit.ledger.followers import View
from sunlit.ledger.models import Entry
from sunlit.plan import selectors as plans
from sunlit.records.models import Record
from sunlit.records.states import RecordState
from sunlit.screens.models import Chart

_RECORD = "record:"


def handle(entries: Sequence[Entry]) -> None:
    """Note which charts are due; runs in the transaction that moves the view's cursor, so nothing is drawn here."""
    if any(entry.event == "plan.applied" for entry in entries):
        ask(f"kind:{code}" for code, kind in plans.current().kinds.items() if kind.settings.chart)
    keys = {int(entry.subject.removeprefix(_RECORD)) for entry in entries if entry.subject.startswith(_RECORD)}
    if not keys:
        return
    kinds = plans.current().kinds
    rows = Record.objects.filter(pk__in=keys).exclude(index_no=None).values_list("pk", "kind", "state")
    asked: set[str] = set()
    gone: list[str] = []
    for pk, code, state in rows:
        kind = kinds.get(code)
        if kind is None:
            continue
        if kind.settings.chart:
            asked.add(f"kind:{code}")
        if kind.show.chart:
            (asked.add if state == RecordState.LIVE else gone.append)(f"{_RECORD}{pk}")
    ask(asked)
    Chart.objects.filter(pk__in=gone).delete()


def ask(subjects: Iterable[str]) -> None:
    """Note that charts must be drawn, also those that are being drawn just now."""
    wanted = sorted(set(subjects))
    known = set(Chart.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    Chart.objects.filter(pk__in=known).update(due=True, tries=0, asked=F("asked") + 1)
    Chart.objects.bulk_create([Chart(subject=one) for one in wanted if one not in known], ignore_conflicts=True)


def clear() -> None:
    """Drop every drawing."""
    Chart.objects.all().delete()


VIEW = View("charts", handle, clear)


class Easel:
    """Keeps at most one drawing process at work while something is due; it ends by itself when nothing is."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def turn(self, now: datetime) -> int:
        """Start the process if it is needed and not there; return 1 if it was started."""
        if self._process is not None and self._process.poll() is None:
            return 0
        if not Chart.objects.filter(due=True).exists():
            return 0
        # This very interpreter and our own command: nothing in it comes from outside.
        self._process = subprocess.Popen([sys.executable, "-m", "sunlit.cli", "charts", "--quiet"])
        return 1
