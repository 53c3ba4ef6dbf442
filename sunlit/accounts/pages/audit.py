"""What the audit journal looks like."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sunlit.accounts import auditing
from sunlit.accounts.auditing import Question
from sunlit.accounts.people import Reach
from sunlit.screens.page import HTML_ONLY
from sunlit.screens.paging import Pager
from sunlit.units.audit import AuditEvent
from sunlit.units.models import AuditEntry
from sunlit.units.roles import Role

# Kept to prove a commitment by, and of no use to a reader.
_HIDDEN = frozenset({"salt", "person", "deputy", "to"})


@dataclass(frozen=True)
class AuditRow:
    """One entry in words."""

    at: datetime
    who: str
    event: str
    about: str
    detail: str
    address: str


@dataclass(frozen=True)
class AuditPage:
    """A page of the journal, and what was asked."""

    rows: list[AuditRow]
    who: str
    event: str
    since: date | None
    until: date | None
    error: str
    pager: Pager
    events: list[tuple[str, str]] = field(metadata=HTML_ONLY)


def audit_page(reach: Reach, question: Question, *, before: int | None, error: str) -> AuditPage:
    """Fill one page of the journal."""
    found, following = auditing.page(reach, question, before=before)
    return AuditPage(
        rows=rows(found),
        who=question.who,
        event=question.event,
        since=question.since,
        until=question.until,
        error=error,
        pager=Pager(next=following),
        events=[(value, str(label)) for value, label in AuditEvent.choices],
    )


def rows(found: list[AuditEntry]) -> list[AuditRow]:
    """Put entries into words."""
    names = auditing.names(found)
    return [
        AuditRow(
            at=row.at,
            who=names.get(row.actor or 0, row.opaque[:8]),
            event=str(AuditEvent(row.event).label),
            about=names.get(auditing.subject_id(row) or 0, row.subject),
            detail=", ".join(
                _said(key, value) for key, value in row.detail.items() if key not in _HIDDEN and value != ""
            ),
            address=row.address,
        )
        for row in found
    ]


def _said(key: str, value: object) -> str:
    if key == "role" and value in Role.values:
        return str(Role(value).label)
    return f"{key}: {value}"
