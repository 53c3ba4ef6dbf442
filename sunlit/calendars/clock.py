"""The only place that asks what time it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings

_fixed: datetime | None = None
_zone = lru_cache(maxsize=8)(ZoneInfo)


def now() -> datetime:
    """Return the present instant in UTC."""
    return _fixed or datetime.now(UTC)


def today(zone: str | None = None) -> date:
    """Return the present day in a zone (the platform's own unless named); the machine's zone plays no part."""
    return now().astimezone(_zone(zone or settings.TIME_ZONE)).date()


@contextmanager
def fixed(moment: date | datetime) -> Iterator[None]:
    """Hold the clock at an instant, or at noon of a day in the platform's zone, in all threads; for tests and replays.

    Raises ValueError for an instant without a zone.
    """
    global _fixed
    before = _fixed
    _fixed = _instant(moment)
    try:
        yield
    finally:
        _fixed = before


def _instant(moment: date | datetime) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(12), _zone(settings.TIME_ZONE))
    if moment.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return moment.astimezone(UTC)
