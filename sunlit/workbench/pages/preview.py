"""A text as its readers will see it: what is internal dropped, what is masked masked."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from sunlit.plan.language import Kind, Plan
from sunlit.records import rendition
from sunlit.records.models import Revision
from sunlit.screens.components import Link
from sunlit.screens.sections import SectionView, sections_of
from sunlit.screens.words import say, unit_name
from sunlit.sight import Audience
from sunlit.workbench.books import book_of
from sunlit.workbench.pages.findings import FindingsView
from sunlit.workbench.pages.new import audience_words
from sunlit.workbench.pages.today import Tab

WIDTHS = ("phone", "desktop")


@dataclass(frozen=True)
class FramePage:
    """The frame around a preview, and for whom and how wide it is."""

    crumbs: list[Link]
    title: str
    audiences: list[Tab]
    widths: list[Tab]
    width: str
    url: str
    findings: FindingsView
    text_url: str


@dataclass(frozen=True)
class PreviewPage:
    """What readers of one audience will find at the record's address; ``stub`` if only that it is there."""

    title: str
    kind: str
    unit: str
    number: str
    issued_on: str
    summary: str
    audience: str
    is_found: bool
    is_stub: bool
    basis: list[str]
    sections: list[SectionView]


def frame_page(revision: Revision, findings: FindingsView, *, audience: str, width: str) -> FramePage:
    """Fill the frame of a preview."""
    record = revision.record
    audience = audience if audience in list(Audience) else record.audience
    width = width if width in WIDTHS else "phone"
    words = {"phone": _("Phone"), "desktop": _("Desktop")}
    return FramePage(
        crumbs=[
            Link(_("Today"), reverse("workbench:today")),
            Link(revision.title or _("Text"), reverse("workbench:text", args=[revision.pk])),
            Link(_("Preview")),
        ],
        title=revision.title,
        audiences=[Tab(audience_words(one), f"?audience={one}&width={width}", one == audience) for one in Audience],
        widths=[Tab(words[one], f"?audience={audience}&width={one}", one == width) for one in WIDTHS],
        width=width,
        url=f"{reverse('workbench:framed', args=[revision.pk])}?audience={audience}",
        findings=findings,
        text_url=reverse("workbench:text", args=[revision.pk]),
    )


def preview_page(plan: Plan, kind: Kind, revision: Revision, audience: str) -> PreviewPage:
    """Fill what a reader of an audience will find.

    Whoever is meant reads the public rendition, masked names and all; others find nothing, or of a group's record the
    stub that everyone may know.
    """
    record = revision.record
    audience = audience or record.audience
    is_meant = record.audience == Audience.PUBLIC or audience == record.audience
    shown = rendition.public(kind, revision.data)
    is_stub = not is_meant and record.audience == Audience.GROUP
    return PreviewPage(
        title=rendition.title(kind, plan, shown, record.unit.code),
        kind=say(kind.label),
        unit=unit_name(record.unit),
        number=str(shown.get(kind.show.number or "", "")),
        issued_on=str(shown.get(kind.show.issued_on or "", "")),
        summary="",
        audience=audience_words(audience),
        is_found=is_meant or is_stub,
        is_stub=is_stub,
        basis=list(kind.basis),
        sections=sections_of(kind, shown, book_of(plan, revision)) if is_meant else [],
    )
