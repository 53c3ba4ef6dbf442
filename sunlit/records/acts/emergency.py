"""Publishing at once in an emergency, and the look at it afterwards, by someone else."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from sunlit.ledger import alarms
from sunlit.records.acts import journal, retiring
from sunlit.records.acts.publishing import go_live
from sunlit.records.acts.retiring import Why, next_working_day, write_notice
from sunlit.records.acts.rules import ActRefused, allow, authors_of, expect, given, local_day
from sunlit.records.models import LaterReview, Record, Revision
from sunlit.records.states import IN_WORK, READABLE
from sunlit.units.actors import Actor
from sunlit.units.roles import Verb


@transaction.atomic
def publish_at_once(revision: Revision, *, actor: Actor, now: datetime, reason: str) -> Revision:
    """Make a text readable now without the reviews before it; someone else looks at it on the next working day.

    One authorised person may, even of an own text: in a flood at night the author may be the only one at hand. Raises
    ActRefused without a reason, or for a text that is not complete.
    """
    allow(actor, Verb.PUBLISH_AT_ONCE, revision.record.unit, now=now)
    expect(revision, *IN_WORK)
    reason = given(reason, _("why this cannot wait"))
    go_live(revision, actor=actor, now=now)
    LaterReview.objects.update_or_create(
        revision=revision,
        defaults={
            "reason": reason,
            "actor_id": actor.user_id,
            "at": now,
            "due": next_working_day(local_day(now)),
        },
    )
    journal.worked(revision.record, revision, "published-at-once", actor=actor, now=now, note=reason)
    return revision


@transaction.atomic
def review_publication(later: LaterReview, *, actor: Actor, now: datetime, upheld: bool, reason: str) -> Record:
    """Confirm an emergency publication, or take the record off the site; never by who published or wrote it."""
    revision = later.revision
    record = revision.record
    allow(actor, Verb.REVIEW_LATER, record.unit, now=now, authors=[later.actor_id, *authors_of(revision)])
    open_ones = LaterReview.objects.filter(pk=later.pk, reviewed_at=None)
    if open_ones.update(reviewed_by_id=actor.user_id, reviewed_at=now, upheld=upheld) != 1:
        raise ActRefused(_("This publication has been reviewed already."))
    alarms.clear(publication_alarm(later.pk), now=now)
    reviewed = write_notice(record, "record.reviewed", revision.number, Why(reason), actor=actor, now=now)
    journal.noticed(record, reviewed, actor=actor, now=now)
    if not upheld and record.state in READABLE:
        retiring.unpublish(record, actor=actor, now=now, reason=reason)
    return record


def publication_alarm(later: int) -> str:
    """Return the name of the alarm that reminds of an emergency publication."""
    return f"emergency publication {later} review"
