"""Find the people an administrator looks after, and change their accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from sunlit.accounts import factors, roles, sessions
from sunlit.accounts.roles import Refused
from sunlit.units import audit, granting, permissions, selectors
from sunlit.units.audit import AuditEvent, Detail
from sunlit.units.models import STEP, Delegation, Member, User
from sunlit.units.permissions import Verb
from sunlit.units.roles import Role

PAGE = 50


@dataclass(frozen=True, slots=True)
class Reach:
    """What an administrator looks after: subtrees, and everyone at all if one of them is the whole."""

    paths: tuple[str, ...]

    @property
    def is_all(self) -> bool:
        """Tell whether the whole city is within reach, with people who never held a role."""
        return any(len(path) == STEP for path in self.paths)

    def within(self, field: str) -> Q:
        """Return the condition that a path lies within reach."""
        found = Q(pk__in=[])
        for path in self.paths:
            low, high = selectors.path_range(path)
            found |= Q(**{f"{field}__gte": low, f"{field}__lt": high})
        return found


def reach_of(administrator: User, *, today: date) -> Reach:
    """Return what an administrator looks after on a day."""
    return Reach(permissions.reach(administrator, Verb.MANAGE_MEMBERS, today=today))


def looked_after(reach: Reach, *, today: date, former: bool = False) -> QuerySet[User]:
    """Return the people with roles within reach, or with ``former`` also those whose roles have ended.

    Other systems are no people: their tokens are looked after where they are issued, and nobody gives them a way in.
    """
    people = User.objects.filter(machine=False)
    if former and reach.is_all:
        return people
    held = Member.objects.filter(reach.within("unit__path"), user=OuterRef("pk"))
    if not former:
        held = held.filter(Q(until=None) | Q(until__gte=today))
    return people.filter(Exists(held))


def listed(
    reach: Reach, *, query: str, after: str, today: date, former: bool, size: int = PAGE
) -> tuple[list[User], str]:
    """Return one page of people by user name, with their roles at hand, and the key of the next page or ''."""
    found = looked_after(reach, today=today, former=former)
    for word in query.split():
        found = found.filter(Q(username__icontains=word) | Q(first_name__icontains=word) | Q(email__icontains=word))
    rows = list(found.filter(username__gt=after).order_by("username")[: size + 1])
    more = rows[size - 1].username if len(rows) > size else ""
    return rows[:size], more


def roles_of(people: list[User], reach: Reach, *, today: date) -> dict[int, list[Member]]:
    """Return the roles within reach, today's and coming ones, of some people."""
    held = Member.objects.filter(
        reach.within("unit__path"), Q(until=None) | Q(until__gte=today), user__in=[each.pk for each in people]
    )
    found: dict[int, list[Member]] = {each.pk: [] for each in people}
    for member in held.select_related("unit").order_by("unit__path", "role", "since"):
        found[member.user_id].append(member)
    return found


def powers(user: User, *, today: date) -> list[tuple[str, str]]:
    """Return the roles that a person holds on a day, as (path, role)."""
    return list(selectors.memberships(user, today=today).values_list("unit__path", "role"))


def may_manage(administrator: User, user: User, *, today: date) -> bool:
    """Tell whether an administrator may touch a person's way in: only if they administer all of that person's roles.

    Else the administrator of a village could take over the account of someone who also decides for the city.
    """
    if administrator.pk == user.pk or user.machine:
        return False
    held = powers(administrator, today=today)
    theirs = Member.objects.filter(Q(until=None) | Q(until__gte=today), user=user).values_list("unit__path", "role")
    lent = Delegation.objects.filter(deputy=user, until__gte=today).values_list("unit__path", "role")
    theirs_and_lent = [*theirs, *lent]
    if not theirs_and_lent:
        return reach_of(administrator, today=today).is_all or _was_here(administrator, user, today)
    return all(Role(role) in granting.grantable(held, path) for path, role in theirs_and_lent)


