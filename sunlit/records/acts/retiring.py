"""Ending what readers see: withdrawn, unpublished, superseded and expired are four different things."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sunlit.calendars import working_days
from sunlit.ledger import alarms, commitments
from sunlit.plan import selectors as plans
from sunlit.plan.language import Plan
from sunlit.plan.language.vocabularies import Term
from sunlit.records import documents, rendition, shelving
from sunlit.records.acts import journal
from sunlit.records.acts.rules import (
    ActRefused,
    allow,
    expect_record,
    given,
    kind_for,
    local_day,
    swap_record,
    swap_revision,
)
from sunlit.records.models import Notice, Record, Revision
from sunlit.records.states import READABLE, RecordState, RevisionState, Validity
from sunlit.units.actors import Actor
from sunlit.units.roles import Verb


@dataclass(frozen=True, slots=True)
class Why:
    """Why something is done to a published record: in words, its legal basis, and a term of the plan's list."""

    reason: str
    basis: str = ""
    code: str = ""


def chosen(act: str, code: str) -> str:
    """Return a reason's code if the plan's list for an act has it; raise ActRefused otherwise. '' is always fine."""
    plan = plans.current()
    terms = [term.code for term in reasons_for(plan, act)]
    if code and code not in terms:
        raise ActRefused(_("The plan's list of reasons has no “%(code)s”; choose one of it.") % {"code": code[:64]})
    return code


def reasons_for(plan: Plan, act: str) -> tuple[Term, ...]:
    """Return the reasons that a plan offers for an act; none where it has no list."""
    vocabulary = plan.vocabularies.get(getattr(plan.head.reasons, act) or "")
    return vocabulary.terms if vocabulary else ()


@transaction.atomic
def withdraw(record: Record, *, actor: Actor, now: datetime, reason: str, basis: str = "", code: str = "") -> Notice:
    """Withdraw a record: it leaves the lists, its page stays readable with a notice."""
    allow(actor, Verb.WITHDRAW, record.unit, now=now)
    expect_record(record, RecordState.LIVE)
    why = Why(reason, basis, chosen("withdraw", code))
    return _end(record, "record.withdrawn", RecordState.WITHDRAWN, why, actor=actor, now=now)


@transaction.atomic
def unpublish(record: Record, *, actor: Actor, now: datetime, reason: str, basis: str = "", code: str = "") -> Notice:
    """Take a record off the site: its address answers with date, reason and basis only."""
    allow(actor, Verb.UNPUBLISH, record.unit, now=now)
    expect_record(record, *READABLE)
    why = Why(reason, basis, chosen("unpublish", code))
    return _end(record, "record.unpublished", RecordState.UNPUBLISHED, why, actor=actor, now=now)


@transaction.atomic
def supersede(
    record: Record, successor: Record, *, actor: Actor, now: datetime, reason: str, basis: str = "", code: str = ""
) -> Notice:
    """Point a record to the newer one that takes its place; it stays readable with a notice."""
    allow(actor, Verb.SUPERSEDE, record.unit, now=now)
    expect_record(record, RecordState.LIVE)
    if successor.pk == record.pk or successor.state != RecordState.LIVE or successor.audience != record.audience:
        raise ActRefused(_("The newer record has to be published, for the same readers, before it can take over."))
    why = Why(reason, basis, chosen("supersede", code))
    return _end(record, "record.superseded", RecordState.SUPERSEDED, why, actor=actor, now=now, successor=successor)


@transaction.atomic
def expire(record: Record, *, actor: Actor, now: datetime) -> Notice:
    """End the display of a record whose last day is past; called by the clock."""
    expect_record(record, *READABLE)
    if record.expires_on is None or record.expires_on >= local_day(now):
        raise ActRefused(_("The period of display is not over."))
    reason = _("The period of display ended on %(day)s.") % {"day": record.expires_on.isoformat()}
    return _end(record, "record.expired", RecordState.EXPIRED, Why(reason), actor=actor, now=now)


@transaction.atomic
def take_down(record: Record, *, actor: Actor, now: datetime, reason: str, basis: str = "", code: str = "") -> Notice:
    """Take a record off the site at once, by one authorised person; someone else reviews it on the next working day."""
    allow(actor, Verb.TAKE_DOWN, record.unit, now=now)
    expect_record(record, *READABLE)
    why = Why(reason, basis, chosen("take_down", code))
    notice = _end(record, "record.taken_down", RecordState.UNPUBLISHED, why, actor=actor, now=now)
    notice.review_due = next_working_day(local_day(now))
    notice.save(update_fields=["review_due"])
    return notice


