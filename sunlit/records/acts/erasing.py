"""Erasing what must not be kept: payload, salt and files go, the ledger's entry stays and tells nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from sunlit.files import actions as files
from sunlit.files.models import File
from sunlit.ledger import selectors as ledger
from sunlit.records.acts import journal, retiring
from sunlit.records.acts.rules import ActRefused, allow, given, swap_record
from sunlit.records.models import (
    Attachment,
    Autosave,
    ErrandRow,
    LaterReview,
    Leak,
    Notice,
    Override,
    Record,
    Relation,
    Revision,
    Trace,
    Verdict,
    Waiver,
    Wording,
    Work,
)
from sunlit.records.states import FROZEN, READABLE, RecordState, RevisionState
from sunlit.units.actors import Actor
from sunlit.units.roles import Verb


@dataclass(frozen=True)
class Place:
    """Somewhere the record was, and what became of it there."""

    where: str
    what: str
    is_clean: bool


def erase(record: Record, *, actor: Actor, now: datetime, reason: str, basis: str) -> list[Place]:
    """Erase every wording of a record for good and list every place where it was.

    The address keeps answering with date, reason and basis (Personal Information Protection Law art. 47). Raises
    ActRefused without a reason and a legal basis, or if it has been erased already.
    """
    attached = _erase(record, actor=actor, now=now, reason=reason, basis=basis)
    places = [
        Place(_("database"), _("texts, salts, titles, notes, drafts, what was typed, lists and links deleted"), True)
    ]
    for file in attached:
        gone = files.destroy(file)
        what = _("deleted") if gone else _("kept: another record attaches the same file")
        places.append(Place(_("file %(name)s") % {"name": file.sha256[:12]}, what, gone))
    entries = ledger.entries_of(record.subject)
    places.append(
        Place(
            _("ledger"),
            _("%(count)d entries stay; without text and salt they prove only that something was there")
            % {"count": len(entries)},
            True,
        )
    )
    places.append(Place(_("backups"), _("hold it until the last backup made before today expires"), False))
    return places


@transaction.atomic
def _erase(record: Record, *, actor: Actor, now: datetime, reason: str, basis: str) -> list[File]:
    allow(actor, Verb.ERASE, record.unit, now=now)
    given(basis, _("the legal basis"))
    if record.state == RecordState.ERASED:
        raise ActRefused(_("This record has been erased already."))
    if record.state in READABLE:
        retiring.unpublish(record, actor=actor, now=now, reason=reason, basis=basis)
    held = list(File.objects.filter(pk__in=Attachment.objects.filter(revision__record=record).values("file")))
    Attachment.objects.filter(revision__record=record).delete()
    Relation.objects.filter(Q(source=record) | Q(target=record)).delete()
    if record.index_no is None:
        _note_draft(record, actor=actor, now=now)
    _wipe(record)
    swap_record(record, state=RecordState.ERASED, live=None, title="", changed_at=now)
    if record.index_no is not None:
        _notice(record, actor=actor, now=now, reason=reason, basis=basis)
    return held


def _wipe(record: Record) -> None:
    numbers = list(record.revisions.values_list("pk", flat=True))
    Autosave.objects.filter(revision_id__in=numbers).delete()
    for table in (Wording, Work, Verdict, Override, Leak):
        table.objects.filter(revision__in=numbers).delete()
    Trace.objects.filter(record=record).update(note="")
    ErrandRow.objects.filter(row=record.pk, sheet=0).update(title="", words="")
    LaterReview.objects.filter(revision__in=numbers).update(reason="")
    Waiver.objects.filter(revision__record=record).delete()
    empty = {"payload": "", "title": "", "salt": None, "work_salt": None, "note": "", "reason": ""}
    record.revisions.filter(state__in=FROZEN).update(state=RevisionState.RETIRED, **empty)
    Revision.objects.filter(record=record).exclude(state__in=FROZEN).update(state=RevisionState.DISCARDED, **empty)


def _note_draft(record: Record, *, actor: Actor, now: datetime) -> None:
    """Write down that a text which nobody outside ever saw was erased."""
    latest = record.revisions.order_by("-number").first()
    if latest is not None:
        journal.worked(record, latest, "erased", actor=actor, now=now)


def _notice(record: Record, *, actor: Actor, now: datetime, reason: str, basis: str) -> Notice:
    number = record.revisions.order_by("-number").values_list("number", flat=True).first() or 1
    why = retiring.Why(reason, basis)
    notice = retiring.write_notice(record, "record.erased", number, why, actor=actor, now=now)
    journal.noticed(record, notice, actor=actor, now=now)
    return notice
