"""One record: what it says, what it hangs together with, how it changed, and the proof that it stands in the ledger."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sunlit import sight
from sunlit.pagecache import pages as pagecache
from sunlit.plan import selectors as plans
from sunlit.plan.language import Kind, Plan
from sunlit.portal import links, structure
from sunlit.portal.books import book_for
from sunlit.portal.pages import pieces
from sunlit.portal.pages.catalogue import audience_words
from sunlit.portal.pages.history import RevisionView, history
from sunlit.portal.pages.periods import Count, count
from sunlit.portal.pages.process import Timeline, timeline_of
from sunlit.records import documents
from sunlit.records import selectors as records
from sunlit.records.models import Attachment, Record, Revision
from sunlit.records.states import RecordState, Validity
from sunlit.screens import fields, qr
from sunlit.screens.book import Book
from sunlit.screens.charts.selectors import Picture, picture
from sunlit.screens.components import Link
from sunlit.screens.page import HTML_ONLY
from sunlit.screens.sections import SectionView, sections_of
from sunlit.screens.words import say

_HOLE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class RelatedGroup:
    """Records that hang together with this one in the same way."""

    label: str
    records: list[Link]


@dataclass(frozen=True)
class NoticeView:
    """What a reader must know before reading on."""

    event: str
    day: date
    reason: str
    basis: str
    successor: Link | None


@dataclass(frozen=True)
class ProofView:
    """Where the wording stands in the ledger; ``position`` is None while it waits for its place."""

    position: int | None
    ref: str
    proof_url: str
    document_url: str


@dataclass(frozen=True)
class RecordPage:
    """A readable record."""

    crumbs: list[Link]
    title: str
    kind: Link
    unit: Link
    index_no: str
    genre: str
    number: str
    issued_on: str
    published_at: datetime
    changed_at: datetime | None
    validity: str
    expires_on: date | None
    audience: str
    is_demo: bool
    summary: str
    sections: list[SectionView]
    related: list[RelatedGroup]
    revision: int
    is_current: bool
    revisions: list[RevisionView]
    notice: NoticeView | None
    count: Count | None
    proof: ProofView
    url: str
    here: str
    noindex: bool
    keywords: str
    timeline: Timeline | None
    chart: Picture | None
    table_url: str
    code: SafeString = field(metadata=HTML_ONLY)


@dataclass(frozen=True)
class TombstonePage:
    """What is left of a record that is gone."""

    crumbs: list[Link]
    index_no: str
    kind: Link
    unit: Link
    event: str
    day: date
    reason: str
    basis: str


@dataclass(frozen=True)
class StubPage:
    """What everyone may know of a record that only a group may read."""

    crumbs: list[Link]
    title: str
    index_no: str
    kind: Link
    unit: str
    published_at: datetime
    group: str
    basis: list[str]


def tombstone(record: Record) -> TombstonePage | None:
    """Fill the page of a record that is gone; None if it is readable."""
    plan = plans.current()
    left = records.tombstone(record)
    if left is None:
        return None
    kind, unit = plan.kinds.get(left.kind), plan.units.get(left.unit)
    return TombstonePage(
        crumbs=pieces.crumbs(Link(_("Catalogue"), reverse("portal:catalogue")), here=left.index_no),
        index_no=left.index_no,
        kind=links.to_kind(kind) if kind else Link(left.kind),
        unit=links.to_unit(unit) if unit else Link(left.unit),
        event=event_words(record.state),
        day=left.day,
        reason=left.reason,
        basis=left.basis,
    )


def stub_page(viewer: sight.Viewer, slug: str) -> StubPage | None:
    """Fill the page of a group's record that the reader may not read; None if there is none such."""
    plan = plans.current()
    stub = records.stub(viewer, slug)
    kind = plan.kinds.get(stub.kind) if stub else None
    if stub is None or kind is None:
        return None
    group = plan.groups.get(kind.settings.group or "")
    return StubPage(
        crumbs=pieces.crumbs(*_trail_of(plan, kind), here=stub.index_no),
        title=stub.title,
        index_no=stub.index_no,
        kind=links.to_kind(kind),
        unit=stub.unit,
        published_at=stub.published_at,
        group=say(group.label) if group else audience_words(kind.settings.audience),
        basis=[*([group.basis] if group and group.basis else []), *kind.basis],
    )


