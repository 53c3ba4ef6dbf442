"""Looking at someone else's text: review, secrecy review, approval, sending back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from sunlit.records.acts import journal
from sunlit.records.acts.rules import ActRefused, allow, authors_of, expect, given, kind_for, swap_revision
from sunlit.records.models import Revision
from sunlit.records.states import RevisionState
from sunlit.units.actors import Actor
from sunlit.units.roles import Verb

_WAITING = (
    RevisionState.SUBMITTED,
    RevisionState.REVIEWED,
    RevisionState.CLEARED,
    RevisionState.APPROVED,
    RevisionState.SCHEDULED,
)


@transaction.atomic
def review(revision: Revision, *, actor: Actor, now: datetime) -> Revision:
    """Find a submitted text in order; never by anyone who had a hand in it."""
    allow(actor, Verb.REVIEW, revision.record.unit, now=now, authors=authors_of(revision))
    expect(revision, RevisionState.SUBMITTED)
    swap_revision(revision, state=RevisionState.REVIEWED, reviewer_id=actor.user_id)
    journal.worked(revision.record, revision, "reviewed", actor=actor, now=now)
    return revision


@transaction.atomic
def review_secrecy(revision: Revision, *, actor: Actor, now: datetime) -> Revision:
    """Find that a reviewed text holds no secret (Regulation on open government information art. 17)."""
    allow(actor, Verb.REVIEW_SECRECY, revision.record.unit, now=now, authors=authors_of(revision))
    expect(revision, RevisionState.REVIEWED)
    swap_revision(revision, state=RevisionState.CLEARED, secrecy_reviewer_id=actor.user_id)
    journal.worked(revision.record, revision, "cleared", actor=actor, now=now)
    return revision


@transaction.atomic
def approve(revision: Revision, *, actor: Actor, now: datetime) -> Revision:
    """Release a text for publication; raise ActRefused while a review that its kind asks for is missing."""
    allow(actor, Verb.APPROVE, revision.record.unit, now=now, authors=authors_of(revision))
    _plan, kind = kind_for(revision.record.kind)
    if kind.settings.secrecy_review and revision.state == RevisionState.REVIEWED:
        raise ActRefused(_("The secrecy review is still missing. Ask a secrecy reviewer to look at this text."))
    expect(revision, RevisionState.REVIEWED, RevisionState.CLEARED)
    swap_revision(revision, state=RevisionState.APPROVED, approver_id=actor.user_id)
    journal.worked(revision.record, revision, "approved", actor=actor, now=now)
    return revision


@transaction.atomic
def send_back(revision: Revision, *, actor: Actor, now: datetime, reason: str) -> Revision:
    """Return a text to its author with a reason; every review of it begins again."""
    needed = {RevisionState.SUBMITTED: Verb.REVIEW, RevisionState.REVIEWED: Verb.APPROVE}
    verb = needed.get(RevisionState(revision.state), Verb.APPROVE)
    allow(actor, verb, revision.record.unit, now=now)
    expect(revision, *_WAITING)
    undo_reviews(revision, given(reason, _("why the text goes back")))
    journal.worked(revision.record, revision, "sent-back", actor=actor, now=now)
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
