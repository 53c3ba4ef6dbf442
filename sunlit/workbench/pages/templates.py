"""The templates that a unit keeps for its kinds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from sunlit.plan import selectors as plans
from sunlit.records.models import UnitTemplate
from sunlit.screens.components import Link
from sunlit.screens.words import say, unit_name
from sunlit.units import permissions
from sunlit.units.models import User
from sunlit.units.roles import Verb
from sunlit.units.selectors import path_range


@dataclass(frozen=True)
class TemplateRow:
    """One template."""

    pk: int
    name: str
    kind: str
    unit: str
    begin: str
    created_at: datetime


@dataclass(frozen=True)
class TemplatesPage:
    """The templates of the units for which somebody writes."""

    crumbs: list[Link]
    rows: Sequence[TemplateRow]


def templates_of(user: User) -> list[UnitTemplate]:
    """Return the templates of the units for which a person writes, at most 500."""
    found: list[UnitTemplate] = []
    for path in permissions.reach(user, Verb.WRITE):
        low, high = path_range(path)
        rows = UnitTemplate.objects.filter(unit__path__gte=low, unit__path__lt=high).select_related("unit")
        found += rows.order_by("unit__path", "kind", "name")[:500]
    return found[:500]


def templates_page(user: User) -> TemplatesPage:
    """Fill the list of templates."""
    plan = plans.current()
    rows = [
        TemplateRow(
            one.pk,
            one.name,
            say(plan.kinds[one.kind].label) if one.kind in plan.kinds else one.kind,
            unit_name(one.unit),
            f"{reverse('workbench:begin', args=[one.kind])}?unit={one.unit.code}",
            one.created_at,
        )
        for one in templates_of(user)
    ]
    return TemplatesPage([Link(_("Today"), reverse("workbench:today")), Link(_("Templates"))], rows)
