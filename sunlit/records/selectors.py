"""Everything that finds records, for someone who asks: what they may not see is not found."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from sunlit import sight
from sunlit.ledger import selectors as ledger
from sunlit.plan import selectors as plans
from sunlit.plan.language import Label
from sunlit.records import bundles, counting, documents, rendition, slots
from sunlit.records.counting import (
    by_child,
    by_end,
    by_kind,
    by_kind_and_measure,
    by_kind_and_year,
    by_measure,
    by_unit,
    by_year,
    corrected,
)
from sunlit.records.filtering import BadFilter, Filters, NotPrepared, occurring
from sunlit.records.listing import Listing, Row, listing
from sunlit.records.models import Attachment, LaterReview, Notice, Record, Relation, Revision, Slot
from sunlit.records.refilling import Preparing, all_preparing, left_to_refill, preparing
from sunlit.records.states import FROZEN, GONE, READABLE, Audience, RecordState, RevisionState
from sunlit.text import folding
from sunlit.units import selectors as units
from sunlit.units.models import Unit

__all__ = [
    "BadFilter",
    "Choice",
    "Filters",
    "Listing",
    "NotPrepared",
    "Preparing",
    "Receipt",
    "Related",
    "Row",
    "Stub",
    "Tombstone",
    "all_preparing",
    "attachment",
    "attachments",
    "by_child",
    "by_end",
    "by_kind",
    "by_kind_and_measure",
    "by_kind_and_year",
    "by_measure",
    "by_unit",
    "by_year",
    "corrected",
    "document",
    "facets",
    "left_to_refill",
    "listing",
    "notice",
    "payload",
    "preparing",
    "publications_to_review",
    "receipt",
    "recent",
    "record_by_slug",
    "related",
    "revision",
    "revisions",
    "stub",
    "stubs",
    "takedowns_to_review",
    "titles",
    "titles_of",
    "tombstone",
    "total",
]

total = counting.total
MAX_CHOICES = 100
MAX_FOUND = 50


@dataclass(frozen=True)
class Tombstone:
    """What the address of a record that is gone still tells: that it was, when and why it went; no title, no name."""

    index_no: str
    kind: str
    unit: str
    event: str
    day: date
    reason: str
    basis: str


@dataclass(frozen=True)
class Stub:
    """What everyone may know of a record that is only for a group: that it is there, whose it is, since when."""

    index_no: str
    slug: str
    title: str
    kind: str
    unit: str
    published_at: datetime


@dataclass(frozen=True)
class Related:
    """A record that another one points to, or that points to it, and the name of the link from the asker's side."""

    label: Label
    record: Record


@dataclass(frozen=True)
class Choice:
    """A value by which a list can be filtered."""

    value: str
    label: str


@dataclass(frozen=True)
class Receipt:
    """Where a revision stands in the ledger; None as long as it waits for its place (under a second)."""

    position: int
    ref: str


def record_by_slug(viewer: sight.Viewer, slug: str) -> Record | None:
    """Return the record at an address, readable or gone, or None if ``viewer`` may not learn of it."""
    found = sight.visible(viewer, Record.objects.all()).select_related("unit", "live", "successor")
    return found.filter(slug=slug).exclude(state=RecordState.DRAFT).first()


def stub(viewer: sight.Viewer, slug: str) -> Stub | None:
    """Return what ``viewer`` may know of a group's record that they may not read, or None if there is none such."""
    found = sight.stubs(viewer, Record.objects.filter(slug=slug, state__in=READABLE)).first()
    return _stub(found) if found else None


def stubs(viewer: sight.Viewer, *, kind: str | None = None, unit: Unit | None = None, n: int = 20) -> list[Stub]:
    """Return the latest records of a kind or of a unit's subtree that ``viewer`` may know of but not read."""
    rows = Record.objects.filter(state__in=READABLE).order_by("-published_at", "-pk")
    if kind is not None:
        rows = rows.filter(kind=kind)
    if unit is not None:
        low, high = units.path_range(unit.path)
        rows = rows.filter(unit_path__gte=low, unit_path__lt=high)
    return [_stub(row) for row in sight.stubs(viewer, rows)[:n]]


