"""Making a text readable: at once, at a set time, several together, or after a takedown that was not upheld."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sunlit.calendars import rules, working_days
from sunlit.ledger import commitments
from sunlit.plan.language import Kind, Plan
from sunlit.records import attaching, documents, linking, numbering, rendition, shelving
from sunlit.records.acts import journal
from sunlit.records.acts.drafting import check_complete
from sunlit.records.acts.rules import (
    ActRefused,
    allow,
    authors_of,
    expect,
    expect_record,
    kind_for,
    local_day,
    swap_record,
    swap_revision,
)
from sunlit.records.models import Record, Revision
from sunlit.records.states import RecordState, RevisionState, Validity
from sunlit.units.actors import Actor
from sunlit.units.roles import Verb

_REOPENED = (RecordState.DRAFT, RecordState.LIVE, RecordState.WITHDRAWN, RecordState.UNPUBLISHED)


@transaction.atomic
def publish(revision: Revision, *, actor: Actor, now: datetime) -> Revision:
    """Make an approved text readable now; a correction replaces the live revision in the same moment."""
    allow(actor, Verb.PUBLISH, revision.record.unit, now=now, authors=authors_of(revision))
    expect(revision, RevisionState.APPROVED, RevisionState.SCHEDULED)
    return go_live(revision, actor=actor, now=now)


@transaction.atomic
def publish_together(revisions: Iterable[Revision], *, actor: Actor, now: datetime) -> list[Revision]:
    """Make several approved texts readable in one moment or not at all, as a document and its interpretation."""
    return [publish(revision, actor=actor, now=now) for revision in revisions]


@transaction.atomic
def schedule(revision: Revision, at: datetime, *, actor: Actor, now: datetime) -> Revision:
    """Set the instant at which an approved text goes live; the worker does it then, or as soon as it runs again."""
    allow(actor, Verb.PUBLISH, revision.record.unit, now=now, authors=authors_of(revision))
    expect(revision, RevisionState.APPROVED, RevisionState.SCHEDULED)
    if at <= now:
        raise ActRefused(_("That time is past. Publish now, or choose a later time."))
    swap_revision(revision, state=RevisionState.SCHEDULED, scheduled_for=at)
    journal.worked(revision.record, revision, "scheduled", actor=actor, now=now)
    return revision


@transaction.atomic
def publish_scheduled(revision: Revision, *, actor: Actor, now: datetime) -> Revision:
    """Publish a text whose instant has come; the approval that set the instant is the permission."""
    expect(revision, RevisionState.SCHEDULED)
    if revision.scheduled_for is None or revision.scheduled_for > now:
        raise ActRefused(_("Its time has not come."))
    return go_live(revision, actor=actor, now=now)


@dataclass(frozen=True)
class Wording:
    """A payload that is ready to be published, and what follows from it."""

    plan: Plan
    kind: Kind
    payload: Mapping[str, Any]
    shown: Mapping[str, Any]
    title: str


def go_live(revision: Revision, *, actor: Actor, now: datetime) -> Revision:
    """Publish a revision in the caller's transaction; who may ask for it has been asked before."""
    record = revision.record
    expect_record(record, *_REOPENED)
    plan, kind = kind_for(record.kind)
    payload = check_complete(plan, kind, revision)
    shown = rendition.public(kind, payload)
    wording = Wording(plan, kind, payload, shown, rendition.title(kind, plan, shown, record.unit.code))
    was_live = record.state == RecordState.LIVE
    event = "record.published" if record.index_no is None else "record.corrected" if was_live else "record.restored"
    _retire_live(record)
    _change_record(record, revision, wording, now=now)
    _freeze(record, revision, wording, now=now)
    shelving.shelve(record, plan, kind.code, shown)
    linked_before = linking.linked_tags(record)
    linking.link_fields(record, kind, payload)
    entered = [] if was_live else [journal.LISTED]
    journal.published(record, revision, event, *entered, *sorted(linked_before), actor=actor, now=now)
    return revision


def expiry(kind: Kind, payload: Mapping[str, Any], published: date) -> date | None:
    """Return the last day of display under the kind's rule, or None if it has none; a minimum is never shortened."""
    rule = kind.settings.expires
    if rule is None:
        return None
    start = payload.get(rule.start) if rule.start else None
    first = date.fromisoformat(start) if start else published
    # Years and months need no working days; the calendar only has to exist.
    return rules.last_day(first, rule.after, rule.unit, "display", working_days())


def _retire_live(record: Record) -> None:
    """Make room for the next live revision; the former one stays readable under its number."""
    if record.live is not None:
        swap_revision(record.live, state=RevisionState.REPLACED)


def _change_record(record: Record, revision: Revision, wording: Wording, *, now: datetime) -> None:
    changes: dict[str, Any] = {"state": RecordState.LIVE, "live": revision, "title": wording.title, "changed_at": now}
    if record.index_no is None:
        number = _number(wording.plan, record, now)
        changes |= {"index_no": number.index_no, "slug": number.slug, "published_at": now}
        if wording.kind.settings.validity:
            changes["validity"] = Validity.VALID
    published = changes.get("published_at") or record.published_at or now
    changes["expires_on"] = expiry(wording.kind, wording.payload, local_day(published))
    swap_record(record, **changes)


def _number(plan: Plan, record: Record, now: datetime) -> numbering.Number:
    try:
        return numbering.allot(plan, record.unit, local_day(now).year)
    except numbering.NoIndexNumber as error:
        raise ActRefused(
            _("%(unit)s has no organisation code, so its records get no index number. Add the code to the plan.")
            % {"unit": record.unit.name}
        ) from error


def _freeze(record: Record, revision: Revision, wording: Wording, *, now: datetime) -> None:
    """Write the wording for good, with its salt and the commitment to its document."""
    revision.payload, revision.shape, revision.title = (
        documents.encode(wording.payload),
        wording.plan.hash,
        wording.title,
    )
    revision.salt, revision.published_at = commitments.new_salt(), now
    attaching.attach(revision, wording.kind, wording.payload)
    document = documents.committed(record, revision, kind=wording.kind)
    swap_revision(
        revision,
        payload=revision.payload,
        shape=revision.shape,
        title=revision.title,
        salt=revision.salt,
        commitment=commitments.commit(revision.salt, document),
        published_at=now,
        scheduled_for=None,
        state=RevisionState.LIVE,
    )
