"""Writing a text: draft, edit, discard, submit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from sunlit.ledger import commitments
from sunlit.plan.language import Kind, Plan
from sunlit.plan.payload import FieldError, cleaner
from sunlit.records import attaching, documents, rendition, working
from sunlit.records.acts import clearing, journal
from sunlit.records.acts.rules import ActRefused, allow, expect, given, kind_for, swap_revision
from sunlit.records.models import Record, Revision
from sunlit.records.states import Audience, RecordState, RevisionState
from sunlit.units.actors import Actor
from sunlit.units.models import Unit
from sunlit.units.roles import Verb

_NEEDS_SCOPE = frozenset({Audience.GROUP.value})
_TAKES_SCOPE = _NEEDS_SCOPE | {Audience.SEALED.value}


@transaction.atomic
def draft(
    kind: str,
    unit: Unit,
    data: Mapping[str, object],
    *,
    actor: Actor,
    now: datetime,
    audience: str | None = None,
    scope: str = "",
    demo: bool = False,
) -> Revision:
    """Begin a record of a unit and return its first revision; ``data`` as a clerk types it, possibly incomplete.

    Raises ActRefused if the unit does not publish such records, or for values that are no values of their fields.
    """
    allow(actor, Verb.WRITE, unit, now=now)
    plan, declared = kind_for(kind)
    if unit.code not in plan.select(declared.holders):
        raise ActRefused(
            _("%(unit)s does not publish “%(kind)s” according to the plan.")
            % {"unit": unit.name, "kind": declared.label.zh}
        )
    audience = _audience(declared, audience, scope)
    payload = _clean_draft(plan, declared, data)
    record = Record.objects.create(
        kind=kind, unit=unit, unit_path=unit.path, audience=audience, scope=scope, demo=demo, version=0
    )
    return _begin(record, plan, declared, payload, number=1, actor=actor, now=now)


@transaction.atomic
def correct(record: Record, *, actor: Actor, now: datetime, note: str) -> Revision:
    """Open a new revision of a published record, beginning with what it says now; raise ActRefused if one is open.

    Readers keep seeing the live revision until the new one is published. ``note`` says what changes and why.
    """
    allow(actor, Verb.CORRECT, record.unit, now=now)
    if record.state in (RecordState.DRAFT, RecordState.ERASED, RecordState.EXPIRED):
        raise ActRefused(
            _("This record is “%(state)s”: there is nothing to correct.") % {"state": record.get_state_display()}
        )
    plan, declared = kind_for(record.kind)
    latest = record.revisions.exclude(state=RevisionState.DISCARDED).order_by("-number").first()
    if latest is None:
        raise ActRefused(_("This record has no text to begin with."))
    number = (record.revisions.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    note = given(note, _("what the correction changes, and why"))
    return _begin(record, plan, declared, latest.data, number=number, actor=actor, now=now, note=note)


@transaction.atomic
def edit(revision: Revision, data: Mapping[str, object], *, actor: Actor, now: datetime) -> Revision:
    """Replace the text of a draft; raise ActRefused if someone changed it since ``revision`` was read."""
    allow(actor, Verb.WRITE, revision.record.unit, now=now)
    expect(revision, RevisionState.DRAFT)
    plan, declared = kind_for(revision.record.kind)
    payload = _clean_draft(plan, declared, data)
    others = revision.co_authors
    if actor.user_id != revision.author_id and actor.user_id not in others:
        others = [*others, actor.user_id]
    swap_revision(
        revision,
        payload=documents.encode(payload),
        shape=plan.hash,
        title=_title(plan, declared, payload, revision.record.unit),
        co_authors=others,
    )
    attaching.attach(revision, declared, payload)
    working.edited(revision, plan, declared, payload, now=now)
    working.keep_wording(revision, by=actor.user_id, at=now)
    journal.worked(revision.record, revision, "edited", actor=actor, now=now)
    return revision


@transaction.atomic
def discard(revision: Revision, *, actor: Actor, now: datetime) -> Revision:
    """Give up a text that was not published."""
    allow(actor, Verb.WRITE, revision.record.unit, now=now)
    expect(revision, RevisionState.DRAFT)
    swap_revision(revision, state=RevisionState.DISCARDED)
    journal.worked(revision.record, revision, "discarded", actor=actor, now=now)
    return revision


@transaction.atomic
def submit(revision: Revision, *, actor: Actor, now: datetime) -> Revision:
    """Hand a text over for review; raise ActRefused with every field that is missing or wrong, or not to be public."""
    allow(actor, Verb.SUBMIT, revision.record.unit, now=now)
    expect(revision, RevisionState.DRAFT)
    plan, declared = kind_for(revision.record.kind)
    clearing.expect_clean(revision, plan, declared, check_complete(plan, declared, revision))
    swap_revision(revision, state=RevisionState.SUBMITTED, reason="")
    working.remark(revision, {})
    journal.worked(revision.record, revision, "submitted", actor=actor, now=now)
    return revision


@transaction.atomic
def recall(revision: Revision, *, actor: Actor, now: datetime) -> Revision:
    """Take a text back that was submitted and that nobody has looked at yet."""
    allow(actor, Verb.WRITE, revision.record.unit, now=now)
    expect(revision, RevisionState.SUBMITTED)
    swap_revision(revision, state=RevisionState.DRAFT)
    journal.worked(revision.record, revision, "recalled", actor=actor, now=now)
    return revision


def check_complete(plan: Plan, kind: Kind, revision: Revision) -> dict[str, Any]:
    """Return the payload of a revision, cleaned again by the present plan; raise ActRefused naming what is wrong."""
    cleaned = cleaner(kind, plan).clean(revision.data)
    if cleaned.errors:
        raise ActRefused(_refusal(cleaned.errors), cleaned.errors)
    return cleaned.payload


def _begin(
    record: Record,
    plan: Plan,
    kind: Kind,
    payload: dict[str, Any],
    *,
    number: int,
    actor: Actor,
    now: datetime,
    note: str = "",
) -> Revision:
    try:
        with transaction.atomic():
            revision = Revision.objects.create(
                record=record,
                number=number,
                payload=documents.encode(payload),
                shape=plan.hash,
                title=_title(plan, kind, payload, record.unit),
                author_id=actor.user_id,
                work_salt=commitments.new_salt(),
                note=note,
                created_at=now,
            )
    except IntegrityError as error:
        raise ActRefused(_("A colleague is already working on this record. Go on with their text.")) from error
    attaching.attach(revision, kind, payload)
    working.begin(revision, plan, kind, payload, now=now)
    working.keep_wording(revision, by=actor.user_id, at=now)
    journal.worked(record, revision, "drafted", actor=actor, now=now, note=note)
    return revision


def _audience(kind: Kind, audience: str | None, scope: str) -> str:
    chosen: str = audience or kind.settings.audience
    if chosen not in kind.settings.allowed_audiences:
        raise ActRefused(_("Records of “%(kind)s” are not meant for this audience.") % {"kind": kind.label.zh})
    if chosen in _NEEDS_SCOPE and not scope:
        raise ActRefused(_("Say which group the record is for, such as the code of the village."))
    if scope and chosen not in _TAKES_SCOPE:
        raise ActRefused(_("A record for this audience has no group. Leave the group out."))
    return chosen


def _clean_draft(plan: Plan, kind: Kind, data: Mapping[str, object]) -> dict[str, Any]:
    """Return the cleaned payload of a draft: it may lack what is required, but holds no wrong value."""
    cleaned = cleaner(kind, plan).clean(data)
    wrong = [error for error in cleaned.errors if not _is_empty(data.get(error.field.partition(".")[0]))]
    if wrong:
        raise ActRefused(_refusal(wrong), wrong)
    return cleaned.payload


def _is_empty(value: object) -> bool:
    return value is None or value in ("", [], {}) or (isinstance(value, str) and not value.strip())


def _refusal(errors: list[FieldError]) -> str:
    first = errors[0].message
    if len(errors) == 1:
        return str(first)
    return _("%(first)s (and %(more)d more fields)") % {"first": first, "more": len(errors) - 1}


def _title(plan: Plan, kind: Kind, payload: Mapping[str, Any], unit: Unit) -> str:
    return rendition.title(kind, plan, rendition.public(kind, payload), unit.code)
