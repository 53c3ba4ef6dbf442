"""What people do about findings of the guard: override one for a reason, see a warning, mask by one click."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from sunlit.records import guarding, masking_in_place
from sunlit.records.acts import drafting, journal
from sunlit.records.acts.rules import ActRefused, allow, authors_of, expect, given, kind_for, local_day, swap_revision
from sunlit.records.guarding import Found
from sunlit.records.models import Override, Revision
from sunlit.records.states import IN_WORK, RevisionState
from sunlit.units.actors import Actor
from sunlit.units.roles import Verb


@transaction.atomic
def override(revision: Revision, key: str, *, actor: Actor, now: datetime, reason: str) -> Override:
    """Let one finding pass, for a reason; by an approver who had no hand in the text, never for a whole kind.

    It holds for what stands at that place now: another wording, or another file, is judged anew.
    """
    allow(actor, Verb.OVERRIDE_GUARD, revision.record.unit, now=now, authors=authors_of(revision))
    expect(revision, *IN_WORK)
    plan, kind = kind_for(revision.record.kind)
    said = given(reason, _("the reason"))[:300]
    found = guarding.judge_revision(plan, kind, revision, today=local_day(now))
    one = _found(found, key)
    swap_revision(revision)
    place = guarding.where(kind, one.finding.place)
    made, _new = Override.objects.update_or_create(
        revision=revision,
        key=key,
        defaults={"rule": one.finding.rule, "place": place, "reason": said, "actor_id": actor.user_id, "at": now},
    )
    journal.worked(
        revision.record, revision, "overrode", actor=actor, now=now, note=f"{one.finding.rule} · {place}: {said}"[:500]
    )
    return made


@transaction.atomic
def saw_warnings(revision: Revision, *, actor: Actor, now: datetime) -> None:
    """Write down that somebody has seen what the guard warns of in a text."""
    journal.worked(revision.record, revision, "warnings-seen", actor=actor, now=now)


def mask(revision: Revision, *, actor: Actor, now: datetime, key: str = "", rule: str = "") -> tuple[Revision, int]:
    """Put the masked form in the place of one finding, or of all of a rule, and save; return how many were masked.

    Raises ActRefused where masking is for a person to do, Overtaken if someone changed the text since it was read.
    """
    expect(revision, RevisionState.DRAFT)
    plan, kind = kind_for(revision.record.kind)
    found = guarding.judge_revision(plan, kind, revision, today=local_day(now))
    wanted = [one for one in found if one.finding.rule == rule and one.can_mask] if rule else [_found(found, key)]
    payload, count = masking_in_place.masked(kind, revision.data, [one.finding for one in wanted])
    if not count:
        raise ActRefused(_("This cannot be masked by one click. Change it by hand."))
    return drafting.edit(revision, payload, actor=actor, now=now), count


def _found(found: list[Found], key: str) -> Found:
    one = next((one for one in found if one.key == key), None)
    if one is None:
        raise ActRefused(_("What was found there is not there any more. Look at the text again."))
    return one
