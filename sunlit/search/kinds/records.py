"""Records, in the public rendition that everyone reads, whatever their audience."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sunlit import sight
from sunlit.ledger.models import Entry
from sunlit.plan import selectors as plans
from sunlit.plan.language import Kind
from sunlit.records import rendition
from sunlit.records.models import Record, hidden_batches
from sunlit.records.states import READABLE, RecordState, Validity
from sunlit.search.analysis.numbers import normal
from sunlit.search.documents import Document
from sunlit.search.kinds import texts
from sunlit.search.registering import SearchType, Shown, Target

CODE = 1
_CHUNK = 500
_OVER = 0.35
_SUBJECT = "record:"
_NOT_IN_FORCE = frozenset({Validity.LAPSED, Validity.REPEALED})


def _readable() -> QuerySet[Record]:
    return (
        Record.objects.filter(state__in=READABLE, live__isnull=False)
        .exclude(batch_id__in=hidden_batches())
        .select_related("live", "unit")
    )


def every(after: int) -> Iterator[Document]:
    """Yield every readable record behind an id, a few hundred at a time."""
    while True:
        chunk = list(_readable().filter(pk__gt=after).order_by("pk").prefetch_related("live__attachments")[:_CHUNK])
        yield from map(_document, chunk)
        if len(chunk) < _CHUNK:
            return
        after = chunk[-1].pk


def some(ids: Collection[int]) -> Mapping[int, Document]:
    """Return the readable ones of some records."""
    rows = _readable().filter(pk__in=ids).prefetch_related("live__attachments")
    return {row.pk: _document(row) for row in rows}


def touched(entries: Sequence[Entry]) -> Collection[int]:
    """Return the records that entries are about."""
    return {int(entry.subject.removeprefix(_SUBJECT)) for entry in entries if entry.subject.startswith(_SUBJECT)}


def shown(viewer: sight.Viewer, ids: Collection[int]) -> Mapping[int, Shown]:
    """Return what a viewer may read of some records, in one query for the records and one for their files."""
    rows = sight.visible(viewer, _readable().filter(pk__in=ids)).prefetch_related("live__attachments")
    return {row.pk: _shown(row) for row in rows}


def _public(record: Record) -> tuple[Kind, dict[str, Any], str]:
    """Return the kind, the public rendition and its text, in the shape in which the record was published."""
    assert record.live is not None  # noqa: S101 - the queries ask for it
    plan = plans.by_hash(record.live.shape)
    kind = plan.kinds[record.kind]
    public = rendition.public(kind, record.live.data)
    return kind, public, texts.text_of(plan, kind, public)


def _document(record: Record) -> Document:
    kind, public, text = _public(record)
    names = "\n".join(part for one in texts.attached(_live(record)) for part in one if part)
    codes = [str(public[field.name]) for field in kind.fields if field.type == "uscc" and public.get(field.name)]
    number = str(public.get(kind.show.number or "") or "")
    known = (record.index_no or "", number, *codes)
    return Document(
        CODE,
        record.pk,
        record.title,
        "\n".join(part for part in (text, names, record.unit.name, record.unit.short) if part),
        numbers=tuple(dict.fromkeys(normal(one) for one in known if one)),
        kind=record.kind,
        place=record.unit_path,
        day=_day(record.published_at),
        validity=record.validity,
        weight=_OVER if record.state != RecordState.LIVE or record.validity in _NOT_IN_FORCE else 1.0,
        audience=record.audience,
        scope=record.scope,
    )


def _shown(record: Record) -> Shown:
    _kind, _rendition, text = _public(record)
    return Shown(
        record.title,
        text,
        Target("record", record.slug or ""),
        kind=record.kind,
        unit=record.unit.short or record.unit.name,
        day=timezone.localtime(record.published_at).date() if record.published_at else None,
        validity=record.validity,
        state="" if record.state == RecordState.LIVE else record.state,
        inside=texts.attached(_live(record)),
    )


def _live(record: Record) -> Any:
    return record.live


def _day(moment: datetime | None) -> int:
    return int(timezone.localtime(moment).strftime("%Y%m%d")) if moment else 0


TYPE = SearchType(CODE, "records", _("records"), every, some, touched, shown)
