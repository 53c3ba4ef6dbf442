"""What a person may do here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from sunlit.accounts import factors, identities
from sunlit.accounts.pages.people import factor_name
from sunlit.plan import selectors as plans
from sunlit.plan.language import Plan
from sunlit.portal import links
from sunlit.portal.pages import pieces
from sunlit.screens.components import Link
from sunlit.screens.words import say, unit_name
from sunlit.units import selectors as units
from sunlit.units.models import User
from sunlit.units.roles import Role


@dataclass(frozen=True)
class RoleView:
    """A role and the unit for which it is held."""

    role: str
    unit: Link
    since: date
    until: date | None


@dataclass(frozen=True)
class MePage:
    """A person's roles and groups."""

    crumbs: list[Link]
    name: str
    roles: list[RoleView]
    groups: list[Link]
    works_here: bool
    factors: list[str]
    service: str
    is_linked: bool


def me(user: User, today: date) -> MePage:
    """Fill a person's own page."""
    plan = plans.current()
    held = list(units.memberships(user, today=today))
    return MePage(
        crumbs=pieces.crumbs(here=_("My roles")),
        name=user.get_full_name() or user.get_username(),
        roles=[
            RoleView(
                str(Role(each.role).label),
                Link(unit_name(each.unit), links.unit(each.unit.code)),
                each.since,
                each.until,
            )
            for each in held
        ],
        groups=[_group(plan, scope) for scope in sorted(units.scopes(user, today=today))],
        works_here=bool(held),
        factors=[factor_name(kind) for kind in sorted(factors.kinds(user))],
        service=identities.service_name(),
        is_linked=identities.is_linked(user),
    )


def _group(plan: Plan, scope: str) -> Link:
    """Name a group and which one of its kind it is; that is a unit's code where the group belongs to a unit."""
    code, _colon, key = scope.partition(":")
    label = say(plan.groups[code].label) if code in plan.groups else code
    unit = plan.units.get(key)
    return Link(label, links.unit(key), unit_name(unit)) if unit else Link(label, note=key)
