"""Deputies: who acts for whom while they are away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from sunlit.units.models import Delegation, Member, Unit, User
from sunlit.units.roles import NOT_BY_DEPUTY, Role


class DelegationRefused(ValueError):
    """Say, as a code that a page puts into words, why a deputy cannot be named."""


@dataclass(frozen=True, slots=True)
class Stand:
    """A role held in someone's stead: the path at and below which it holds, and of whom."""

    path: str
    role: str
    absent_id: int


def overlap(one: str, other: str) -> str | None:
    """Return the path of what lies below both paths, or None if they do not meet."""
    if one.startswith(other):
        return one
    return other if other.startswith(one) else None


def stands(deputy: User, *, today: date) -> list[Stand]:
    """Return what a deputy does for others on a day: only in roles that these hold themselves on that day."""
    given = list(
        Delegation.objects.filter(
            deputy=deputy, since__lte=today, until__gte=today, absent__is_active=True
        ).select_related("unit")
    )
    if not given:
        return []
    held = Member.objects.filter(
        Q(until=None) | Q(until__gte=today), user__in={each.absent_id for each in given}, since__lte=today
    ).select_related("unit")
    found = set()
    for each in given:
        for member in held:
            if (member.user_id, member.role) == (each.absent_id, each.role):
                path = overlap(each.unit.path, member.unit.path)
                if path is not None:
                    found.add((path, each.role, each.absent_id))
    return [Stand(*each) for each in sorted(found)]


def refusal(absent: User, deputy: User, unit: Unit, role: str, *, made_by: User | None, today: date) -> str:
    """Return the code of what speaks against a deputy, or '' if nothing does.

    ``themselves``, ``closed``, ``stranger`` (holds no role of their own), ``not_held`` (the absent person does not
    hold the role there), ``never`` (the role knows no deputies), ``own_hand`` (an administrator names themselves).
    """
    if absent.pk == deputy.pk:
        return "themselves"
    if not deputy.is_active or not absent.is_active:
        return "closed"
    if Role(role) in NOT_BY_DEPUTY:
        return "never"
    if made_by is not None and made_by.pk == deputy.pk:
        return "own_hand"
    if not _present(deputy, today).exists():
        return "stranger"
    held = _present(absent, today).filter(role=role).select_related("unit")
    return "" if any(unit.is_within(member.unit.path) for member in held) else "not_held"


def delegate(
    absent: User,
    deputy: User,
    unit: Unit,
    role: Role | str,
    *,
    since: date,
    until: date,
    reason: str,
    made_by: User | None,
    today: date,
) -> Delegation:
    """Let a deputy act in a role of an absent person; raises DelegationRefused with the code of ``refusal``."""
    code = refusal(absent, deputy, unit, Role(role).value, made_by=made_by, today=today)
    if code or until < since or until < today:
        raise DelegationRefused(code or "dates")
    return Delegation.objects.create(
        absent=absent,
        deputy=deputy,
        unit=unit,
        role=Role(role).value,
        since=since,
        until=until,
        reason=reason[:200],
        made_by=made_by,
    )


def end(delegation: Delegation, *, today: date) -> None:
    """End a delegation at once; one that has not begun is deleted."""
    if delegation.since >= today:
        delegation.delete()
    elif delegation.until >= today:
        delegation.until = today - timedelta(days=1)
        delegation.save(update_fields=["until"])


def _present(user: User, today: date) -> QuerySet[Member]:
    return Member.objects.filter(Q(until=None) | Q(until__gte=today), user=user, since__lte=today)
