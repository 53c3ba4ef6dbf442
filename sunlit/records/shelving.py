"""Putting a live record into the lists and taking it out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from sunlit.plan.language import Plan
from sunlit.records import slots
from sunlit.records.models import DATE_SLOTS, NUMBER_SLOTS, TEXT_SLOTS, Record, Slot

COLUMNS = (*TEXT_SLOTS, *NUMBER_SLOTS, *DATE_SLOTS)


_HEAD = ("kind", "unit_path", "audience", "scope", "batch_id", "year", "published_at")


def shelve(record: Record, plan: Plan, kind: str, shown: Mapping[str, Any]) -> None:
    """Put a live record into the lists, or bring its slot up to date."""
    shelve_all(plan, kind, [(record, shown)])


def shelve_all(plan: Plan, kind: str, pairs: Iterable[tuple[Record, Mapping[str, Any]]]) -> None:
    """Put many live records of one kind into the lists, or bring their slots up to date, in one statement."""
    rows = [Slot(record=record, **_values(record, plan, kind, shown)) for record, shown in pairs]
    Slot.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["record"], update_fields=[*_HEAD, *COLUMNS], batch_size=len(rows)
    )


def _values(record: Record, plan: Plan, kind: str, shown: Mapping[str, Any]) -> dict[str, Any]:
    if record.published_at is None:
        raise ValueError("only a published record has a slot")
    head = (
        record.kind,
        record.unit_path,
        record.audience,
        record.scope,
        record.batch_id,
        year_of(record.published_at),
        record.published_at,
    )
    filled = dict.fromkeys(COLUMNS) | slots.values(plan, kind, shown)
    return dict(zip(_HEAD, head, strict=True)) | filled


def unshelve(record: Record) -> None:
    """Take a record out of every list."""
    Slot.objects.filter(record=record).delete()


def year_of(instant: datetime) -> int:
    """Return the year of an instant in the plan's zone."""
    return instant.astimezone(ZoneInfo(settings.TIME_ZONE)).year
