"""A sheet on its way in: which kind and unit it is for, and what its columns hold."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from sunlit.plan import selectors as plans
from sunlit.plan.language import Kind
from sunlit.records.errands import importing
from sunlit.records.imports import mapping
from sunlit.records.imports.columns import SCOPE, UNIT
from sunlit.records.models import Errand
from sunlit.screens.components import Link
from sunlit.screens.words import say, unit_name
from sunlit.units.models import Unit, User
from sunlit.workbench import publishing_units as publishers
from sunlit.workbench.pages.jobs import crumbs


@dataclass(frozen=True)
class UploadPage:
    """The question what is to be imported, for which unit, from which file."""

    crumbs: list[Link]
    kinds: list[Link]
    kind: str
    about: str
    template: str
    unit: str
    unit_code: str
    units: list[Link]
    can_name_units: bool
    error: str
    waive: str


@dataclass(frozen=True)
class ColumnRow:
    """A column of a sheet, with what it holds in the first rows and the field that it is thought to fill."""

    position: int
    header: str
    sample: list[str]
    chosen: str


@dataclass(frozen=True)
class ColumnsPage:
    """The question what the columns of a sheet hold."""

    crumbs: list[Link]
    pk: int
    name: str
    columns: list[ColumnRow]
    fields: list[Link]
    faults: list[str]


def upload_page(user: User, *, unit: Unit | None, kind: str, find: str, waive: str = "", error: str = "") -> UploadPage:
    """Fill the page that asks for kind, unit and file."""
    plan = plans.current()
    homes = publishers.home_units(user)
    chosen = unit or (homes[0] if homes else None)
    kinds = publishers.kinds_of(plan, chosen) if chosen else []
    if chosen is not None and not kinds:
        kinds = list(plan.kinds.values())
    declared = plan.kinds.get(kind)
    units = publishers.find_units(user, find) if find else homes[:20]
    return UploadPage(
        crumbs=crumbs(Link(_("New import"))),
        kinds=[Link(say(one.label), one.code) for one in kinds],
        kind=declared.code if declared else "",
        about=say(declared.about) if declared else "",
        template=reverse("portal:kind_template", args=[declared.code]) if declared else "",
        unit=unit_name(chosen) if chosen else "",
        unit_code=chosen.code if chosen else "",
        units=[Link(unit_name(one), f"?unit={one.code}&kind={kind}") for one in units],
        can_name_units=chosen is not None,
        error=error,
        waive=waive,
    )


def columns_page(errand: Errand) -> ColumnsPage:
    """Fill the page that asks what the columns of the latest sheet hold."""
    kind = plans.current().kinds[errand.kind]
    sheet = importing.latest(errand)
    names = list(sheet.mapping) or [""] * len(sheet.headers)
    return ColumnsPage(
        crumbs=crumbs(Link(sheet.name, reverse("workbench:job", args=[errand.pk])), Link(_("Columns"))),
        pk=errand.pk,
        name=sheet.name,
        columns=[
            ColumnRow(at, header, [row[at] for row in sheet.sample if at < len(row) and row[at]], names[at])
            for at, header in enumerate(sheet.headers)
        ],
        fields=_choices(errand, kind),
        faults=importing.faults(errand, kind, names),
    )


def _choices(errand: Errand, kind: Kind) -> list[Link]:
    special = [Link(_("the unit that publishes"), UNIT)] if errand.settings["units_in_sheet"] else []
    if kind.settings.audience == "group":
        special.append(Link(_("the group for which it is"), SCOPE))
    required = {one.name for one in kind.fields if one.required.always}
    takeable = [kind.by_name[name] for name in mapping.takeable(kind)]
    return special + [
        Link(f"{say(one.label)}{'＊' if one.name in required else ''}", one.name, one.code or one.name)
        for one in takeable
    ]
