"""May an administrator give or end a role? Pure rules over what the administrator holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sunlit.units import selectors
from sunlit.units.models import Member, Unit, User
from sunlit.units.roles import ADMINISTERS, NOT_TO_ONESELF, Role


def grantable(held: Iterable[tuple[str, str]], path: str) -> frozenset[Role]:
    """Return the roles that a holder of some roles, given as (path, role), may give and end at a unit's path."""
    mine = [ADMINISTERS.get(Role(role), frozenset()) for above, role in held if path.startswith(above)]
    return frozenset().union(*mine)


def refusal(administrator: User, user: User, unit: Unit, role: Role, *, today: date, giving: bool = True) -> str:
    """Return the code of what speaks against giving (or ending) a role, or '' if nothing does.

    ``not_yours``: the administrator does not administer that role there; ``own_hand``: nobody gives themselves a role
    that decides, watches or administers; ``closed``: the account is closed.
    """
    held = selectors.memberships(administrator, today=today).values_list("unit__path", "role")
    if role not in grantable(held, unit.path):
        return "not_yours"
    if giving and administrator.pk == user.pk and role in NOT_TO_ONESELF:
        return "own_hand"
    return "closed" if giving and not user.is_active else ""


def is_last_administrator(user: User, *, today: date) -> bool:
    """Tell whether a person holds the role of system administrator today and nobody else does without an end."""
    held = Member.objects.filter(role=Role.SYSTEM_ADMINISTRATOR, since__lte=today, user__is_active=True)
    if not held.filter(user=user).exists():
        return False
    return not held.filter(until=None, unit__parent=None).exclude(user=user).exists()
