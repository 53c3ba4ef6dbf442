"""Change people and their roles; the register of units follows the plan."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.db.models import Q

from sunlit.units.models import GroupMember, Member, Unit, User
from sunlit.units.roles import Role
from sunlit.units.syncing import Synced, TooManyUnits, sync_units

__all__ = ["Synced", "TooManyUnits", "create_user", "grant", "join_group", "revoke", "sync_units"]


@transaction.atomic
def create_user(username: str, password: str, *, email: str = "") -> User:
    """Create a person who can log in; raises ValidationError in words if name or password will not do."""
    user = User(username=username, email=email)
    validate_password(password, user)
    user.set_password(password)
    user.full_clean()
    user.save()
    return user


def grant(user: User, unit: Unit, role: Role | str, *, since: date, until: date | None = None) -> Member:
    """Give a person a role for a unit and all below it, from a day up to and including another.

    The same role from the same day is one membership: granting it again only sets its end.
    """
    member = Member(user=user, unit=unit, role=Role(role).value, since=since, until=until)
    key = ("user", "unit", "role", "since")
    Member.objects.bulk_create([member], update_conflicts=True, unique_fields=key, update_fields=["until"])
    return member


@transaction.atomic
def revoke(user: User, unit: Unit, role: Role | str, *, today: date) -> int:
    """Take a role from a person at once: yesterday was its last day. Returns how many memberships ended.

    One that begins today or later is deleted.
    """
    held = Member.objects.filter(user=user, unit=unit, role=Role(role).value)
    never, _per_model = held.filter(since__gte=today).delete()
    return never + held.filter(Q(until=None) | Q(until__gte=today)).update(until=today - timedelta(days=1))


def join_group(user: User, group: str, scope_key: str, *, since: date, until: date | None = None) -> GroupMember:
    """Make a person one of a group, as the villagers of a village; again from the same day only sets the end."""
    member = GroupMember(user=user, group=group, scope_key=scope_key, since=since, until=until)
    key = ("user", "group", "scope_key", "since")
    GroupMember.objects.bulk_create([member], update_conflicts=True, unique_fields=key, update_fields=["until"])
    return member
