"""Read the audit journal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet

from sunlit.accounts.people import Reach
from sunlit.units.audit import AuditEvent
from sunlit.units.models import AuditEntry, User

PAGE = 100
MOST_ROWS = 100_000


@dataclass(frozen=True)
class Question:
    """What is asked of the journal."""

    who: str = ""
    event: str = ""
    since: date | None = None
    until: date | None = None


def entries(reach: Reach, question: Question) -> QuerySet[AuditEntry]:
    """Return the entries within reach that a question asks for, the latest first."""
    # What belongs to no unit, as a log-in with an unknown name, is for those who see the whole.
    within = reach.within("unit_path") | (Q(unit_path="") if reach.is_all else Q(pk__in=[]))
    found = AuditEntry.objects.filter(within).order_by("-id")
    if question.who:
        user = User.objects.filter(username=question.who).first()
        found = found.filter(Q(actor=user.pk) | Q(subject=f"user:{user.pk}")) if user else found.none()
    if question.event in AuditEvent.values:
        found = found.filter(event=question.event)
    if question.since:
        found = found.filter(at__gte=_midnight(question.since))
    if question.until:
        found = found.filter(at__lt=_midnight(question.until + timedelta(days=1)))
    return found


def page(reach: Reach, question: Question, *, before: int | None) -> tuple[list[AuditEntry], str]:
    """Return one page of entries, and the key of the next or ''."""
    found = entries(reach, question)
    rows = list((found.filter(pk__lt=before) if before else found)[: PAGE + 1])
    return rows[:PAGE], str(rows[PAGE - 1].pk) if len(rows) > PAGE else ""


def everything(reach: Reach, question: Question) -> Iterator[list[AuditEntry]]:
    """Yield the entries page by page, at most ``MOST_ROWS``."""
    before, left = None, MOST_ROWS
    while left > 0:
        rows, following = page(reach, question, before=before)
        yield rows[:left]
        left -= len(rows)
        if not following:
            return
        before = int(following)


def names(rows: list[AuditEntry]) -> dict[int, str]:
    """Return the user names of whom some entries are by or about, by id."""
    keys = [key for row in rows for key in (row.actor, subject_id(row)) if key is not None]
    return dict(User.objects.filter(pk__in=keys).values_list("pk", "username"))


def subject_id(row: AuditEntry) -> int | None:
    """Return the id of the person that an entry is about, or None."""
    kind, _colon, key = row.subject.partition(":")
    return int(key) if kind == "user" and key.isdigit() else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(settings.TIME_ZONE))
