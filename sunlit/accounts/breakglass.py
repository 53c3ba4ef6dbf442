"""The emergency account: every power over publication for some hours, one log-in, and an alarm at each use."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from sunlit.accounts import sessions
from sunlit.accounts.models import BreakGlass
from sunlit.calendars import clock
from sunlit.ledger import alarms
from sunlit.units import actions, audit, selectors
from sunlit.units.models import Member, User
from sunlit.units.roles import Role

POWERS = (Role.APPROVER, Role.UNIT_ADMINISTRATOR)
MOST_HOURS = 72


class CannotArm(ValueError):
    """Say why an emergency account cannot be armed, and what to do."""


@transaction.atomic
def arm(username: str, *, hours: int, now: datetime) -> tuple[BreakGlass, str]:
    """Create the account or arm it again; returns it with its password, which is kept nowhere.

    Raises CannotArm for a person's everyday account, or before a plan has been applied.
    """
    root = selectors.root()
    if root is None:
        raise CannotArm("There are no units yet: run `sunlit plan apply` first.")
    if not 1 <= hours <= MOST_HOURS:
        raise CannotArm(f"An emergency account is armed for 1 to {MOST_HOURS} hours.")
    user = User.objects.filter(username=username).first()
    if user is not None and not BreakGlass.objects.filter(user=user).exists():
        raise CannotArm(f"{username} is somebody's everyday account: choose a name that nobody uses.")
    password = "-".join(secrets.token_hex(3) for _ in range(4))
    user = user or User(username=username)
    user.is_active = True
    user.set_password(password)
    user.full_clean(exclude=["password"])
    user.save()
    sessions.end_all(user)
    until = now + timedelta(hours=hours)
    first = clock.today()
    for role in POWERS:
        Member.objects.filter(user=user, role=role).delete()
        actions.grant(user, root, role, since=first, until=first + timedelta(days=hours // 24 + 1))
    account, _new = BreakGlass.objects.update_or_create(
        user=user, defaults={"armed_at": now, "armed_until": until, "used_at": None}
    )
    audit.write(audit.AuditEvent.BREAK_GLASS_ARMED, actor=None, subject=f"user:{user.pk}", detail={"hours": hours})
    return account, password


def of(user: User) -> BreakGlass | None:
    """Return the emergency account that a user is, or None for everyone else."""
    return BreakGlass.objects.filter(user=user).first()


def may_enter(user: User, *, now: datetime) -> bool:
    """Tell whether a log-in is open: to everyone but an emergency account that is spent or whose hours are over."""
    account = of(user)
    return account is None or (account.used_at is None and now < account.armed_until)


def spend(user: User, *, address: str, now: datetime) -> timedelta | None:
    """Use up the one log-in of an emergency account and sound the alarm; returns for how long the session may last.

    None for everyone else. Of two who log in at once one is refused: PermissionError.
    """
    account = of(user)
    if account is None:
        return None
    fresh = BreakGlass.objects.filter(pk=account.pk, used_at=None, armed_until__gt=now)
    if fresh.update(used_at=now) != 1:
        raise PermissionError(user.username)
    user.password = make_password(None)
    user.save(update_fields=["password"])
    audit.write(audit.AuditEvent.BREAK_GLASS_USED, actor=user, address=address, now=now)
    since = f"{now:%Y-%m-%d %H:%M} UTC"
    sentence = f"The emergency account {user.username} is in use since {since}: find out by whom and why."
    alarms.sound(f"break-glass {user.username}"[:120], sentence, now=now)
    return account.armed_until - now
