"""What is public, a few wordings at a time, judged by today's rules; what is found is kept for those who mend it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import transaction
from django.db.models import QuerySet

from sunlit.plan import selectors as plans
from sunlit.plan.language import Kind, Plan
from sunlit.plan.models import PlanVersion
from sunlit.records import guarding
from sunlit.records.acts.rules import local_day
from sunlit.records.guarding import Found
from sunlit.records.models import Leak, Revision, hidden_batches
from sunlit.records.states import READABLE, RevisionState

MOST_OF_ONE = 50
"""Findings that are kept of one wording; whoever mends it sees all of them in its text."""
_SHOWN = (RevisionState.LIVE, RevisionState.REPLACED)


@dataclass(frozen=True, slots=True)
class Slip:
    """Something found in a published wording; no personal datum in it."""

    address: str
    unit: str
    kind: str
    rule: str
    severity: str
    place: str
    excerpt: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Slice:
    """What came of some wordings; ``last`` is the id of the last one, or None after all of them."""

    done: int
    last: int | None
    slips: Sequence[Slip]
    unread: int = 0
    """Wordings whose files were left out because nobody has read them yet."""


def public_wordings() -> QuerySet[Revision]:
    """Return every wording that somebody outside can read: in force, or replaced and still at its address."""
    rows = Revision.objects.filter(state__in=_SHOWN, record__state__in=READABLE)
    return rows.exclude(record__batch_id__in=hidden_batches())


def look_through(after: int, count: int, *, now: datetime, files: bool = True) -> Slice:
    """Judge the next wordings behind an id; what was kept of them is written anew.

    Without ``files`` only files are judged that have been read before, for reading one may take seconds.
    """
    plan = plans.current()
    rows = public_wordings().filter(pk__gt=after).select_related("record__unit").order_by("pk")
    chunk = list(rows[:count])
    if not chunk:
        return Slice(0, None, ())
    slips: list[Slip] = []
    leaks: list[Leak] = []
    unread = 0
    for revision in chunk:
        kind = kind_of(plan, revision)
        if kind is None:
            continue
        with_files = files or not guarding.unread(kind, revision.data)
        unread += not with_files
        for one in found_in(plan, kind, revision, now=now, files=with_files)[:MOST_OF_ONE]:
            slips.append(_slip(kind, revision, one))
            leaks.append(_leak(revision, slips[-1], now))
    ids = [one.pk for one in chunk]
    if leaks or Leak.objects.filter(revision__in=ids).exists():
        with transaction.atomic():
            Leak.objects.filter(revision__in=ids).delete()
            Leak.objects.bulk_create(leaks)
    return Slice(len(chunk), chunk[-1].pk if len(chunk) == count else None, slips, unread)


def found_in(plan: Plan, kind: Kind, revision: Revision, *, now: datetime, files: bool = True) -> list[Found]:
    """Return what the guard finds in a published wording and nobody has let pass."""
    found = guarding.judge(
        plan,
        kind,
        revision.data,
        record=revision.record_id,
        note=revision.note,
        today=local_day(now),
        files=files,
    )
    passed = guarding.overridden(revision) if found else {}
    return [one for one in found if one.key not in passed]


def kind_of(plan: Plan, revision: Revision) -> Kind | None:
    """Return the kind in whose shape a wording was published, with today's exceptions of the guard; None if unknown."""
    today = plan.kinds.get(revision.record.kind)
    if revision.shape == plan.hash:
        return today
    return _as_published(plan, revision.shape, revision.record.kind) or today


@lru_cache(maxsize=500)
def _as_published(plan: Plan, shape: str, code: str) -> Kind | None:
    """Return a kind of an earlier plan, softened as today's is: one object for each, since rules are kept by object."""
    try:
        then = plans.by_hash(shape).kinds.get(code)
    except PlanVersion.DoesNotExist:
        return None
    today = plan.kinds.get(code)
    if then is None or today is None:
        return then
    settings = then.settings.model_copy(update={"guard": today.settings.guard})
    return then.model_copy(update={"settings": settings})


def forget_gone() -> None:
    """Drop what was kept of wordings that nobody can read any more."""
    Leak.objects.exclude(revision__in=public_wordings().values("pk")).delete()


def walk(after: int, count: int, *, now: datetime) -> Iterator[Slice]:
    """Yield slices until all is looked through."""
    at: int | None = after
    while at is not None:
        done = look_through(at, count, now=now)
        yield done
        at = done.last


def _slip(kind: Kind, revision: Revision, one: Found) -> Slip:
    record, finding = revision.record, one.finding
    address = f"/r/{record.slug}" if revision.pk == record.live_id else f"/r/{record.slug}, revision {revision.number}"
    return Slip(
        address,
        record.unit.name,
        kind.code,
        finding.rule,
        finding.severity.value,
        guarding.where(kind, finding.place),
        finding.excerpt[:300],
        finding.remedy[:500],
    )


def _leak(revision: Revision, slip: Slip, now: datetime) -> Leak:
    return Leak(
        revision=revision,
        record=revision.record,
        unit_path=revision.record.unit_path,
        rule=slip.rule,
        severity=slip.severity,
        place=slip.place,
        excerpt=slip.excerpt,
        remedy=slip.remedy,
        found_at=now,
    )
