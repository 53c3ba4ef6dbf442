"""What a person may do here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext as _

from sunlit.plan import selectors as plans
from sunlit.plan.language import Plan
from sunlit.portal import links
from sunlit.portal.pages import pieces
from sunlit.screens.components import Link
from sunlit.screens.page import HTML_ONLY
from sunlit.screens.words import say, unit_name
from sunlit.units import selectors as units
from sunlit.units.models import User
from sunlit.units.roles import Role


@dataclass(frozen=True)
class LoginPage:
    """The question for name and password."""

    crumbs: list[Link]
    target: str
    username: str
    is_refused: bool
    form: AuthenticationForm = field(metadata=HTML_ONLY)


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


def login_page(form: AuthenticationForm, target: str) -> LoginPage:
    """Fill the log-in page; a refusal never says whether there is anyone of that name."""
    name = str(form.data.get("username", ""))[:150] if form.is_bound else ""
    return LoginPage(pieces.crumbs(here=_("Log in")), target, name, form.is_bound, form)


def me(user: User, today: date) -> MePage:
    """Fill a person's own page."""
    plan = plans.current()
    return MePage(
        crumbs=pieces.crumbs(here=_("My roles")),
        name=user.get_full_name() or user.get_username(),
        roles=[
            RoleView(
                str(Role(held.role).label),
                Link(unit_name(held.unit), links.unit(held.unit.code)),
                held.since,
                held.until,
            )
            for held in units.memberships(user, today=today)
        ],
        groups=[_group(plan, scope) for scope in sorted(units.scopes(user, today=today))],
    )


def _group(plan: Plan, scope: str) -> Link:
    """Name a group and which one of its kind it is; that is a unit's code where the group belongs to a unit."""
    code, _colon, key = scope.partition(":")
    label = say(plan.groups[code].label) if code in plan.groups else code
    unit = plan.units.get(key)
    return Link(label, links.unit(key), unit_name(unit)) if unit else Link(label, note=key)
