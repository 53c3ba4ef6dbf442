"""Counts what is asked, without a word of who asked: in how many different minutes of a day, and whether it was found.

A process keeps what it hears for a minute and then writes all of it at once; what it has heard when it ends is lost.
What could be about a person is not even heard: what the guard finds, long figures, what reads as a name.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from sunlit import sight
from sunlit.asked import alike
from sunlit.asked.models import Count
from sunlit.guard import judging, rules
from sunlit.guard.findings import Passage, Place
from sunlit.plan import selectors as plans
from sunlit.search import asking, reading
from sunlit.search.requests import EngineUnavailable
from sunlit.text import surnames

MINUTES = 5
"""In at least so many different minutes something must have been asked before anybody else is shown it."""

KEPT = timedelta(days=30)
_DAYS = 7
_MOST_HELD = 2_000
_LONG_FIGURE = re.compile(r"[0-9x]{7,}|[0-9]{3,4}[- ][0-9]{4}")

_held: dict[str, bool] = {}
_minute = 0
_lock = threading.Lock()


def note(query: str, *, found: bool, now: datetime) -> None:
    """Hear that somebody asked something; what was heard in an earlier minute is written."""
    global _minute
    minute = int(now.timestamp()) // 60
    with _lock:
        before, due = _minute, {}
        if minute != _minute:
            due, _minute = dict(_held), minute
            _held.clear()
    if due:
        write(due, before)
    words = alike.key(query)
    if len(_held) < _MOST_HELD and may_be_kept(words):
        with _lock:
            _held[words] = found


def write(heard: Mapping[str, bool], minute: int) -> None:
    """Write what was heard in a minute, which counts once however many processes heard it."""
    day = timezone.localtime(datetime.fromtimestamp(minute * 60, timezone.get_current_timezone())).date()
    rows = [Count(day=day, query=query, is_found=found, last_minute=minute) for query, found in heard.items()]
    with transaction.atomic(using=Count.objects.db):
        known = Count.objects.filter(day=day, query__in=list(heard))
        known.filter(last_minute__lt=minute).update(minutes=F("minutes") + 1, last_minute=minute)
        for found in (True, False):
            known.filter(query__in=[query for query in heard if heard[query] is found]).update(is_found=found)
        Count.objects.bulk_create(rows, ignore_conflicts=True)


def may_be_kept(words: str) -> bool:
    """Tell whether a query in the form of ``alike.key`` may be counted: it is short, and about nobody."""
    if not 2 <= len(words) <= alike.LONGEST or not any(one.isalpha() for one in words):
        return False
    if _LONG_FIGURE.search(words) or "@" in words or _reads_as_a_name(words):
        return False
    found = judging.judge([Passage(Place(field="q"), words)], rules.of(plans.current()))
    return next(iter(found), None) is None


def hot(today: date, most: int = 8) -> list[str]:
    """Return what was asked in most minutes of the last days, as far as it finds something public now."""
    found = []
    for query, _minutes in often(today, found=True)[: 2 * most]:
        answer = asking.ask(sight.anonymous(), query)
        if answer.total and not answer.trouble:
            found.append(query)
        if len(found) == most:
            break
    return found


def often(today: date, *, found: bool, most: int = 50) -> list[tuple[str, int]]:
    """Return what was asked in enough minutes of the last days, and in how many, most first."""
    rows = Count.objects.filter(day__gt=today - timedelta(days=_DAYS), day__lte=today, is_found=found)
    summed = rows.values("query").annotate(sum=Sum("minutes")).filter(sum__gte=MINUTES).order_by("-sum", "query")
    return [(row["query"], row["sum"]) for row in summed[:most]]


def forget_old(now: datetime) -> int:
    """Delete what is over a month old, and after a week what hardly anybody asked; return how many rows went."""
    today = timezone.localtime(now).date()
    old = Count.objects.filter(day__lt=today - KEPT).delete()[0]
    return old + Count.objects.filter(day__lt=today - timedelta(days=_DAYS), minutes__lt=MINUTES).delete()[0]


def forget_heard() -> None:
    """Drop what was heard and not written, such as before another instance is looked at."""
    global _minute
    with _lock:
        _held.clear()
        _minute = 0


def _reads_as_a_name(words: str) -> bool:
    """Tell whether a part reads as a person's name and is no word of plan or register, as 公积金 and 高新区 are."""
    names = [part for part in words.split() if surnames.is_name(part)]
    try:
        return any(name not in reading.library().lexicon.folded for name in names)
    except EngineUnavailable:
        return True
