"""Publishing what another system brought, where the plan allows it and an approver answers for it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from sunlit.records.acts import journal, publishing
from sunlit.records.acts.rules import ActRefused, allow, authors_of, expect, kind_for, swap_revision
from sunlit.records.models import Revision
from sunlit.records.states import RevisionState
from sunlit.units.actors import Actor
from sunlit.units.roles import Verb


@transaction.atomic
def publish_vouched(revision: Revision, *, approver: Actor, now: datetime) -> Revision:
    """Make a submitted text readable for which ``approver`` answers without having looked at it.

    Raises ActRefused unless its kind may come from a system directly (``intake: publish``) and the approver may
    publish for its unit today.
    """
    allow(approver, Verb.PUBLISH, revision.record.unit, now=now, authors=authors_of(revision))
    expect(revision, RevisionState.SUBMITTED)
    _plan, kind = kind_for(revision.record.kind)
    if kind.settings.intake != "publish":
        raise ActRefused(
            _("Records of “%(kind)s” are reviewed by people before they come out.") % {"kind": kind.label.zh}
        )
    swap_revision(revision, state=RevisionState.APPROVED, reviewer_id=approver.user_id, approver_id=approver.user_id)
    journal.worked(revision.record, revision, "vouched", actor=approver, now=now)
    return publishing.go_live(revision, actor=approver, now=now)
