"""Moving a job on: by compare-and-swap, with a line for its history and an entry in the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from sunlit.calendars import clock
from sunlit.ledger import actions as ledger
from sunlit.ledger import commitments, events
from sunlit.plan.language import Kind
from sunlit.records import documents
from sunlit.records.acts.rules import ActRefused, Overtaken, allow, given, kind_for, local_day
from sunlit.records.models import Errand, ErrandStep
from sunlit.records.states import RevisionState
from sunlit.records.steps import Step, StepName, steps_of
from sunlit.units.actors import Actor
from sunlit.units.models import User
from sunlit.units.roles import Verb


def move(errand: Errand, **changes: Any) -> None:
    """Change a job if nobody else did since it was read; raise Overtaken otherwise."""
    changes.setdefault("changed_at", clock.now())
    same = Errand.objects.filter(pk=errand.pk, version=errand.version, state=errand.state)
    if same.update(version=F("version") + 1, **changes) != 1:
        raise Overtaken(_("Someone has changed this job meanwhile. Look at it again before you go on."))
    for name, value in changes.items():
        setattr(errand, name, value)
    errand.version += 1


def note(errand: Errand, step: str, *, actor: Actor, now: datetime, words: str = "") -> None:
    """Write down that somebody did something with a job: for staff to read, and bound in the ledger.

    Called in the transaction of what was done.
    """
    ErrandStep.objects.create(
        errand=errand,
        step=step,
        at=now,
        actor_id=actor.user_id,
        role=actor.role,
        unit=actor.unit,
        note=words[:500],
    )
    document = {
        "step": step,
        "errand": errand.pk,
        "sort": str(errand.sort),
        "by": actor.opaque,
        "files": list(errand.sheets.order_by("number").values_list("sha256", flat=True)),
        "at": documents.instant(now),
        **({"note": words} if words else {}),
    }
    ledger.append(
        events.PRIVATE,
        subject=errand.subject,
        actor=actor,
        commitment=commitments.commit(commitments.new_salt(), document),
        day=local_day(now),
        ref=f"errand-{step}#{errand.pk}",
        private=True,
    )


def first_step(kind: Kind) -> Step:
    """Return the step that comes first once a job is handed in."""
    return steps_of(kind)[0]


def step_after(kind: Kind, name: str) -> Step | None:
    """Return the step that follows another, None after the last."""
    steps = steps_of(kind)
    at = next(place for place, step in enumerate(steps) if step.name == name)
    return steps[at + 1] if at + 1 < len(steps) else None


def verb_of(kind: Kind, name: str) -> Verb:
    """Return what somebody must be allowed to do to take a step."""
    return next(step.verb for step in steps_of(kind) if step.name == name)


def why_back(errand: Errand, reason: str, *, actor: Actor, now: datetime) -> str:
    """Return why a job goes back; raise ActRefused without a reason, or for who may take no step of it nor approve."""
    _plan, kind = kind_for(errand.kind)
    try:
        allow(actor, verb_of(kind, errand.waits_for), errand.unit, now=now)
    except ActRefused:
        allow(actor, Verb.APPROVE, errand.unit, now=now)
    return given(reason, _("why it goes back"))


def taken(errand: Errand, name: str) -> Actor | None:
    """Return who took a step last, in the role in which they did; None if nobody has."""
    row = ErrandStep.objects.filter(errand=errand, step=name, actor__isnull=False).select_related("actor").last()
    if row is None or not isinstance(row.actor, User):
        return None
    return Actor(row.actor.pk, row.unit, row.role, row.actor.opaque)


BEGUN = "begun"
SENT, BACK = "sent", "sent-back"
STATE_AFTER = {
    StepName.REVIEW: RevisionState.REVIEWED,
    StepName.LEGAL: RevisionState.VETTED,
    StepName.SECRECY: RevisionState.CLEARED,
    StepName.APPROVE: RevisionState.APPROVED,
}
