"""The undoing of a whole import: its records go, and so do the old addresses that led to them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sunlit.records import acts
from sunlit.records.imports.oldsite.tables import OldAddress
from sunlit.records.models import Batch, Record
from sunlit.records.states import BatchState, RecordState
from sunlit.units.actors import Actor

_ROWS = 50


def undo(batch: Batch, *, actor: Actor, reason: str, now: datetime) -> int:
    """Unpublish every record of a released import, in short transactions; return how many. Safe to call again.

    The addresses go last, so that one that was followed meanwhile led to the notice.
    """
    done = 0
    while records := list(
        Record.objects.filter(batch_id=batch.pk, state=RecordState.LIVE).select_related("unit", "live")[:_ROWS]
    ):
        with transaction.atomic():
            for record in records:
                acts.unpublish(record, actor=actor, now=now, reason=reason)
        done += len(records)
    OldAddress.objects.filter(batch=batch).delete()
    return done


def released(sha256: str) -> list[Batch]:
    """Return the released imports of a list, the latest of each kind."""
    rows = Batch.objects.filter(file_sha256=sha256, state=BatchState.RELEASED).order_by("pk")
    return [batch for batch in rows if OldAddress.objects.filter(batch=batch).exists()]
