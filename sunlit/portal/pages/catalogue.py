"""The catalogue: every kind of record, to be found by field, kind, unit, year or question."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from sunlit.plan import selectors as plans
from sunlit.plan.language import Kind, Plan
from sunlit.portal import links, structure
from sunlit.portal.pages import pieces
from sunlit.portal.pages.home import questions
from sunlit.records import selectors as records
from sunlit.screens.components import Figure, Link
from sunlit.screens.words import say, unit_name
from sunlit.units import selectors as units


@dataclass(frozen=True)
class KindInCatalogue:
    """A kind of record and how much there is of it."""

    code: str
    label: str
    about: str
    url: str
    count: int
    audience: str


@dataclass(frozen=True)
class Area:
    """A field of life with its kinds."""

    code: str
    label: str
    about: str
    kinds: list[KindInCatalogue]


@dataclass(frozen=True)
class CataloguePage:
    """The catalogue."""

    crumbs: list[Link]
    total: int
    areas: list[Area]
    years: list[Figure]
    units: list[Figure]
    questions: list[Link]


@dataclass(frozen=True)
class YearPage:
    """What was published in one year, by kind."""

    crumbs: list[Link]
    year: int
    total: int
    kinds: list[Figure]
    years: list[Link]


def catalogue() -> CataloguePage:
    """Fill the catalogue."""
    plan = plans.current()
    counts = records.by_kind()
    areas = [
        Area(area.code, say(area.label), say(area.about) if area.about else "", _listed(plan, area.kinds, counts))
        for area in plan.navigation.fields
    ]
    placed = {code for area in plan.navigation.fields for code in area.kinds}
    if rest := _listed(plan, tuple(code for code in plan.kinds if code not in placed), counts):
        areas.append(Area("other", _("Other"), "", rest))
    return CataloguePage(
        crumbs=pieces.crumbs(here=_("Catalogue")),
        total=sum(counts.values()),
        areas=areas,
        years=[Figure(str(year), count, year_address(year)) for year, count in records.by_year().items()],
        units=_top_units(plan),
        questions=questions(plan),
    )


def year(wanted: int) -> YearPage | None:
    """Fill the page of a year; None if nothing was published in it."""
    plan = plans.current()
    years = records.by_year()
    if wanted not in years:
        return None
    counts = records.by_kind(year=wanted)
    kinds = [
        Figure(say(kind.label), counts[kind.code], links.kind(kind.code, year=wanted))
        for kind in plan.kinds.values()
        if kind.code in counts
    ]
    return YearPage(
        crumbs=pieces.crumbs(Link(_("Catalogue"), reverse("portal:catalogue")), here=str(wanted)),
        year=wanted,
        total=years[wanted],
        kinds=sorted(kinds, key=lambda figure: -figure.value),
        years=[Link(str(other), year_address(other) if other != wanted else "") for other in years],
    )


def year_address(wanted: int) -> str:
    """Return the address of a year's page."""
    return reverse("portal:year", kwargs={"year": wanted})


def audience_words(audience: str) -> str:
    """Say for whom records are when they are not for everyone."""
    return {
        "group": _("for the people concerned"),
        "staff": _("for staff"),
        "sealed": _("sealed"),
    }.get(audience, "")


def _listed(plan: Plan, codes: tuple[str, ...], counts: dict[str, int]) -> list[KindInCatalogue]:
    kinds = [plan.kinds[code] for code in codes if code in plan.kinds and is_listed(plan.kinds[code])]
    return [
        KindInCatalogue(
            kind.code,
            say(kind.label),
            say(kind.about),
            links.kind(kind.code),
            counts.get(kind.code, 0),
            audience_words(kind.settings.audience),
        )
        for kind in kinds
    ]


def is_listed(kind: Kind) -> bool:
    """Tell whether a kind stands in the public catalogue: something of it is public, or people may ask for it."""
    return bool({"public", "group"} & set(kind.settings.allowed_audiences))


def _top_units(plan: Plan) -> list[Figure]:
    """Return the city's departments and counties with how much each, and all below it, has published."""
    root = units.by_code(plan.head.root)
    if root is None:
        return []
    counts = records.by_child(root)
    found = units.by_paths(counts)
    figures = [
        Figure(unit_name(found[path], short=True), count, links.unit(found[path].code))
        for path, count in counts.items()
        if path in found
    ]
    return sorted(figures, key=lambda figure: -figure.value)
