"""What an administrator sees of people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from sunlit.accounts import drafts, factors, identities, people, sessions
from sunlit.accounts.people import Reach
from sunlit.screens.components import Link
from sunlit.screens.page import HTML_ONLY
from sunlit.screens.paging import Pager
from sunlit.screens.words import joined, unit_name
from sunlit.units import granting
from sunlit.units.models import Delegation, Member, User
from sunlit.units.roles import Role

MOST_DRAFTS = 200


@dataclass(frozen=True)
class PersonRow:
    """A person in the list."""

    username: str
    name: str
    url: str
    roles: str
    is_closed: bool
    last_login: datetime | None


@dataclass(frozen=True)
class PeoplePage:
    """The people an administrator looks after."""

    query: str
    former: bool
    people: list[PersonRow]
    pager: Pager


@dataclass(frozen=True)
class RoleRow:
    """A role that a person holds or will hold within reach; ``may_end`` if the asker administers it."""

    role: str
    label: str
    unit: str
    code: str
    since: date
    until: date | None
    may_end: bool


@dataclass(frozen=True)
class DeputyRow:
    """A deputy named by or for a person."""

    pk: int
    who: str
    role: str
    unit: str
    since: date
    until: date
    reason: str


@dataclass(frozen=True)
class DraftRow:
    """A text that the person has in work."""

    pk: int
    title: str
    unit: str
    state: str


@dataclass(frozen=True)
class PersonPage:
    """A person, and what may be done about their account."""

    crumbs: list[Link]
    pk: int
    username: str
    name: str
    email: str
    is_closed: bool
    is_oneself: bool
    may_manage: bool
    last_login: datetime | None
    factors: list[str]
    is_linked: bool
    sessions: int
    roles: list[RoleRow]
    deputies: list[DeputyRow]
    drafts: list[DraftRow]
    audit_url: str
    choices: list[tuple[str, str]] = field(metadata=HTML_ONLY)
    today: date = field(metadata=HTML_ONLY)


@dataclass(frozen=True)
class NewPage:
    """The form for a new account."""

    crumbs: list[Link]
    values: dict[str, str]
    errors: list[str]
    choices: list[tuple[str, str]] = field(metadata=HTML_ONLY)
    today: date = field(metadata=HTML_ONLY)


@dataclass(frozen=True)
class IssuedPage:
    """A link to set a password, shown once."""

    crumbs: list[Link]
    username: str
    name: str
    url: str
    person_url: str
    days: int


def list_page(reach: Reach, *, query: str, after: str, former: bool, today: date) -> PeoplePage:
    """Fill one page of the list."""
    rows, following = people.listed(reach, query=query, after=after, today=today, former=former)
    roles = people.roles_of(rows, reach, today=today)
    shown = [
        PersonRow(
            user.username,
            user.first_name,
            reverse("accounts:person", args=[user.pk]),
            joined([f"{Role(held.role).label} · {unit_name(held.unit, short=True)}" for held in roles[user.pk]]),
            not user.is_active,
            user.last_login,
        )
        for user in rows
    ]
    return PeoplePage(query, former, shown, Pager(next=following))


def person_page(administrator: User, user: User, reach: Reach, *, today: date, now: datetime) -> PersonPage:
    """Fill a person's page."""
    powers = people.powers(administrator, today=today)
    held = people.roles_of([user], reach, today=today)[user.pk]
    return PersonPage(
        crumbs=[crumb(), Link(user.first_name or user.username)],
        pk=user.pk,
        username=user.username,
        name=user.first_name,
        email=user.email,
        is_closed=not user.is_active,
        is_oneself=user.pk == administrator.pk,
        may_manage=people.may_manage(administrator, user, today=today),
        last_login=user.last_login,
        factors=[factor_name(kind) for kind in sorted(factors.kinds(user))],
        is_linked=identities.is_linked(user),
        sessions=sessions.of(user, now=now).count(),
        roles=[_role_row(member, powers) for member in held],
        deputies=[deputy_row(given) for given in _deputies(user, reach, today)],
        drafts=[
            DraftRow(each.pk, each.title or _("(no title yet)"), unit_name(each.record.unit), each.get_state_display())
            for each in drafts.of(user, reach)[:MOST_DRAFTS]
        ],
        audit_url=f"{reverse('accounts:audit')}?who={user.username}",
        choices=role_choices(administrator, today=today),
        today=today,
    )


def crumb() -> Link:
    """Return the way back to the list."""
    return Link(_("People"), reverse("accounts:people"))


def role_choices(administrator: User, *, today: date) -> list[tuple[str, str]]:
    """Return the roles that an administrator may give somewhere, with their names."""
    powers = people.powers(administrator, today=today)
    mine = frozenset[Role]().union(*(granting.grantable(powers, path) for path, _role in powers))
    return [(role.value, str(role.label)) for role in Role if role in mine]


def factor_name(kind: str) -> str:
    """Return what a kind of second factor is called."""
    return {
        "totp": _("authenticator app"),
        "webauthn": _("passkey"),
        "recovery_codes": _("recovery codes"),
    }.get(kind, kind)


def deputy_row(given: Delegation) -> DeputyRow:
    """Return a deputy as lists show it."""
    deputy, absent = (each.first_name or each.username for each in (given.deputy, given.absent))
    who = _("%(deputy)s for %(absent)s") % {"deputy": deputy, "absent": absent}
    role = str(Role(given.role).label)
    return DeputyRow(given.pk, who, role, unit_name(given.unit), given.since, given.until, given.reason)


def _role_row(member: Member, powers: list[tuple[str, str]]) -> RoleRow:
    role = Role(member.role)
    may_end = role in granting.grantable(powers, member.unit.path)
    name, code = unit_name(member.unit), member.unit.code
    return RoleRow(role.value, str(role.label), name, code, member.since, member.until, may_end)


def _deputies(user: User, reach: Reach, today: date) -> list[Delegation]:
    found = Delegation.objects.filter(reach.within("unit__path"), absent=user, until__gte=today)
    return list(found.select_related("absent", "deputy", "unit").order_by("since", "id"))
