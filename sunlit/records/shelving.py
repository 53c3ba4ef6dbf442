"""Putting a live record into the lists and taking it out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from sunlit.plan.language import Plan
from sunlit.records import slots
from sunlit.records.models import DATE_SLOTS, NUMBER_SLOTS, TEXT_SLOTS, Record, Slot

COLUMNS = (*TEXT_SLOTS, *NUMBER_SLOTS, *DATE_SLOTS)


def shelve(record: Record, plan: Plan, kind: str, shown: Mapping[str, Any]) -> None:
    """Put a live record into the lists, or bring its slot up to date."""
    if record.published_at is None:
        raise ValueError("only a published record has a slot")
    filled = dict.fromkeys(COLUMNS) | slots.values(plan, kind, shown)
    head = {
        "kind": record.kind,
        "unit_path": record.unit_path,
        "audience": record.audience,
        "scope": record.scope,
        "batch_id": record.batch_id,
        "year": year_of(record.published_at),
        "published_at": record.published_at,
    }
    Slot.objects.update_or_create(record=record, defaults=head | filled)


def unshelve(record: Record) -> None:
    """Take a record out of every list."""
    Slot.objects.filter(record=record).delete()


def year_of(instant: datetime) -> int:
    """Return the year of an instant in the plan's zone."""
    return instant.astimezone(ZoneInfo(settings.TIME_ZONE)).year
