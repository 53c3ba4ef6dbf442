"""Keeps the lists of the desk in step with the texts in work: who has to do what next, and by when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from sunlit.calendars import clock
from sunlit.plan import selectors as plans
from sunlit.plan.language import Kind, Plan
from sunlit.records import deadlines, steps
from sunlit.records.models import Revision, Wording, Work
from sunlit.records.states import RevisionState, Waits

MOST_WORDINGS = 50
_FIXED = {
    RevisionState.DRAFT: Waits.AUTHOR,
    RevisionState.APPROVED: Waits.RELEASE,
    RevisionState.SCHEDULED: Waits.MINUTE,
}


def waits_for(kind: Kind | None, state: str) -> Waits | None:
    """Return for whom a text of a kind waits in a state, or None once it is out of work."""
    if state in _FIXED:
        return _FIXED[RevisionState(state)]
    step = steps.next_step(kind, state) if kind else None
    return Waits(step.name.value) if step else None


def begin(revision: Revision, plan: Plan, kind: Kind, payload: Mapping[str, Any], *, now: datetime) -> Work:
    """Put a new draft on the desk."""
    return Work.objects.create(
        revision=revision,
        kind=kind.code,
        unit_path=revision.record.unit_path,
        audience=revision.record.audience,
        author_id=revision.author_id,
        due_on=_due(plan, kind, payload, revision, now),
        changed_at=now,
    )


def edited(revision: Revision, plan: Plan, kind: Kind, payload: Mapping[str, Any], *, now: datetime) -> None:
    """Reckon again by when the text is due: the day from which its limit runs may have changed."""
    due = _due(plan, kind, payload, revision, now)
    Work.objects.filter(pk=revision.pk).update(due_on=due, changed_at=now)


def follow(revision: Revision) -> None:
    """Bring a text's row into step with its state; what is out of work leaves the desk, and its wordings with it."""
    waiting = waits_for(plans.current().kinds.get(revision.record.kind), revision.state)
    if waiting is None:
        leave([revision])
    else:
        Work.objects.filter(pk=revision.pk).update(waits_for=waiting, changed_at=clock.now())


def leave(revisions: Sequence[Revision]) -> None:
    """Take texts off the desk that are out of work, with their saved states."""
    Wording.objects.filter(revision__in=revisions).delete()
    Work.objects.filter(revision__in=revisions).delete()


def remark(revision: Revision, remarks: Mapping[str, str]) -> None:
    """Keep what is said of a text that goes back, field by field."""
    Work.objects.filter(pk=revision.pk).update(remarks=dict(remarks))


def keep_wording(revision: Revision, *, by: int | None, at: datetime) -> None:
    """Keep what a draft says from its present version on; at most the latest fifty, beside the first."""
    Wording.objects.create(revision=revision, version=revision.version, payload=revision.payload, by_id=by, at=at)
    kept = Wording.objects.filter(revision=revision).order_by("-version").values_list("pk", flat=True)
    surplus = list(kept[MOST_WORDINGS:])[:-1]
    if surplus:
        Wording.objects.filter(pk__in=surplus).delete()


def wording_at(revision: Revision, version: int) -> Wording | None:
    """Return what a draft said when it had a version, or None if that is no longer kept."""
    return Wording.objects.filter(revision=revision, version__lte=version).order_by("-version").first()


def _due(plan: Plan, kind: Kind, payload: Mapping[str, Any], revision: Revision, now: datetime) -> date | None:
    first = deadlines.strictest(plan, kind, payload, begun=timezone.localtime(revision.created_at).date())
    return first.last_day if first else None
