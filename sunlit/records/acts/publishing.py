"""Making a text readable: at once, at a set time, or several together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from sunlit.plan import selectors as plans
from sunlit.records.acts import bundling, journal, releasing
from sunlit.records.acts.rules import ActRefused, allow, authors_of, expect, swap_revision
from sunlit.records.models import Revision
from sunlit.records.states import RevisionState
from sunlit.units.actors import Actor
from sunlit.units.roles import Verb


@transaction.atomic
def publish(revision: Revision, *, actor: Actor, now: datetime) -> Revision:
    """Make an approved text readable now; a correction replaces the live revision in the same moment."""
    allow(actor, Verb.PUBLISH, revision.record.unit, now=now, authors=authors_of(revision))
    expect(revision, RevisionState.APPROVED, RevisionState.SCHEDULED)
    return go_live(revision, actor=actor, now=now)


@transaction.atomic
def publish_together(revisions: Iterable[Revision], *, actor: Actor, now: datetime) -> list[Revision]:
    """Make several approved texts readable in one moment or not at all, as a document and its interpretation."""
    texts = list(revisions)
    if len(texts) > 1:
        bundling.keep_entries_together()
    for revision in texts:
        allow(actor, Verb.PUBLISH, revision.record.unit, now=now, authors=authors_of(revision))
        expect(revision, RevisionState.APPROVED, RevisionState.SCHEDULED)
    releasing.release(texts, actor=actor, now=now)
    return texts


@transaction.atomic
def schedule(revision: Revision, at: datetime, *, actor: Actor, now: datetime) -> Revision:
    """Set the instant at which an approved text goes live; the worker does it then, or as soon as it runs again."""
    allow(actor, Verb.PUBLISH, revision.record.unit, now=now, authors=authors_of(revision))
    expect(revision, RevisionState.APPROVED, RevisionState.SCHEDULED)
    bundling.expect_unbundled(revision)
    if at <= now:
        raise ActRefused(_("That time is past. Publish now, or choose a later time."))
    releasing.judge([releasing.prepare(revision, plans.current())])
    swap_revision(revision, state=RevisionState.SCHEDULED, scheduled_for=at)
    journal.worked(revision.record, revision, "scheduled", actor=actor, now=now)
    return revision


@transaction.atomic
def unschedule(revision: Revision, *, actor: Actor, now: datetime) -> Revision:
    """Take the set minute off; the text stays approved."""
    allow(actor, Verb.PUBLISH, revision.record.unit, now=now, authors=authors_of(revision))
    expect(revision, RevisionState.SCHEDULED)
    swap_revision(revision, state=RevisionState.APPROVED, scheduled_for=None)
    journal.worked(revision.record, revision, "unscheduled", actor=actor, now=now)
    return revision


@transaction.atomic
def publish_scheduled(revision: Revision, *, actor: Actor, now: datetime) -> Revision:
    """Publish a text whose instant has come; the approval that set the instant is the permission."""
    expect(revision, RevisionState.SCHEDULED)
    if revision.scheduled_for is None or revision.scheduled_for > now:
        raise ActRefused(_("Its time has not come."))
    return go_live(revision, actor=actor, now=now)


def go_live(revision: Revision, *, actor: Actor, now: datetime) -> Revision:
    """Publish a revision in the caller's transaction; who may ask for it has been asked before."""
    releasing.release([revision], actor=actor, now=now)
    return revision
