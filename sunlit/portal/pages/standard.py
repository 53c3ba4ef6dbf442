"""The standard catalogue: what is to be public at the grass roots, by field, and how far a unit has come with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from sunlit.plan import selectors as plans
from sunlit.plan import words
from sunlit.plan.language import Plan
from sunlit.plan.language.standards import Standard
from sunlit.portal import links
from sunlit.portal.pages import pieces
from sunlit.portal.pages.measure import LimitView, limit_view
from sunlit.records import selectors as records
from sunlit.screens.components import Figure, Link
from sunlit.screens.words import joined, say, unit_name
from sunlit.units import selectors as units

LEVELS = ("city", "county", "township", "village")


@dataclass(frozen=True)
class StandardView:
    """A row of the catalogue in the reader's language; ``figures`` lead to what has been published under it."""

    code: str
    item: str
    matter: str
    content: str
    basis: list[str]
    limit: LimitView | None
    soon: str
    holders: str
    office: str
    cycle: str
    channels: list[str]
    whom: str
    mode: str
    levels: str
    contact: str
    is_optional: bool
    figures: list[Figure]


@dataclass(frozen=True)
class FieldOfStandard:
    """A field of the catalogue with its rows."""

    number: int
    label: str
    rows: list[StandardView]
    filled: int


@dataclass(frozen=True)
class StandardPage:
    """The standard catalogue, whole, of one level, or of one unit."""

    crumbs: list[Link]
    unit: Link | None
    fields: list[FieldOfStandard]
    levels: list[Link]
    level: str
    total: int
    filled: int
    csv_url: str


def level_words(level: str) -> str:
    """Say at which level a matter is published."""
    return {
        "city": _("city"),
        "county": _("county"),
        "township": _("township"),
        "village": _("village"),
    }[level]


def cycle_words(cycle: str) -> str:
    """Say how often a matter is renewed."""
    return {
        "event": _("whenever something happens"),
        "day": _("every day"),
        "month": _("every month"),
        "quarter": _("every quarter"),
        "half-year": _("every half year"),
        "year": _("every year"),
        "standing": _("whenever it changes"),
    }[cycle]


def whole(level: str = "") -> StandardPage | None:
    """Fill the catalogue, of all levels or of one; None if the plan has no catalogue."""
    plan = plans.current()
    if not plan.standards:
        return None
    level = level if level in LEVELS else ""
    rows = [row for row in plan.standards.values() if not level or level in row.levels]
    counts = records.by_kind()
    address = reverse("portal:standard")
    shown = _fields(plan, rows, counts, "")
    return StandardPage(
        crumbs=pieces.crumbs(Link(_("Catalogue"), reverse("portal:catalogue")), here=_("Standard catalogue")),
        unit=None,
        fields=shown,
        levels=[
            Link(_("all levels"), address if level else ""),
            *(Link(level_words(one), "" if one == level else f"{address}?level={one}") for one in LEVELS),
        ],
        level=level,
        total=len(rows),
        filled=sum(field.filled for field in shown),
        csv_url=reverse("portal:standard_csv") + (f"?{urlencode({'level': level})}" if level else ""),
    )


def of_unit(code: str) -> StandardPage | None:
    """Fill the part of the catalogue that one unit owes; None if there is no such unit or it owes nothing of it."""
    plan = plans.current()
    unit = units.by_code(code)
    if unit is None:
        return None
    rows = rows_of(plan, code)
    if not rows:
        return None
    counts = records.by_kind(unit=unit)
    shown = _fields(plan, rows, counts, code)
    here = Link(unit_name(unit, short=True), links.unit(code))
    return StandardPage(
        crumbs=pieces.crumbs(Link(_("Units"), reverse("portal:units")), here, here=_("Standard catalogue")),
        unit=here,
        fields=shown,
        levels=[],
        level="",
        total=len(rows),
        filled=sum(field.filled for field in shown),
        csv_url="",
    )


def rows_of(plan: Plan, code: str) -> list[Standard]:
    """Return the rows that a unit owes: it is among the holders, and a unit of a level answers for its own level."""
    level = plan.classes[plan.units[code].cls].level if code in plan.units else "none"
    return [
        row
        for row in plan.standards.values()
        if (level not in LEVELS or level in row.levels) and code in plan.select(row.holders)
    ]


def as_table(level: str) -> tuple[list[str], Iterator[list[str]]]:
    """Return heading and rows of the catalogue as a file, in the columns of the national catalogues and the city's."""
    plan = plans.current()
    heading = [
        *(_("No."), _("Field"), _("Item"), _("Matter"), _("Content"), _("Basis"), _("Time limit"), _("Published by")),
        *(_("Office in charge"), _("Renewed"), _("Channels"), _("For whom"), _("Manner"), _("Levels")),
        *(_("Questions and complaints"), _("Required")),
    ]
    rows = (row for row in plan.standards.values() if not level or level in row.levels)
    return heading, (_line(plan, number, row) for number, row in enumerate(rows, start=1))


def _line(plan: Plan, number: int, row: Standard) -> list[str]:
    view = _view(plan, row, {}, "")
    return [
        *(str(number), row.field, view.item, view.matter, view.content, "；".join(view.basis)),
        *(view.limit.amount if view.limit else view.soon, view.holders, view.office, view.cycle),
        *("、".join(view.channels), view.whom, view.mode, view.levels, view.contact),
        _("optional") if view.is_optional else _("required"),
    ]


def _fields(plan: Plan, rows: Iterable[Standard], counts: dict[str, int], unit: str) -> list[FieldOfStandard]:
    by_field: dict[str, list[StandardView]] = {}
    for row in rows:
        by_field.setdefault(row.field, []).append(_view(plan, row, counts, unit))
    order = list(words.FIELDS_26)
    return [
        FieldOfStandard(order.index(name) + 1, name, found, sum(any(f.value for f in row.figures) for row in found))
        for name, found in sorted(by_field.items(), key=lambda pair: order.index(pair[0]))
    ]


def _view(plan: Plan, row: Standard, counts: dict[str, int], unit: str) -> StandardView:
    limit = plan.limits.get(row.limit or "")
    return StandardView(
        code=row.code,
        item=say(row.item),
        matter=say(row.matter),
        content=row.content,
        basis=list(row.basis),
        limit=limit_view(limit) if limit else None,
        soon=row.soon or "",
        holders=say(plan.selectors[row.holders].label),
        office=row.office or "",
        cycle=cycle_words(row.cycle),
        channels=list(row.channels),
        whom=row.whom or _("everyone"),
        mode=_("proactively") if row.mode == "proactive" else _("on request"),
        levels=joined([level_words(level) for level in row.levels]),
        contact=row.contact or "",
        is_optional=row.optional,
        figures=[
            Figure(say(plan.kinds[code].label), counts.get(code, 0), links.kind(code, unit=unit))
            for code in row.kinds
            # A kind of another field, such as a general notice, says nothing of this row by its number.
            if code in plan.kinds and row.field in plan.kinds[code].settings.fields_26
        ],
    )