def _was_here(administrator: User, user: User, today: date) -> bool:
    return looked_after(reach_of(administrator, today=today), today=today, former=True).filter(pk=user.pk).exists()


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What is known of a person who gets an account."""

    username: str
    name: str = ""
    email: str = ""


@transaction.atomic
def create(administrator: User | None, account: NewAccount, *, address: str = "", unit_path: str = "") -> User:
    """Create an account without a password; raises ValidationError in words. Its owner sets one by a link."""
    user = User(username=account.username, first_name=account.name, email=account.email)
    user.set_unusable_password()
    user.full_clean(exclude=["password"])
    user.save()
    audit.write(
        AuditEvent.ACCOUNT_CREATED,
        actor=administrator,
        subject=f"user:{user.pk}",
        unit_path=unit_path,
        address=address,
    )
    return user


@transaction.atomic
def close(administrator: User, user: User, *, today: date, address: str = "") -> bool:
    """End the roles of a person that one administers and, if none is left, close the account; tells whether it closed.

    Raises Refused for oneself and for the last system administrator.
    """
    if administrator.pk == user.pk:
        raise Refused(_("Nobody closes their own account: another administrator must do it."))
    if granting.is_last_administrator(user, today=today):
        raise Refused(roles.sentence("last"))
    reach = reach_of(administrator, today=today)
    mine = powers(administrator, today=today)
    for member in roles_of([user], reach, today=today)[user.pk]:
        if Role(member.role) in granting.grantable(mine, member.unit.path):
            roles.end(administrator, user, member.unit, Role(member.role), today=today, address=address)
    for given in Delegation.objects.filter(
        reach.within("unit__path"), Q(absent=user) | Q(deputy=user), until__gte=today
    ).select_related("absent", "deputy", "unit"):
        if Role(given.role) in granting.grantable(mine, given.unit.path):
            roles.end_delegation(administrator, given, today=today, address=address)
    if Member.objects.filter(Q(until=None) | Q(until__gte=today), user=user).exists():
        return False
    User.objects.filter(pk=user.pk).update(is_active=False)
    sessions.end_all(user)
    audit.write(AuditEvent.ACCOUNT_CLOSED, actor=administrator, subject=f"user:{user.pk}", address=address)
    return True


def reopen(administrator: User, user: User, *, today: date, address: str = "") -> None:
    """Open a closed account again, without roles; raises Refused where one may not."""
    _must_manage(administrator, user, today)
    User.objects.filter(pk=user.pk).update(is_active=True)
    audit.write(AuditEvent.ACCOUNT_REOPENED, actor=administrator, subject=f"user:{user.pk}", address=address)


@transaction.atomic
def reset_factors(administrator: User, user: User, *, today: date, address: str = "") -> int:
    """Take away the second factors of a person who lost them, and end their sessions; returns how many there were."""
    _must_manage(administrator, user, today)
    count = factors.forget_all(user)
    sessions.end_all(user)
    detail: Detail = {"by": "administrator", "count": count}
    audit.write(
        AuditEvent.FACTOR_REMOVED, actor=administrator, subject=f"user:{user.pk}", address=address, detail=detail
    )
    return count


def end_sessions(administrator: User, user: User, *, today: date, address: str = "") -> int:
    """End every session of a person; returns how many there were. Raises Refused where one may not."""
    _must_manage(administrator, user, today)
    count = sessions.end_all(user)
    detail: Detail = {"by": "administrator", "count": count}
    audit.write(
        AuditEvent.SESSION_ENDED, actor=administrator, subject=f"user:{user.pk}", address=address, detail=detail
    )
    return count


def issue_link(administrator: User, user: User, *, today: date, address: str = "") -> None:
    """Write down that a link to set a password is handed out; raises Refused where one may not."""
    _must_manage(administrator, user, today)
    if not user.is_active:
        raise Refused(roles.sentence("closed"))
    audit.write(AuditEvent.LINK_ISSUED, actor=administrator, subject=f"user:{user.pk}", address=address)


def _must_manage(administrator: User, user: User, today: date) -> None:
    if not may_manage(administrator, user, today=today):
        raise Refused(not_all_yours())


def not_all_yours() -> str:
    """Say why somebody's way in may not be touched."""
    return _("This person also holds roles that you do not administer: ask an administrator further up.")
