"""The catalogue: every kind of record, to be found by field, kind, unit, year or question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from sunlit.plan import selectors as plans
from sunlit.plan import words
from sunlit.plan.language import Plan
from sunlit.plan.publishers import is_listed
from sunlit.portal import links
from sunlit.portal.pages import pieces
from sunlit.portal.pages.home import questions
from sunlit.records import selectors as records
from sunlit.records.states import Audience
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
    count: int
    kinds: list[KindInCatalogue]


@dataclass(frozen=True)
class YearLink:
    """A year of publication, with how much was published in it."""

    label: str
    count: int
    url: str
    is_current: bool


@dataclass(frozen=True)
class CataloguePage:
    """The catalogue, of all years or of one."""

    crumbs: list[Link]
    total: int
    year: int | None
    orders: list[Link]
    processes: list[Link]
    has_standard: bool
    areas: list[Area]
    years: list[YearLink]
    units: list[Figure]
    questions: list[Link]


def catalogue(year: int | None = None, by: str = "") -> CataloguePage:
    """Fill the catalogue in one of its orders, with the figures of one year if it is given."""
    plan = plans.current()
    counts = records.by_kind(year=year)
    home = Link(_("Catalogue"), reverse("portal:catalogue"))
    return CataloguePage(
        crumbs=pieces.crumbs(home, here=str(year)) if year else pieces.crumbs(here=home.label),
        total=sum(counts.values()),
        year=year,
        orders=_orders(by, year),
        processes=[Link(say(one.label), links.processes(one.code)) for one in plan.processes.values()],
        has_standard=bool(plan.standards),
        areas=_ORDERS.get(by, _areas)(plan, counts, year),
        years=_years(year, by),
        units=_top_units(plan),
        questions=questions(plan),
    )


def audience_words(audience: str) -> str:
    """Say for whom records are when they are not for everyone."""
    return {
        Audience.GROUP: _("for the people concerned"),
        Audience.STAFF: _("for staff"),
        Audience.SEALED: _("sealed"),
    }.get(Audience(audience), "")


def _areas(plan: Plan, counts: dict[str, int], year: int | None) -> list[Area]:
    """Return the fields of the plan's navigation; kinds that none of them names follow under a heading of their own."""
    areas = []
    for area in plan.navigation.fields:
        about = say(area.about) if area.about else ""
        areas.append(
            _area(area.code, say(area.label), about, _listed(plan, plan.kinds_of_area[area.code], counts, year))
        )
    placed = {code for kinds in plan.kinds_of_area.values() for code in kinds}
    if rest := _listed(plan, tuple(code for code in plan.kinds if code not in placed), counts, year):
        areas.append(_area("other", _("Other"), "", rest))
    return areas


def _by_clause(plan: Plan, counts: dict[str, int], year: int | None) -> list[Area]:
    """Return the kinds under the clauses of art. 20 of the Regulation, then under the matters of art. 21."""
    found = []
    for number, name in words.ARTICLE_20.items():
        codes = tuple(code for code, kind in plan.kinds.items() if number in kind.settings.article_20)
        found.append(_area(f"clause-{number}", f"{number} {name}", "", _listed(plan, codes, counts, year)))
    for place, name in enumerate(words.ARTICLE_21, start=1):
        codes = tuple(code for code, kind in plan.kinds.items() if name in kind.settings.article_21)
        found.append(_area(f"matter-{place}", name, "", _listed(plan, codes, counts, year)))
    return [area for area in found if area.kinds]


def _by_national_field(plan: Plan, counts: dict[str, int], year: int | None) -> list[Area]:
    """Return the kinds under the fields of the national standard catalogues."""
    found = []
    for place, name in enumerate(words.FIELDS_26, start=1):
        codes = tuple(code for code, kind in plan.kinds.items() if name in kind.settings.fields_26)
        found.append(_area(f"field-{place}", name, "", _listed(plan, codes, counts, year)))
    return [area for area in found if area.kinds]


_ORDERS: Mapping[str, Callable[[Plan, dict[str, int], int | None], list[Area]]] = {
    "clause": _by_clause,
    "field": _by_national_field,
}


def _orders(by: str, year: int | None) -> list[Link]:
    """Return the orders of the catalogue; the one that is shown leads nowhere."""
    labels = {"": _("by field of life"), "clause": _("by clause of the law"), "field": _("by national field")}
    current = by if by in _ORDERS else ""
    return [Link(label, "" if key == current else _address(key, year)) for key, label in labels.items()]


def _address(by: str, year: int | None) -> str:
    asked = {name: value for name, value in (("by", by), ("year", year)) if value}
    address = reverse("portal:catalogue")
    return f"{address}?{urlencode(asked)}" if asked else address


def _area(code: str, label: str, about: str, kinds: list[KindInCatalogue]) -> Area:
    return Area(code, label, about, sum(kind.count for kind in kinds), kinds)


def _listed(plan: Plan, codes: tuple[str, ...], counts: dict[str, int], year: int | None) -> list[KindInCatalogue]:
    kinds = [plan.kinds[code] for code in codes if code in plan.kinds and is_listed(plan.kinds[code])]
    return [
        KindInCatalogue(
            kind.code,
            say(kind.label),
            say(kind.about),
            links.kind(kind.code, year=year),
            counts.get(kind.code, 0),
            audience_words(kind.settings.audience),
        )
        for kind in kinds
    ]


def _years(current: int | None, by: str) -> list[YearLink]:
    by = by if by in _ORDERS else ""
    years = records.by_year()
    found = [YearLink(_("All years"), sum(years.values()), _address(by, None), current is None)]
    return found + [YearLink(str(year), count, _address(by, year), year == current) for year, count in years.items()]


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
        if path in found and count
    ]
    return sorted(figures, key=lambda figure: (-figure.value, figure.label))
