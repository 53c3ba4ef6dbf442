"""What happens to a batch as a whole: begun, released in one short act, discarded without a trace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from sunlit.ledger import actions as ledger
from sunlit.ledger import commitments
from sunlit.ledger.models import Pending
from sunlit.plan.language import Kind, Plan
from sunlit.records.acts.rules import ActRefused, allow, local_day
from sunlit.records.imports.oldsite.tables import OldAddress
from sunlit.records.models import Batch, Record, Relation, Revision, Slot
from sunlit.records.states import BatchState, RecordState
from sunlit.records.steps import StepName, steps_of
from sunlit.units.actors import Actor
from sunlit.units.models import Unit
from sunlit.units.roles import Verb

LONGEST = timedelta(hours=24)
"""A batch carries the instant at which it began as its records' instant of publication, so it must not lie long."""

UNFINISHED = (BatchState.STAGING, BatchState.STAGED, BatchState.DISCARDING)
_ROWS = 200


@dataclass(frozen=True)
class Team:
    """Who answers for an import: nobody imports and approves alone."""

    author: Actor
    approver: Actor | None
    """None while rows are only judged, before somebody is asked to approve them."""
    secrecy_reviewer: Actor | None = None
    legal_reviewer: Actor | None = None
    reviewer: Actor | None = None
    """Who looked first, if that was somebody else than who approves."""


def check_team(team: Team, kind: Kind, unit: Unit, *, now: datetime) -> None:
    """Raise ActRefused unless everybody may do their part for a unit."""
    allow(team.author, Verb.IMPORT, unit, now=now)
    if team.approver is None:
        return
    people = {StepName.LEGAL: team.legal_reviewer, StepName.SECRECY: team.secrecy_reviewer}
    for step in steps_of(kind):
        if step.name not in people:
            continue
        actor = people[step.name]
        if actor is None:
            raise ActRefused(_no_reviewer(step.name) % {"kind": kind.label.zh})
        allow(actor, step.verb, unit, now=now, authors=[team.author.user_id])
    allow(team.approver, Verb.PUBLISH, unit, now=now, authors=[team.author.user_id])


def _no_reviewer(name: StepName) -> str:
    if name == StepName.LEGAL:
        return _("“%(kind)s” needs a legality review: name who did it.")
    return _("“%(kind)s” needs a secrecy review: name who did it.")


def begin(
    plan: Plan,
    kind: Kind,
    path: Path,
    sha256: str,
    team: Team,
    *,
    unit: Unit | None,
    keep_good: bool,
    again: bool,
    demo: bool,
    now: datetime,
) -> Batch:
    """Open a batch for a file; raise ActRefused for a file that was imported before, or is being imported now."""
    _refuse_doubles(kind, sha256, again=again)
    try:
        return Batch.objects.create(
            kind=kind.code,
            unit=unit,
            shape=plan.hash,
            file_name=path.name[:200],
            file_sha256=sha256,
            keep_good=keep_good,
            author_id=_person(team.author),
            approver_id=_person(team.approver),
            demo=demo,
            started_at=now,
        )
    except IntegrityError as error:
        raise ActRefused(_("This very file is being imported by someone else right now.")) from error


def _refuse_doubles(kind: Kind, sha256: str, *, again: bool) -> None:
    same = Batch.objects.filter(kind=kind.code, file_sha256=sha256).exclude(state=BatchState.DISCARDED)
    earlier = same.order_by("-pk").first()
    if earlier is not None and earlier.state != BatchState.RELEASED:
        raise ActRefused(
            _("Import %(batch)d of this very file is not finished. Go on with --resume or drop it with --discard.")
            % {"batch": earlier.pk}
        )
    if earlier is not None and not again:
        raise ActRefused(
            _("This very file was imported on %(day)s (import %(batch)d). Use --again to import it once more.")
            % {"day": local_day(earlier.started_at).isoformat(), "batch": earlier.pk}
        )


