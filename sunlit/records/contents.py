"""What the ledger is bound to: every published wording, its files, and every notice, recomputed from the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sunlit.files import contents as files
from sunlit.ledger import commitments
from sunlit.ledger.contents import Content, Slice
from sunlit.records import documents
from sunlit.records.models import Notice, Record, Revision
from sunlit.records.states import FROZEN, READABLE, RecordState

_CHUNK = 500
_SPARSE = 20  # keys looked at for each document asked for, where only few of them matter

# A key of ours says which sort of document, and the primary key behind which to go on: ``1:4711``.
Part = Callable[[int, int], tuple[list[Content], int | None]]


@dataclass(frozen=True)
class RecordContents:
    """The records' documents, for ``ledger verify --content`` and the daily round."""

    name: str = "records"

    def contents(self) -> Iterator[Content]:
        """Yield wordings, missing texts and notices, a few hundred at a time."""
        after = ""
        while True:
            found = self.part(after, _CHUNK)
            yield from found.contents
            if not found.following:
                return
            after = found.following

    def size(self) -> int:
        """Return how many wordings and notices there are."""
        return Revision.objects.filter(state__in=FROZEN).count() + Notice.objects.count()

    def part(self, after: str, count: int) -> Slice:
        """Return the next documents behind the key ``after``, at most ``count``."""
        sort, _, last = (after or "0:0").partition(":")
        contents, following = _PARTS[int(sort)](int(last), count)
        if following is not None:
            return Slice(contents, f"{sort}:{following}")
        return Slice(contents, f"{int(sort) + 1}:0" if int(sort) + 1 < len(_PARTS) else "")


SOURCE = RecordContents()


def _wordings(after: int, count: int) -> tuple[list[Content], int | None]:
    rows = Revision.objects.filter(state__in=FROZEN, pk__gt=after).order_by("pk")
    chunk = list(rows.select_related("record__unit").prefetch_related("attachments__file")[:count])
    found = [_wording(one) for one in chunk if one.record.state != RecordState.ERASED]
    return found, chunk[-1].pk if len(chunk) == count else None


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


def _missing(after: int, count: int) -> tuple[list[Content], int | None]:
    """Return the readable records that have lost their text, among the next keys: there are few or none."""
    end = after + count * _SPARSE
    rows = Record.objects.filter(pk__gt=after, pk__lte=end, state__in=READABLE, live=None).order_by("pk")
    found = [Content(where=f"/r/{one.slug}", commitment=None, subject=one.subject) for one in rows]
    return found, end if Record.objects.filter(pk__gt=end).exists() else None


def _notices(after: int, count: int) -> tuple[list[Content], int | None]:
    chunk = list(Notice.objects.filter(pk__gt=after).select_related("record").order_by("pk")[:count])
    return [_notice(one) for one in chunk], chunk[-1].pk if len(chunk) == count else None


def _notice(notice: Notice) -> Content:
    record = notice.record
    return Content(
        where=f"/r/{record.slug}, notice {notice.pk}",
        commitment=commitments.commit(bytes(notice.salt), documents.of_notice(record, notice)),
        subject=record.subject,
        ref=documents.notice_reference(record.index_no or "", notice.revision, notice.pk),
    )


_PARTS: tuple[Part, ...] = (_wordings, _missing, _notices)