@transaction.atomic
def review_takedown(notice: Notice, *, actor: Actor, now: datetime, upheld: bool, reason: str) -> Record:
    """Confirm an emergency takedown, or bring the record back with the wording it had; never by who took it down."""
    record = notice.record
    allow(actor, Verb.REVIEW_TAKEDOWN, record.unit, now=now, authors=[notice.actor_id])
    open_ones = Notice.objects.filter(pk=notice.pk, review_due__isnull=False, reviewed_at=None)
    if open_ones.update(reviewed_by_id=actor.user_id, reviewed_at=now) != 1:
        raise ActRefused(_("This takedown has been reviewed already."))
    alarms.clear(takedown_alarm(notice.pk), now=now)
    reviewed = write_notice(record, "record.reviewed", notice.revision, Why(reason), actor=actor, now=now)
    journal.noticed(record, reviewed, actor=actor, now=now)
    if not upheld:
        _bring_back(record, notice.revision, actor=actor, now=now)
    return record


def takedown_alarm(notice: int) -> str:
    """Return the name of the alarm that reminds of a takedown."""
    return f"takedown {notice} review"


@transaction.atomic
def restore(record: Record, *, actor: Actor, now: datetime, reason: str, code: str = "") -> Notice:
    """Put a withdrawn record back into the lists with the wording it has."""
    allow(actor, Verb.RESTORE, record.unit, now=now)
    expect_record(record, RecordState.WITHDRAWN)
    why = Why(reason, code=chosen("restore", code))
    notice = write_notice(record, "record.restored", _live_number(record), why, actor=actor, now=now)
    swap_record(record, state=RecordState.LIVE, changed_at=now)
    _shelve(record)
    journal.noticed(record, notice, journal.LISTED, actor=actor, now=now)
    return notice


@transaction.atomic
def set_validity(
    record: Record,
    validity: Validity,
    *,
    actor: Actor,
    now: datetime,
    reason: str,
    basis: str = "",
    code: str = "",
) -> Notice:
    """Say whether a published document is in force, lapsed, repealed or amended."""
    allow(actor, Verb.SUPERSEDE, record.unit, now=now)
    _plan, kind = kind_for(record.kind)
    if not kind.settings.validity or validity == Validity.NOT_STATED:
        raise ActRefused(_("Records of “%(kind)s” have no validity.") % {"kind": kind.label.zh})
    expect_record(record, *READABLE)
    why = Why(reason, basis, chosen("validity", code))
    notice = write_notice(record, "record.validity", _live_number(record), why, actor=actor, now=now)
    swap_record(record, validity=validity, changed_at=now)
    journal.noticed(record, notice, actor=actor, now=now)
    return notice


def next_working_day(day: date) -> date:
    """Return the first working day after a day."""
    days = working_days()
    return days.nth(days.count_to(day) + 1)


def _end(
    record: Record,
    event: str,
    state: RecordState,
    why: Why,
    *,
    actor: Actor,
    now: datetime,
    successor: Record | None = None,
) -> Notice:
    """Do what every end has in common: notice, state, lists, journal."""
    notice = write_notice(record, event, _live_number(record), why, actor=actor, now=now)
    was_listed = record.state == RecordState.LIVE
    changes: dict[str, Any] = {"state": state, "changed_at": now}
    if successor is not None:
        changes["successor"] = successor
    if state not in READABLE:
        # Gone: the title may name its subject, and nothing may lead to the text any more.
        changes |= {"live": None, "title": ""}
        if record.live is not None:
            swap_revision(record.live, state=RevisionState.RETIRED)
        for waiting in record.revisions.filter(state=RevisionState.SCHEDULED):
            swap_revision(waiting, state=RevisionState.APPROVED, scheduled_for=None)
    swap_record(record, **changes)
    shelving.unshelve(record)
    journal.noticed(record, notice, *([journal.DELISTED] if was_listed else []), actor=actor, now=now)
    return notice


def write_notice(record: Record, event: str, number: int, why: Why, *, actor: Actor, now: datetime) -> Notice:
    """Write down what readers are told of an act, with the salt and the commitment that the ledger takes."""
    notice = Notice(
        record=record,
        event=event,
        revision=number,
        day=local_day(now),
        at=now,
        code=why.code,
        reason=given(why.reason, _("the reason")),
        basis=why.basis.strip()[:300],
        salt=(salt := commitments.new_salt()),
        actor_id=actor.user_id,
    )
    notice.commitment = commitments.commit(salt, documents.of_notice(record, notice))
    notice.save()
    return notice


def _live_number(record: Record) -> int:
    if record.live is None:
        raise ActRefused(_("Nothing of this record is published."))
    return record.live.number


def _bring_back(record: Record, number: int, *, actor: Actor, now: datetime) -> None:
    if record.state != RecordState.UNPUBLISHED:
        raise ActRefused(_("The record has changed since it was taken down; it cannot simply come back."))
    revision: Revision = record.revisions.get(number=number)
    swap_revision(revision, state=RevisionState.LIVE)
    swap_record(record, state=RecordState.LIVE, live=revision, title=revision.title, changed_at=now)
    _shelve(record)
    journal.published(record, revision, "record.restored", journal.LISTED, actor=actor, now=now)


def _shelve(record: Record) -> None:
    plan, kind = kind_for(record.kind)
    if record.live is not None:
        shelving.shelve(record, plan, kind.code, rendition.public(kind, record.live.data))