def record_page(viewer: sight.Viewer, record: Record, shown: Revision) -> RecordPage:
    """Fill the page of a readable record in one of its published wordings."""
    plan = plans.current()
    kind = documents.kind_of(record, shown)
    payload = records.payload(record, shown)
    slug, is_current = record.slug or "", record.live_id == shown.pk
    book = book_for(plan, viewer, [payload], [kind], _files(slug, record, shown))
    book.pictures = _pictures(kind, slug, record, shown) if "<img" in shown.payload else {}
    _note_tags(plan, kind, record)
    # The printed code leads to the permanent address, whatever language was read.
    address = f"{'https' if settings.HTTPS else 'http'}://{settings.HOST}/r/{slug}"
    return RecordPage(
        crumbs=_trail(plan, kind, record),
        title=shown.title,
        kind=Link(say(kind.label), links.kind(kind.code) if kind.code in plan.kinds else ""),
        unit=links.to_unit(plan.units[record.unit.code]) if record.unit.code in plan.units else Link(record.unit.name),
        index_no=record.index_no or "",
        genre=_genre(kind, payload, book),
        number=_plain(kind, kind.show.number, payload, book),
        issued_on=_plain(kind, kind.show.issued_on, payload, book),
        published_at=record.published_at or shown.created_at,
        changed_at=shown.published_at if shown.number > 1 else None,
        validity=str(Validity(record.validity).label) if record.validity else "",
        expires_on=record.expires_on,
        audience=audience_words(record.audience),
        is_demo=record.demo,
        summary=_summary(kind, payload, book),
        sections=sections_of(kind, payload, book),
        related=_related(viewer, record),
        revision=shown.number,
        is_current=is_current,
        revisions=history(plan, viewer, record),
        notice=_notice(record),
        count=count(plan, kind, payload, record.published_at),
        proof=_proof(record, shown),
        url=address,
        here=links.record(slug),
        noindex=kind.settings.noindex,
        keywords="，".join(filter(None, [kind.label.zh, record.unit.short or record.unit.name])),
        timeline=timeline_of(plan, viewer, record, kind, payload),
        chart=picture(record.subject, reverse("portal:chart", kwargs={"slug": slug})) if is_current else None,
        table_url=reverse("portal:table", kwargs={"slug": slug}) + _of_wording(record, shown),
        code=qr.svg(address),
    )


def _note_tags(plan: Plan, kind: Kind, record: Record) -> None:
    """Say what the page is made from. Acts on linked records name this one, those on stages of its process do not."""
    process = plan.process_of_kind.get(kind.code)
    stages = [f"kind:{stage.kind}" for stage in process.stages] if process else []
    after = [f"record:{record.successor_id}"] if record.successor_id else []
    pagecache.shows(record.subject, *after, *stages)


def proved_document(shown: Revision) -> dict[str, Any]:
    """Return a published wording as it is committed to, with its salt and its place in the ledger.

    ``sunlit ledger check-proof --document`` reads it; without position the entry waits for its place.
    """
    pagecache.shows(shown.record.subject)
    document, salt = records.document(shown)
    receipt = records.receipt(shown)
    place = {"position": receipt.position, "ref": receipt.ref} if receipt else {"position": None, "ref": None}
    return {"document": document, "salt": salt, **place}


def as_table(viewer: sight.Viewer, record: Record, shown: Revision) -> tuple[list[str], list[list[str]]]:
    """Return a wording as lines for a spreadsheet: each field with its value, each row of a table by itself."""
    plan = plans.current()
    kind, payload = documents.kind_of(record, shown), records.payload(record, shown)
    book = book_for(plan, viewer, [payload], [kind])
    rows = [
        [_("Index number"), record.index_no or ""],
        [_("Title"), shown.title],
        [_("Unit"), record.unit.name],
        [_("Kind"), say(kind.label)],
    ]
    for declared in kind.fields:
        value = payload.get(declared.name)
        if value in (None, "", []):
            continue
        if declared.type != "table":
            rows.append([fields.column_label(declared), fields.bare(declared, value, book)])
            continue
        rows.append([say(declared.label), *(fields.column_label(column) for column in declared.columns)])
        rows += [
            [str(n), *(fields.bare(column, row.get(column.name), book) for column in declared.columns)]
            for n, row in enumerate(value, start=1)
        ]
    return [_("Field"), _("Value")], rows