def unfinished(kind: Kind, sha256: str) -> Batch:
    """Return the import of a file that is neither released nor dropped; raise ActRefused if there is none."""
    states = (BatchState.STAGING, BatchState.STAGED)
    rows = Batch.objects.filter(kind=kind.code, file_sha256=sha256, state__in=states).order_by("-pk")
    batch = rows.select_related("author", "approver", "unit").first()
    if batch is None:
        raise ActRefused(_("There is no unfinished import of this file. Leave --resume out."))
    return batch


def resumable(plan: Plan, kind: Kind, sha256: str, team: Team, unit: Unit | None, *, now: datetime) -> Batch:
    """Return the unfinished batch of a file; raise ActRefused if there is none or it has lain too long.

    Team, unit and plan have to be those with which it began: one batch is one act of two people.
    """
    batch = unfinished(kind, sha256)
    _check_age(batch, now)
    if batch.shape != plan.hash:
        raise ActRefused(_("The plan has changed since this import began. Drop it with --discard and begin anew."))
    begun_by = (batch.author_id, batch.approver_id, batch.unit_id)
    if begun_by != (team.author.user_id, _person(team.approver), unit.pk if unit else None):
        raise ActRefused(_("This import was begun by other people or for another unit; resume it in the same way."))
    return batch


def finish(batch: Batch) -> None:
    """Mark a batch as read to its end."""
    _step(batch, BatchState.STAGING, BatchState.STAGED)


@transaction.atomic
def release(batch: Batch, *, actor: Actor, now: datetime) -> None:
    """Make all records of a batch visible in one short act, whatever their number."""
    _check_age(batch, now)
    salt = commitments.new_salt()
    _step(batch, BatchState.STAGED, BatchState.RELEASED, released_at=now, salt=salt)
    ledger.release_batch(batch.pk, now=now)
    document = {"batch": batch.pk, "kind": batch.kind, "records": batch.good, "file": batch.file_sha256}
    ledger.append(
        "batch.released",
        subject=f"batch:{batch.pk}",
        actor=actor,
        commitment=commitments.commit(salt, document),
        day=local_day(now),
        ref=f"batch/{batch.pk}",
        tags=(f"kind:{batch.kind}",),
    )


def discard(batch: Batch) -> int:
    """Delete everything that an unreleased batch has written, in short transactions; return how many records."""
    if batch.state != BatchState.DISCARDING:
        states = [BatchState.STAGING, BatchState.STAGED]
        if Batch.objects.filter(pk=batch.pk, state__in=states).update(state=BatchState.DISCARDING) != 1:
            raise ActRefused(_("This import cannot be dropped: it has been released or dropped already."))
    done = 0
    OldAddress.objects.filter(batch=batch).delete()
    while keys := list(Record.objects.filter(batch_id=batch.pk).values_list("pk", flat=True)[:_ROWS]):
        done += _delete(keys)
    while waiting := list(Pending.objects.filter(batch=batch.pk).values_list("pk", flat=True)[:_ROWS]):
        Pending.objects.filter(pk__in=waiting).delete()
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.DISCARDED)
    batch.state = BatchState.DISCARDED
    return done


@transaction.atomic
def _delete(keys: list[int]) -> int:
    Slot.objects.filter(pk__in=keys).delete()
    Relation.objects.filter(source__in=keys).delete()
    Record.objects.filter(pk__in=keys).update(live=None, state=RecordState.DRAFT)
    Revision.objects.filter(record__in=keys).delete()
    return Record.objects.filter(pk__in=keys).delete()[0]


def _step(batch: Batch, before: str, after: str, **changes: object) -> None:
    """Move a batch on by compare-and-swap."""
    if Batch.objects.filter(pk=batch.pk, state=before).update(state=after, **changes) != 1:
        raise ActRefused(_("This import has moved on meanwhile; look at it again."))
    batch.state = after


def _person(actor: Actor | None) -> int:
    if actor is None or actor.user_id is None:
        raise ActRefused(_("An import needs two people: one who brings it and one who approves it."))
    return actor.user_id


def _check_age(batch: Batch, now: datetime) -> None:
    if now - batch.started_at > LONGEST:
        raise ActRefused(
            _("Import %(batch)d was begun more than 24 hours ago. Drop it with --discard and import the file anew.")
            % {"batch": batch.pk}
        )