def _stub(row: dict[str, Any]) -> Stub:
    return Stub(row["index_no"], row["slug"], row["title"], row["kind"], row["unit__name"], row["published_at"])


def revisions(record: Record) -> list[Revision]:
    """Return the published wordings of a readable record, latest first; none of a record that is gone."""
    if record.state not in READABLE:
        return []
    return list(record.revisions.filter(state__in=FROZEN).order_by("-number"))


def revision(record: Record, number: int) -> Revision | None:
    """Return one published wording of a readable record."""
    return next((found for found in revisions(record) if found.number == number), None)


def payload(record: Record, revision: Revision) -> dict[str, Any]:
    """Return what readers see of a revision: the public rendition in the shape in which it was published."""
    return rendition.public(documents.kind_of(record, revision), revision.data)


def document(revision: Revision) -> tuple[dict[str, Any], str]:
    """Return the committed document of a published revision and its salt in base64."""
    return documents.committed(revision.record, revision), base64.b64encode(bytes(revision.salt or b"")).decode()


def receipt(revision: Revision) -> Receipt | None:
    """Return the place of a published revision in the ledger, or None while it waits for it."""
    ref = documents.reference(revision.record.index_no or "", revision.number)
    entry = ledger.entry_for(revision.record.subject, ref)
    return Receipt(entry.position, ref) if entry else None


def attachments(revision: Revision) -> list[Attachment]:
    """Return the files of a revision in their order."""
    return list(revision.attachments.order_by("position").select_related("file"))


def attachment(
    viewer: sight.Viewer, slug: str, position: int, name: str, *, number: int | None = None
) -> Attachment | None:
    """Return a file of a readable record's live revision, or of an earlier one by number, if ``viewer`` may see it."""
    record = record_by_slug(viewer, slug)
    if record is None or record.state not in READABLE:
        return None
    shown = record.live if number is None else revision(record, number)
    if shown is None:
        return None
    found = shown.attachments.filter(position=position, name=name).select_related("file").first()
    declared = documents.kind_of(record, shown).field(found.field) if found else None
    # A file of an internal field is committed to, but it is in nobody's rendition.
    return found if declared and declared.show != "internal" else None


def notice(record: Record) -> Notice | None:
    """Return the latest notice on a record that was withdrawn, superseded or is gone."""
    if record.state in (RecordState.LIVE, RecordState.DRAFT):
        return None
    return record.notices.order_by("-at", "-id").first()


def tombstone(record: Record) -> Tombstone | None:
    """Return what is left of a record that is gone, or None if it is readable."""
    latest = notice(record)
    if record.state not in GONE or latest is None:
        return None
    return Tombstone(
        record.index_no or "", record.kind, record.unit.code, latest.event, latest.day, latest.reason, latest.basis
    )


def takedowns_to_review(before: date | None = None) -> QuerySet[Notice]:
    """Return the emergency takedowns that nobody has reviewed, the oldest first; if given, those due before a day."""
    waiting = Notice.objects.filter(review_due__isnull=False, reviewed_at=None).select_related("record__unit")
    if before is not None:
        waiting = waiting.filter(review_due__lt=before)
    return waiting.order_by("review_due", "pk")


def publications_to_review(before: date | None = None) -> QuerySet[LaterReview]:
    """Return the emergency publications that nobody has reviewed, the oldest first; if given, due before a day."""
    waiting = LaterReview.objects.filter(reviewed_at=None).select_related("revision__record__unit")
    if before is not None:
        waiting = waiting.filter(due__lt=before)
    return waiting.order_by("due", "pk")


def overdue(now: datetime) -> int:
    """Return how many texts are scheduled for an instant that is past; the worker publishes them within a second."""
    alone = Revision.objects.filter(state=RevisionState.SCHEDULED, scheduled_for__lt=now).count()
    return alone + bundles.overdue(now)


