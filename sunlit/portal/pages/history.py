"""How a record came to its present wording."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from sunlit import sight
from sunlit.plan.language import Plan
from sunlit.portal.books import book_for
from sunlit.records import documents
from sunlit.records import selectors as records
from sunlit.records.models import Record, Revision
from sunlit.screens import differences, fields
from sunlit.screens.differences import Change
from sunlit.screens.words import say


@dataclass(frozen=True)
class FieldChange:
    """How one field differs from the wording before."""

    label: str
    changes: list[Change]


@dataclass(frozen=True)
class RevisionView:
    """One published wording."""

    number: int
    published_at: datetime | None
    note: str
    url: str
    changed: list[FieldChange]


def history(plan: Plan, viewer: sight.Viewer, record: Record) -> list[RevisionView]:
    """Return the published wordings, latest first, each with what it changed in the one before."""
    wordings = records.revisions(record)
    befores = [*wordings[1:], None]
    return [
        RevisionView(
            number=wording.number,
            published_at=wording.published_at,
            note=wording.note,
            url=reverse("portal:revision", kwargs={"slug": record.slug, "number": wording.number}),
            changed=_changes(plan, viewer, record, before, wording) if before else [],
        )
        for wording, before in zip(wordings, befores, strict=True)
    ]


def _changes(
    plan: Plan, viewer: sight.Viewer, record: Record, before: Revision, wording: Revision
) -> list[FieldChange]:
    kind = documents.kind_of(record, wording)
    old, new = records.payload(record, before), records.payload(record, wording)
    book = book_for(plan, viewer, [old, new], [kind])
    changes = []
    for declared in kind.fields:
        if old.get(declared.name) == new.get(declared.name):
            continue
        texts = [fields.long_text(declared, payload.get(declared.name), book) for payload in (old, new)]
        changes.append(FieldChange(say(declared.label), differences.compare(*texts)))
    return changes
