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
from sunlit.records.models import Attachment, Record, Revision
from sunlit.records.states import Audience

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


def committed(record: Record, revision: Revision, *, kind: Kind | None = None) -> dict[str, Any]:
    """Return the document of a published revision.

    The payload of a public record is its public rendition; for every other audience it is the whole payload, and the
    document is shown to nobody who may not read the record. The rendition follows the plan in whose shape the revision
    was written, so that a later plan never changes what was committed.
    """
    if record.index_no is None or revision.published_at is None:
        raise ValueError("only a published revision has a document")
    payload = revision.data
    if record.audience == Audience.PUBLIC:
        payload = rendition.public(kind or kind_of(record, revision), payload)
    return compose(
        kind=record.kind,
        index_no=record.index_no,
        number=revision.number,
        unit=record.unit.code,
        title=revision.title,
        payload=payload,
        files=file_commitments(revision, list(revision.attachments.order_by("position").select_related("file"))),
        published=revision.published_at,
    )


def kind_of(record: Record, revision: Revision) -> Kind:
    """Return the kind as it was when the revision was written."""
    return plans.by_hash(revision.shape).kinds[record.kind]


def file_commitments(revision: Revision, attachments: Sequence[Attachment]) -> list[str]:
    """Return HMAC(salt, file) of each attachment, in base64."""
    if revision.salt is None:
        return []
    salt = bytes(revision.salt)
    return [base64.b64encode(commitments.file_commit(salt, item.file.sha256)).decode() for item in attachments]


def reference(index_no: str, number: int) -> str:
    """Return how the ledger names a revision: an address, no title."""
    return f"{index_no}#{number}"
