"""Give and end roles, and name deputies: what an administrator may, in one transaction with ledger and journal."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from sunlit.accounts import ledgering
from sunlit.units import actions, audit, delegations, granting
from sunlit.units.audit import AuditEvent
from sunlit.units.delegations import DelegationRefused
from sunlit.units.models import Delegation, Member, Unit, User
from sunlit.units.roles import Role


class Refused(ValueError):
    """Say to an administrator, in a sentence, why something is not done."""


def sentence(code: str) -> str:
    """Return what the code of a refusal means."""
    return {
        "not_yours": _("You do not administer this role in this unit."),
        "own_hand": _("Nobody gives this role to themselves: another administrator must do it."),
        "closed": _("The account is closed."),
        "last": _("There would be no system administrator left: appoint another first."),
        "dates": _("The last day lies before the first, or has passed."),
        "themselves": _("Nobody is their own deputy."),
        "never": _("This role knows no deputy: appoint a second one instead."),
        "stranger": _("A deputy must hold a role of their own."),
        "not_held": _("Whom the deputy is to stand in for does not hold this role there."),
    }[code]


@transaction.atomic
def grant(
    administrator: User | None,
    user: User,
    unit: Unit,
    role: Role,
    *,
    since: date,
    until: date | None,
    today: date,
    address: str = "",
) -> Member:
    """Give a role; raises Refused. Without an administrator it is the operator's command, which may give every role."""
    if until is not None and until < since:
        raise Refused(sentence("dates"))
    if administrator is not None:
        code = granting.refusal(administrator, user, unit, role, today=today)
        if code:
            raise Refused(sentence(code))
    actions.grant(user, unit, role, since=since, until=until)
    member = Member.objects.select_related("user", "unit").get(user=user, unit=unit, role=role.value, since=since)
    detail = ledgering.role("member.granted", member, day=today)
    audit.write(
        AuditEvent.ROLE_GRANTED,
        actor=administrator,
        subject=f"user:{user.pk}",
        unit_path=unit.path,
        address=address,
        detail=detail,
    )
    return member


@transaction.atomic
def end(administrator: User | None, user: User, unit: Unit, role: Role, *, today: date, address: str = "") -> int:
    """End a role at once; returns how many memberships ended. Raises Refused, also for the last administrator."""
    if administrator is not None:
        code = granting.refusal(administrator, user, unit, role, today=today, giving=False)
        if code:
            raise Refused(sentence(code))
    if role == Role.SYSTEM_ADMINISTRATOR and granting.is_last_administrator(user, today=today):
        raise Refused(sentence("last"))
    held = Member.objects.filter(user=user, unit=unit, role=role.value).select_related("user", "unit")
    open_ones = [each for each in held if each.until is None or each.until >= today]
    ended = actions.revoke(user, unit, role, today=today)
    for member in open_ones:
        member.until = max(today - timedelta(days=1), member.since)
        audit.write(
            AuditEvent.ROLE_ENDED,
            actor=administrator,
            subject=f"user:{user.pk}",
            unit_path=unit.path,
            address=address,
            detail=ledgering.role("member.ended", member, day=today),
        )
    return ended


@transaction.atomic
def delegate(
    maker: User,
    absent: User,
    deputy: User,
    unit: Unit,
    role: Role,
    *,
    since: date,
    until: date,
    reason: str,
    today: date,
    address: str = "",
) -> Delegation:
    """Name a deputy: for oneself, or for someone whose role one administers; raises Refused."""
    is_own = maker.pk == absent.pk
    code = "" if is_own else granting.refusal(maker, absent, unit, role, today=today, giving=False)
    if code:
        raise Refused(sentence(code))
    try:
        given = delegations.delegate(
            absent, deputy, unit, role, since=since, until=until, reason=reason, made_by=maker, today=today
        )
    except DelegationRefused as refused:
        raise Refused(sentence(str(refused))) from None
    _write_deputy(AuditEvent.DELEGATED, "delegation.granted", given, maker, today, address)
    return given


@transaction.atomic
def end_delegation(maker: User, given: Delegation, *, today: date, address: str = "") -> None:
    """Relieve a deputy: the absent person, the deputy, or who administers the role; raises Refused."""
    if maker.pk not in (given.absent_id, given.deputy_id):
        role = Role(given.role)
        code = granting.refusal(maker, given.absent, given.unit, role, today=today, giving=False)
        if code:
            raise Refused(sentence(code))
    _write_deputy(AuditEvent.DELEGATION_ENDED, "delegation.ended", given, maker, today, address)
    delegations.end(given, today=today)


def _write_deputy(event: AuditEvent, entry: str, given: Delegation, maker: User, today: date, address: str) -> None:
    audit.write(
        event,
        actor=maker,
        subject=f"user:{given.absent_id}",
        unit_path=given.unit.path,
        address=address,
        detail=ledgering.deputy(entry, given, day=today),
    )
