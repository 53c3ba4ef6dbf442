"""Looking at someone else's text: review, legality, secrecy, approval, sending back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from sunlit.records import steps, working
from sunlit.records.acts import clearing, journal
from sunlit.records.acts.rules import ActRefused, allow, authors_of, expect, given, kind_for, swap_revision
from sunlit.records.models import Revision
from sunlit.records.states import RevisionState
from sunlit.records.steps import StepName
from sunlit.units.actors import Actor
from sunlit.units.roles import Verb

_WAITING = (
    RevisionState.SUBMITTED,
    RevisionState.REVIEWED,
    RevisionState.VETTED,
    RevisionState.CLEARED,
    RevisionState.APPROVED,
    RevisionState.SCHEDULED,
)
_PEOPLE = {
    StepName.REVIEW: "reviewer_id",
    StepName.SECRECY: "secrecy_reviewer_id",
    StepName.APPROVE: "approver_id",
}


@transaction.atomic
def take_step(revision: Revision, name: StepName, *, actor: Actor, now: datetime) -> Revision:
    """Take one step with a text; never by anyone who had a hand in it.

    Raises ActRefused if the kind does without that step, or while a step before it is missing.
    """
    plan, kind = kind_for(revision.record.kind)
    step = steps.step_named(kind, name)
    if step is None:
        raise ActRefused(_("Texts of “%(kind)s” go without that review.") % {"kind": kind.label.zh})
    allow(actor, step.verb, revision.record.unit, now=now, authors=authors_of(revision))
    due = steps.next_step(kind, revision.state)
    if due is not None and due.name != name and revision.state != RevisionState.SUBMITTED:
        raise ActRefused(_missing(due.name))
    expect(revision, step.before)
    if name == StepName.APPROVE:
        clearing.expect_clean(revision, plan, kind, revision.data)
    person = {_PEOPLE[name]: actor.user_id} if name in _PEOPLE else {}
    swap_revision(revision, state=step.after, **person)
    journal.worked(revision.record, revision, step.word, actor=actor, now=now)
    return revision


def review(revision: Revision, *, actor: Actor, now: datetime) -> Revision:
    """Find a submitted text in order."""
    return take_step(revision, StepName.REVIEW, actor=actor, now=now)


def review_legality(revision: Revision, *, actor: Actor, now: datetime) -> Revision:
    """Find a reviewed text lawful (legality review of normative documents, State Council Office 2018 No. 115)."""
    return take_step(revision, StepName.LEGAL, actor=actor, now=now)


def review_secrecy(revision: Revision, *, actor: Actor, now: datetime) -> Revision:
    """Find that a text holds no secret (Regulation on open government information art. 17)."""
    return take_step(revision, StepName.SECRECY, actor=actor, now=now)


def approve(revision: Revision, *, actor: Actor, now: datetime) -> Revision:
    """Release a text for publication; raise ActRefused while a review that its kind asks for is missing."""
    return take_step(revision, StepName.APPROVE, actor=actor, now=now)


@transaction.atomic
def send_back(
    revision: Revision, *, actor: Actor, now: datetime, reason: str, remarks: Mapping[str, str] | None = None
) -> Revision:
    """Return a text to its author with a reason, and remarks on single fields; every review of it begins again.

    Whoever may take the next step may, and whoever approves may at any time.
    """
    expect(revision, *_WAITING)
    _plan, kind = kind_for(revision.record.kind)
    step = steps.next_step(kind, revision.state)
    _allow_either(actor, (step.verb if step else Verb.APPROVE, Verb.APPROVE), revision, now)
    unknown = [name for name in remarks or {} if kind.field(name) is None]
    if unknown:
        raise ActRefused(_("There is no field “%(name)s” to remark on.") % {"name": unknown[0][:64]})
    undo_reviews(revision, given(reason, _("why the text goes back")))
    said = {name: text.strip()[:500] for name, text in (remarks or {}).items() if text.strip()}
    working.remark(revision, said)
    journal.worked(revision.record, revision, "sent-back", actor=actor, now=now, note=reason)
    return revision


def undo_reviews(revision: Revision, reason: str) -> None:
    """Make a text a draft again."""
    swap_revision(
        revision,
        state=RevisionState.DRAFT,
        reason=reason,
        reviewer_id=None,
        secrecy_reviewer_id=None,
        approver_id=None,
        scheduled_for=None,
    )


def _allow_either(actor: Actor, verbs: tuple[Verb, Verb], revision: Revision, now: datetime) -> None:
    """Raise ActRefused unless the actor may do one of two things with the text."""
    first, second = verbs
    try:
        allow(actor, first, revision.record.unit, now=now)
    except ActRefused:
        allow(actor, second, revision.record.unit, now=now)


def _missing(name: StepName) -> str:
    return {
        StepName.LEGAL: _("The legality review is still missing. Ask a legal reviewer to look at this text."),
        StepName.SECRECY: _("The secrecy review is still missing. Ask a secrecy reviewer to look at this text."),
    }.get(name, _("A step before this one is still missing."))
