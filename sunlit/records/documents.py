"""The document that a published revision is committed to: with it and the salt anyone recomputes the ledger's leaf."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sunlit.ledger import commitments
from sunlit.plan import selectors as plans
from sunlit.plan.language import Kind
from sunlit.records import rendition
from sunlit.records.models import Notice, Record, Revision

_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def encode(payload: Mapping[str, Any]) -> str:
    """Return a payload as the canonical JSON in which it is stored."""
    return _ENCODER.encode(payload)


def instant(moment: datetime) -> str:
    """Return an instant as documents write it: UTC, microseconds, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def compose(
    *,
    kind: str,
    index_no: str,
    number: int,
    unit: str,
    title: str,
    payload: Mapping[str, Any],
    files: Sequence[str],
    published: datetime,
) -> dict[str, Any]:
    """Return the document from its parts; ``files`` are the base64 commitments of the files in their order."""
    return {
        "kind": kind,
        "index": index_no,
        "revision": number,
        "unit": unit,
        "title": title,
        "payload": payload,
        "files": list(files),
        "published": instant(published),
    }


def encode_new(*, kind: str, index_no: str, unit: str, title: str, payload: str, published: datetime) -> bytes:
    """Return the canonical bytes of the document of a first revision without files around its encoded payload.

    The same bytes as encoding what ``compose`` returns, for imports; a property test holds the two together.
    """
    quote = _ENCODER.encode
    return (
        f'{{"files":[],"index":{quote(index_no)},"kind":{quote(kind)},"payload":{payload},'
        f'"published":{quote(instant(published))},"revision":1,"title":{quote(title)},"unit":{quote(unit)}}}'
    ).encode()


def committed(
    record: Record, revision: Revision, *, kind: Kind | None = None, hashes: Sequence[str] | None = None
) -> dict[str, Any]:
    """Return the document of a published revision; ``hashes`` of its files, if given, count instead of the stored ones.

    Its payload is what readers see, for every audience: whoever may read a record of a group still reads masked names,
    here as on the page. The rendition follows the plan in whose shape the revision was written, so that a later plan
    never changes what was committed.
    """
    if record.index_no is None or revision.published_at is None:
        raise ValueError("only a published revision has a document")
    return compose(
        kind=record.kind,
        index_no=record.index_no,
        number=revision.number,
        unit=record.unit.code,
        title=revision.title,
        payload=rendition.public(kind or kind_of(record, revision), revision.data),
        files=file_commitments(revision, hashes_of(revision) if hashes is None else hashes),
        published=revision.published_at,
    )


def kind_of(record: Record, revision: Revision) -> Kind:
    """Return the kind as it was when the revision was written."""
    return plans.by_hash(revision.shape).kinds[record.kind]


def hashes_of(revision: Revision) -> list[str]:
    """Return the SHA-256 of a revision's files in their order, as taken in."""
    return list(revision.attachments.order_by("position").values_list("file__sha256", flat=True))


def file_commitments(revision: Revision, hashes: Sequence[str]) -> list[str]:
    """Return HMAC(salt, file) of each file, in base64."""
    if revision.salt is None:
        return []
    salt = bytes(revision.salt)
    return [base64.b64encode(commitments.file_commit(salt, sha256)).decode() for sha256 in hashes]


def reference(index_no: str, number: int) -> str:
    """Return how the ledger names a revision: an address, no title."""
    return f"{index_no}#{number}"


def notice_reference(index_no: str, number: int, notice: int) -> str:
    """Return how the ledger names a notice on a revision, so that no two acts share a name."""
    return f"{reference(index_no, number)}/notice-{notice}"


def of_notice(record: Record, notice: Notice) -> dict[str, object]:
    """Return the document that a notice on a record is committed to."""
    return {
        "event": notice.event,
        "index": record.index_no,
        "revision": notice.revision,
        "day": notice.day.isoformat(),
        "reason": notice.reason,
        "basis": notice.basis,
        "at": instant(notice.at),
        # Notices from before there were lists of reasons were committed to without this line.
        **({"code": notice.code} if notice.code else {}),
    }