def related(viewer: sight.Viewer, record: Record) -> list[Related]:
    """Return the readable records linked to a record, from either side, that ``viewer`` may see."""
    plan = plans.current()
    links = Relation.objects.filter(Q(source=record) | Q(target=record)).order_by("name", "id")[:MAX_FOUND]
    others = {link.target_id if link.source_id == record.pk else link.source_id for link in links}
    seen = sight.visible(viewer, Record.objects.filter(pk__in=others, state__in=READABLE)).select_related("unit")
    found = {other.pk: other for other in seen}
    answers = []
    for link in links:
        forward = link.source_id == record.pk
        other = found.get(link.target_id if forward else link.source_id)
        source = record if forward else other
        kind = plan.kinds.get(source.kind) if source else None
        if other is None or kind is None:
            continue
        label = next(
            (item.label if forward else item.inverse for item in kind.relations if item.name == link.name),
            kind.label,
        )
        answers.append(Related(label, other))
    return answers


def facets(viewer: sight.Viewer, kind: str, field: str) -> list[Choice]:
    """Return the values of a field that occur in the list of a kind, at most 100, in the plan's order or their own.

    One look into the index per value, so the cost does not grow with the number of records.
    """
    plan = plans.current()
    place = slots.places(plan, kind).get(field) if kind in plan.kinds else None
    if place is None or not place.column.startswith("t"):
        return []
    rows = sight.visible(viewer, Slot.objects.filter(kind=kind))
    stored = occurring(rows, place.column, MAX_CHOICES)
    values = dict.fromkeys(value for text in stored for value in place.read(text))
    declared = plan.kinds[kind]
    choices = [Choice(value, rendition.as_text(declared, plan, field, value)) for value in values]
    vocabulary = declared.by_name[field].choices
    if vocabulary:
        order = {term.code: at for at, term in enumerate(plan.vocabularies[vocabulary].terms)}
        choices.sort(key=lambda choice: order.get(choice.value, len(order)))
    return choices


def recent(viewer: sight.Viewer, n: int = 10, *, kinds: Sequence[str] = ()) -> list[Record]:
    """Return the records that were published last, of some kinds or of all."""
    rows = sight.visible(viewer, Slot.objects.all()).select_related("record__unit")
    rows = rows.order_by("-published_at", "-record_id")
    # A walk along the index of each kind is short; asked for several kinds at once the database would sort all of them.
    found = [slot for kind in kinds for slot in rows.filter(kind=kind)[:n]] if kinds else list(rows[:n])
    found.sort(key=lambda slot: (slot.published_at, slot.pk), reverse=True)
    return [slot.record for slot in found[:n]]


def titles(viewer: sight.Viewer, q: str, n: int = 20) -> list[Record]:
    """Return readable records whose title holds ``q`` in either script, latest first; '' finds nothing."""
    words = folding.to_simplified(q).split()[:6]
    if not words:
        return []
    rows = sight.visible(viewer, Slot.objects.all())
    for word in words:
        rows = rows.filter(record__title__icontains=word)
    found = rows.select_related("record__unit").order_by("-published_at", "-record_id")[: min(n, MAX_FOUND)]
    return [slot.record for slot in found]


def titles_of(viewer: sight.Viewer, slugs: Iterable[str]) -> dict[str, str]:
    """Return the titles of readable records by the last part of their address; those not to be seen are left out."""
    wanted = set(slugs)
    if not wanted:
        return {}
    found = sight.visible(viewer, Record.objects.filter(slug__in=wanted, state__in=READABLE))
    return {slug: title for slug, title in found.values_list("slug", "title") if slug}


def by_index_no(viewer: sight.Viewer, index_no: str) -> Record | None:
    """Return the record with an index number, or None if ``viewer`` may not learn of it."""
    return (
        sight.visible(viewer, Record.objects.filter(index_no=index_no.strip())).exclude(state=RecordState.DRAFT).first()
    )


def in_addresses(after: int = 0, size: int = 10_000) -> QuerySet[Record]:
    """Return the readable public records behind an id, for the site map."""
    rows = Record.objects.filter(audience=Audience.PUBLIC, state__in=READABLE, pk__gt=after)
    return sight.visible(sight.anonymous(), rows).order_by("pk")[:size]


def last_address() -> int:
    """Return the highest id among the readable public records; 0 where there are none."""
    rows = Record.objects.filter(audience=Audience.PUBLIC, state__in=READABLE)
    return rows.order_by("-pk").values_list("pk", flat=True).first() or 0


def changed_at(record: Record) -> datetime | None:
    """Return when readers last saw a change of the record."""
    return record.changed_at or record.published_at
