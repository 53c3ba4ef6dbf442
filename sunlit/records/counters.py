"""The counters: a view of the ledger that counts live records by kind, unit, audience and year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import F

from sunlit.ledger.followers import View
from sunlit.ledger.models import Entry
from sunlit.records.acts.journal import DELISTED, LISTED
from sunlit.records.models import Counter, Record
from sunlit.records.shelving import year_of

Key = tuple[str, str, str, int]
_SUBJECT = "record:"


def handle(entries: Sequence[Entry]) -> None:
    """Count what entered and what left the lists; runs in the transaction that moves the view's cursor."""
    changes: dict[int, int] = defaultdict(int)
    for entry in entries:
        if entry.subject.startswith(_SUBJECT):
            tags = entry.tag_list
            changes[int(entry.subject.removeprefix(_SUBJECT))] += (LISTED in tags) - (DELISTED in tags)
    deltas: dict[Key, int] = defaultdict(int)
    wanted = [pk for pk, change in changes.items() if change]
    rows = Record.objects.filter(pk__in=wanted).values_list("pk", "kind", "unit_path", "audience", "published_at")
    for pk, kind, path, audience, published_at in rows:
        if published_at is not None:
            deltas[kind, path, audience, year_of(published_at)] += changes[pk]
    for (kind, path, audience, year), delta in sorted(deltas.items()):
        _add(kind, path, audience, year, delta)


def _add(kind: str, path: str, audience: str, year: int, delta: int) -> None:
    same = Counter.objects.filter(kind=kind, unit_path=path, audience=audience, year=year)
    if delta and not same.update(count=F("count") + delta):
        Counter.objects.create(kind=kind, unit_path=path, audience=audience, year=year, count=delta)


def clear() -> None:
    """Drop every counter."""
    Counter.objects.all().delete()


VIEW = View("record-counters", handle, clear, batch=500)