def event_words(state: str) -> str:
    """Say what became of a record."""
    return {
        RecordState.WITHDRAWN: _("This record has been withdrawn"),
        RecordState.SUPERSEDED: _("This record has been superseded"),
        RecordState.UNPUBLISHED: _("This record has been taken off the site"),
        RecordState.EXPIRED: _("The period of display of this record is over"),
        RecordState.ERASED: _("This record has been erased"),
    }[RecordState(state)]


def _trail(plan: Plan, kind: Kind, record: Record) -> list[Link]:
    return pieces.crumbs(*_trail_of(plan, kind), here=record.index_no or "")


def _trail_of(plan: Plan, kind: Kind) -> list[Link]:
    """Return the way through the catalogue to a kind; a kind that the plan has dropped has no list any more."""
    catalogue = reverse("portal:catalogue")
    trail = [Link(_("Catalogue"), catalogue)]
    if area := structure.area_of(plan, kind.code):
        trail.append(Link(say(area.label), f"{catalogue}#{area.code}"))
    if kind.code in plan.kinds:
        trail.append(links.to_kind(kind))
    return trail


def _plain(kind: Kind, name: str | None, payload: Mapping[str, Any], book: Book) -> str:
    declared = kind.field(name) if name else None
    return fields.plain(declared, payload.get(declared.name), book) if declared else ""


def _genre(kind: Kind, payload: Mapping[str, Any], book: Book) -> str:
    """Return the genre of an official document, by the field that the plan calls so."""
    return _plain(kind, "genre", payload, book) if kind.settings.genre else ""


def _summary(kind: Kind, payload: Mapping[str, Any], book: Book) -> str:
    """Return the summary from its template over public fields, or from the one field that it names."""
    template = kind.show.summary or ""
    if kind.field(template):
        template = f"{{{template}}}"
    if not any(payload.get(name) for name in _HOLE.findall(template)):
        return ""
    return _HOLE.sub(lambda hole: _plain(kind, hole[1], payload, book), template)


def _files(slug: str, record: Record, shown: Revision) -> dict[str, list[Link]]:
    found: dict[str, list[Link]] = {}
    for attached in records.attachments(shown):
        found.setdefault(attached.field, []).append(Link(attached.name, file_address(slug, record, shown, attached)))
    return found


def _pictures(kind: Kind, slug: str, record: Record, shown: Revision) -> dict[str, str]:
    """Return where the pictures of formatted texts are, by SHA-256; one of an internal text is nobody's to see."""
    texts = {field.name for field in kind.fields if field.type == "richtext" and field.show != "internal"}
    attached = [one for one in records.attachments(shown) if one.field in texts]
    return {one.file.sha256: file_address(slug, record, shown, one) for one in attached}


def file_address(slug: str, record: Record, shown: Revision, attached: Attachment) -> str:
    """Return the address of a file of a wording; an earlier wording keeps its own files."""
    address = reverse("portal:file", kwargs={"slug": slug, "position": attached.position, "name": attached.name})
    return address if record.live_id == shown.pk else f"{address}?{urlencode({'revision': shown.number})}"


def _related(viewer: sight.Viewer, record: Record) -> list[RelatedGroup]:
    groups: dict[str, list[Link]] = {}
    for one in records.related(viewer, record):
        if one.record.slug:
            groups.setdefault(say(one.label), []).append(Link(one.record.title, links.record(one.record.slug)))
    return [RelatedGroup(label, found) for label, found in groups.items()]


def _notice(record: Record) -> NoticeView | None:
    latest = records.notice(record)
    if latest is None:
        return None
    after = record.successor
    successor = Link(after.title, links.record(after.slug)) if after and after.slug else None
    return NoticeView(event_words(record.state), latest.day, latest.reason, latest.basis, successor)


def _of_wording(record: Record, shown: Revision) -> str:
    """Return the question that asks for an earlier wording, or '' for the present one."""
    return "" if record.live_id == shown.pk else f"?{urlencode({'revision': shown.number})}"


def _proof(record: Record, shown: Revision) -> ProofView:
    receipt = records.receipt(shown)
    # An earlier wording keeps a document and a proof of its own.
    question = _of_wording(record, shown)
    arguments = {"slug": record.slug}
    return ProofView(
        position=receipt.position if receipt else None,
        ref=receipt.ref if receipt else "",
        proof_url=reverse("portal:proof", kwargs=arguments) + question,
        document_url=reverse("portal:document", kwargs=arguments) + question,
    )
