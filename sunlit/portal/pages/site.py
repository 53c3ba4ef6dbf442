"""Pages about the site: how to check it, what it is, how to use it, and everything it has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from sunlit import sight
from sunlit.ledger import keys, witnesses
from sunlit.ledger import selectors as ledger
from sunlit.pagecache import pages as pagecache
from sunlit.pagecache.tags import ANY, LEDGER
from sunlit.plan import selectors as plans
from sunlit.plan.language import Plan
from sunlit.plan.publishers import is_listed
from sunlit.portal import links
from sunlit.portal.pages import pieces
from sunlit.records import selectors as records
from sunlit.records.states import Audience
from sunlit.screens.components import Figure, Link, RecordRow
from sunlit.screens.words import say, unit_name


@dataclass(frozen=True)
class VerifyPage:
    """How anyone can check the site; ``checkpoint`` and ``vkey`` are '' before they exist."""

    crumbs: list[Link]
    vkey: str
    checkpoint: str
    cosigners: list[witnesses.Cosigned]
    root: str
    example: RecordRow | None
    slug: str


@dataclass(frozen=True)
class AboutPage:
    """What this site is."""

    crumbs: list[Link]
    plan: str
    figures: list[Figure]
    latest: datetime | None
    version: str
    basis: list[str]
    has_demo: bool


@dataclass(frozen=True)
class TextPage:
    """A page that is nothing but text."""

    crumbs: list[Link]


@dataclass(frozen=True)
class Chapter:
    """A heading of the site map with what is below it; where it has an address it leads somewhere itself."""

    label: str
    links: list[Link]
    url: str = ""


@dataclass(frozen=True)
class SitemapPage:
    """The site at a glance."""

    crumbs: list[Link]
    chapters: list[Chapter]


def verify() -> VerifyPage:
    """Fill the page on checking."""
    pagecache.shows(ANY, LEDGER)
    try:
        vkey = keys.verifier().vkey()
    except keys.KeyRefused:
        vkey = ""
    checkpoint = ledger.published_note() or ""
    recent = [record for record in records.recent(sight.anonymous(), 1) if record.slug]
    return VerifyPage(
        crumbs=pieces.crumbs(here=_("Verify")),
        vkey=vkey,
        checkpoint=checkpoint,
        cosigners=witnesses.cosigners(checkpoint) if checkpoint else [],
        root=f"{'https' if settings.HTTPS else 'http'}://{settings.HOST}",
        example=next(iter(pieces.record_rows(plans.current(), recent)), None),
        slug=(recent[0].slug or "") if recent else "",
    )


def about() -> AboutPage:
    """Fill the page about the site."""
    plan = plans.current()
    recent = records.recent(sight.anonymous(), 1)
    return AboutPage(
        crumbs=pieces.crumbs(here=_("About this site")),
        plan=say(plan.head.name),
        figures=_figures(plan),
        latest=recent[0].published_at if recent else None,
        version=plan.hash,
        basis=list(plan.head.basis),
        has_demo=bool(recent and recent[0].demo) or settings.DEMO,
    )


def accessibility() -> TextPage:
    """Fill the statement on accessibility."""
    return TextPage(pieces.crumbs(Link(_("About this site"), reverse("portal:about")), here=_("Accessibility")))


def sitemap() -> SitemapPage:
    """Fill the site map for people."""
    plan = plans.current()
    return SitemapPage(pieces.crumbs(here=_("Site map")), [*_menus(plan), _kinds(plan), *_parts(plan), _units(plan)])


def _figures(plan: Plan) -> list[Figure]:
    open_units = sum(1 for unit in plan.units.values() if unit.closed is None)
    listed = sum(1 for kind in plan.kinds.values() if is_listed(kind))
    return [
        Figure(_("public records"), records.total(Audience.PUBLIC), reverse("portal:catalogue")),
        Figure(_("kinds of record"), listed, reverse("portal:catalogue")),
        Figure(_("measures"), len(plan.measures), reverse("portal:plan")),
        Figure(_("units"), open_units, reverse("portal:units")),
    ]


def _menus(plan: Plan) -> list[Chapter]:
    chapters = []
    for menu in plan.navigation.menus:
        found = [Link(say(item.label), links.wanted(plan, item.to)) for item in menu.items]
        chapters.append(
            Chapter(say(menu.label), [link for link in found if link.url], links.wanted(plan, menu.to or ""))
        )
    return chapters


def _kinds(plan: Plan) -> Chapter:
    found = [links.to_kind(kind) for kind in plan.kinds.values() if is_listed(kind)]
    return Chapter(_("Kinds of record"), found, reverse("portal:catalogue"))


def _parts(plan: Plan) -> list[Chapter]:
    return [
        Chapter(
            say(part.title),
            [
                Link(f"{one.number} {pieces.short_title(one)}", links.measure(one.number))
                for one in plan.measures.values()
                if one.part == part.number
            ],
            f"{reverse('portal:plan')}#part-{part.number}",
        )
        for part in plan.parts.values()
    ]


def _units(plan: Plan) -> Chapter:
    found = [
        Link(unit_name(unit, short=True), links.unit(unit.code))
        for unit in plan.units.values()
        if unit.parent == plan.head.root and unit.closed is None
    ]
    return Chapter(_("Units"), found, reverse("portal:units"))
