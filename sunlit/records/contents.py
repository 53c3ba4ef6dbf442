"""What the ledger is bound to: every published wording, its files, and every notice, recomputed from the tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sunlit.files import contents as files
from sunlit.ledger import commitments
from sunlit.ledger.contents import Content
from sunlit.records import documents
from sunlit.records.models import Notice, Record, Revision
from sunlit.records.states import FROZEN, READABLE, RecordState

_CHUNK = 500


@dataclass(frozen=True)
class RecordContents:
    """The records' documents, for ``ledger verify --content``."""

    name: str = "records"

    def contents(self) -> Iterator[Content]:
        """Yield wordings, notices and missing texts, a few hundred at a time."""
        yield from _wordings()
        yield from _missing()
        yield from _notices()


SOURCE = RecordContents()


def _wordings() -> Iterator[Content]:
    last = 0
    while True:
        rows = Revision.objects.filter(state__in=FROZEN, pk__gt=last).order_by("pk")
        chunk = list(rows.select_related("record__unit").prefetch_related("attachments__file")[:_CHUNK])
        if not chunk:
            return
        last = chunk[-1].pk
        yield from map(_wording, (one for one in chunk if one.record.state != RecordState.ERASED))


def _wording(revision: Revision) -> Content:
    record = revision.record
    return Content(
        where=f"/r/{record.slug}, revision {revision.number}",
        commitment=_commitment(record, revision),
        subject=record.subject,
        ref=documents.reference(record.index_no or "", revision.number),
    )


def _commitment(record: Record, revision: Revision) -> bytes | None:
    """Return the commitment to what lies in tables and file store now, or None if the text or a file is gone."""
    attached = sorted(revision.attachments.all(), key=lambda one: one.position)
    hashes = [files.hash_of(one.file) for one in attached]
    present = [one for one in hashes if one is not None]
    if revision.salt is None or not revision.payload or len(present) < len(hashes):
        return None
    return commitments.commit(bytes(revision.salt), documents.committed(record, revision, hashes=present))


def _missing() -> Iterable[Content]:
    """Yield the readable records that have lost their text."""
    for record in Record.objects.filter(state__in=READABLE, live=None).iterator(_CHUNK):
        yield Content(where=f"/r/{record.slug}", commitment=None, subject=record.subject)


def _notices() -> Iterator[Content]:
    for notice in Notice.objects.select_related("record").order_by("pk").iterator(_CHUNK):
        record = notice.record
        yield Content(
            where=f"/r/{record.slug}, notice {notice.pk}",
            commitment=commitments.commit(bytes(notice.salt), documents.of_notice(record, notice)),
            subject=record.subject,
            ref=documents.notice_reference(record.index_no or "", notice.revision, notice.pk),
        )
