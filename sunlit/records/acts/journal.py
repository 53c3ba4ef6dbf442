"""The one journal: every act appends its ledger row in its own transaction, and a line that staff can read.

The ledger's private entries tell nobody who did what; ``Trace`` tells those who may read the record's history.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sunlit.ledger import commitments, events
from sunlit.ledger.actions import append, prepare
from sunlit.ledger.models import Pending
from sunlit.records import documents, linking
from sunlit.records.acts.rules import local_day
from sunlit.records.models import Notice, Record, Revision, Trace
from sunlit.records.states import Audience
from sunlit.units.actors import Actor

LISTED, DELISTED = "listed", "delisted"
"""Tags by which the counters follow the ledger: a record entered the lists, or left them."""


def tags(record: Record, *more: str) -> tuple[str, ...]:
    """Return the page tags of an act on a record; pages of linked records show its title and its state."""
    own = (record.subject, f"kind:{record.kind}", f"unit:{record.unit_path}", *more)
    return tuple(dict.fromkeys((*own, *sorted(linking.linked_tags(record)))))


def published(record: Record, revision: Revision, event: str, *more: str, actor: Actor, now: datetime) -> None:
    """Write down that readers see a revision from now on, bound to its document."""
    trace(record, revision.number, event, actor=actor, now=now, note=revision.note)
    linked = sorted(linking.linked_tags(record))
    publication(record, revision, event, *more, *linked, actor=actor, now=now).save(force_insert=True)


def publication(record: Record, revision: Revision, event: str, *more: str, actor: Actor, now: datetime) -> Pending:
    """Return the unsaved row of a publication; ``more`` names every linked record whose page changes with it."""
    own = (record.subject, f"kind:{record.kind}", f"unit:{record.unit_path}")
    return prepare(
        event,
        subject=record.subject,
        actor=actor,
        commitment=bytes(revision.commitment or b""),
        day=local_day(now),
        ref=documents.reference(record.index_no or "", revision.number),
        private=record.audience != Audience.PUBLIC,
        tags=tuple(dict.fromkeys((*own, *more))),
    )


def noticed(record: Record, notice: Notice, *more: str, actor: Actor, now: datetime) -> None:
    """Write down an act that leaves a notice for readers, bound to that notice."""
    trace(record, notice.revision, notice.event, actor=actor, now=now, note=notice.reason)
    append(
        notice.event,
        subject=record.subject,
        actor=actor,
        commitment=bytes(notice.commitment),
        day=notice.day,
        ref=documents.notice_reference(record.index_no or "", notice.revision, notice.pk),
        private=record.audience != Audience.PUBLIC,
        tags=tags(record, *more),
    )


def worked(record: Record, revision: Revision, step: str, *, actor: Actor, now: datetime, note: str = "") -> None:
    """Write down a step before publication: the world learns the day and a commitment, nothing else."""
    trace(record, revision.number, step, actor=actor, now=now, note=note)
    document = {
        "step": step,
        "record": record.pk,
        "revision": revision.number,
        "by": actor.opaque,
        "payload": hashlib.sha256(revision.payload.encode()).hexdigest(),
        "at": documents.instant(now),
        **({"note": note} if note else {}),
    }
    append(
        events.PRIVATE,
        subject=record.subject,
        actor=actor,
        commitment=commitments.commit(bytes(revision.work_salt or b""), document),
        day=local_day(now),
        ref=f"{step}#{revision.number}",
        private=True,
    )


def trace(record: Record, number: int, step: str, *, actor: Actor, now: datetime, note: str = "") -> None:
    """Add a line to the history that staff read."""
    _line(record, number, step, actor, now, note).save(force_insert=True)


def trace_many(done: Iterable[tuple[Revision, str]], *, actor: Actor, now: datetime) -> None:
    """Add a line to the history of each of many texts that one act changed."""
    Trace.objects.bulk_create(
        _line(revision.record, revision.number, step, actor, now, revision.note) for revision, step in done
    )


def trace_alike(done: Iterable[tuple[Record, int]], step: str, *, actor: Actor, now: datetime, note: str = "") -> None:
    """Add the same line to the history of many records, each with the number of its wording."""
    Trace.objects.bulk_create(_line(record, number, step, actor, now, note) for record, number in done)


def _line(record: Record, number: int, step: str, actor: Actor, now: datetime, note: str) -> Trace:
    return Trace(
        record=record,
        revision=number,
        step=step,
        at=now,
        actor_id=actor.user_id,
        role=actor.role,
        unit=actor.unit,
        note=note[:500],
    )
