"""Issue, renew and revoke tokens: what an administrator may, in one transaction with ledger and journal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sunlit.accounts import roles
from sunlit.accounts.people import Reach
from sunlit.accounts.roles import Refused
from sunlit.api import secrets
from sunlit.api.models import Token, Wish
from sunlit.plan import selectors as plans
from sunlit.records.acts.rules import local_day
from sunlit.records.states import READABLE, RecordState
from sunlit.units import audit, permissions
from sunlit.units.audit import AuditEvent, Detail
from sunlit.units.models import Unit, User
from sunlit.units.permissions import Verb
from sunlit.units.roles import Role

LONGEST = timedelta(days=731)


@dataclass(frozen=True)
class NewToken:
    """What a token is to be."""

    name: str
    unit: Unit
    kinds: tuple[str, ...]
    expires_on: date
    below: bool = False
    sandbox: bool = False


@transaction.atomic
def issue(administrator: User, new: NewToken, *, now: datetime, address: str = "") -> tuple[Token, str]:
    """Issue a token and return it with its secret, which is not kept; raises Refused.

    The system gets an account of its own with the role of editor: it writes, and four eyes are kept against it.
    """
    today = local_day(now)
    _check(new, today)
    account = User(username=f"system-{secrets.new(sandbox=False)[-12:]}", first_name=new.name, machine=True)
    account.set_unusable_password()
    account.save()
    roles.grant(
        administrator, account, new.unit, Role.EDITOR, since=today, until=new.expires_on, today=today, address=address
    )
    secret = secrets.new(sandbox=new.sandbox)
    token = Token.objects.create(
        name=new.name,
        unit=new.unit,
        below=new.below,
        kinds=list(new.kinds),
        sandbox=new.sandbox,
        digest=secrets.digest(secret),
        ending=secret[-4:],
        account=account,
        issued_by=administrator,
        issued_at=now,
        expires_on=new.expires_on,
    )
    _note(AuditEvent.TOKEN_ISSUED, administrator, token, address)
    return token, secret


@transaction.atomic
def renew(administrator: User, token: Token, *, now: datetime, address: str = "") -> str:
    """Give a token a new secret and return it; the old one is not taken any more. Raises Refused."""
    _must_administer(administrator, token, local_day(now))
    if token.revoked_at is not None:
        raise Refused(_("This token is revoked: issue a new one."))
    secret = secrets.new(sandbox=token.sandbox)
    Token.objects.filter(pk=token.pk).update(digest=secrets.digest(secret), ending=secret[-4:])
    _note(AuditEvent.TOKEN_RENEWED, administrator, token, address)
    return secret


@transaction.atomic
def revoke(administrator: User, token: Token, *, now: datetime, address: str = "") -> None:
    """End a token at once; what it sent stays. Raises Refused."""
    _must_administer(administrator, token, local_day(now))
    if Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
        User.objects.filter(pk=token.account_id).update(is_active=False)
        roles.end(administrator, token.account, token.unit, Role.EDITOR, today=local_day(now), address=address)
        _note(AuditEvent.TOKEN_REVOKED, administrator, token, address)


@transaction.atomic
def vouch(approver: User, token: Token, *, now: datetime, address: str = "") -> None:
    """Answer for what a token publishes without a review; raises Refused for its issuer, and for no approver."""
    if approver.pk == token.issued_by_id:
        raise Refused(_("You issued this token yourself: another approver must answer for it."))
    if not permissions.may(approver, Verb.PUBLISH, token.unit, today=local_day(now)):
        raise Refused(_("Only an approver of this unit can answer for it."))
    Token.objects.filter(pk=token.pk).update(vouched_by=approver, vouched_at=now)
    _note(AuditEvent.TOKEN_VOUCHED, approver, token, address)


@transaction.atomic
def decline(approver: User, wish: Wish, answer: str, *, now: datetime) -> None:
    """Tell a system that a record stays, and why; raises Refused."""
    if not permissions.may(approver, Verb.WITHDRAW, wish.sent.unit, today=local_day(now)):
        raise Refused(_("Only an approver of this unit can decide this."))
    if not answer.strip():
        raise Refused(_("Say why the record stays: the system reads it."))
    open_one = Wish.objects.filter(pk=wish.pk, declined_at=None)
    open_one.update(declined_by=approver, declined_at=now, answer=answer.strip()[:500])


def seen_by(user: User, *, today: date) -> QuerySet[Token]:
    """Return the tokens that a person administers, or may answer for."""
    paths = {
        path for verb in (Verb.MANAGE_MEMBERS, Verb.PUBLISH) for path in permissions.reach(user, verb, today=today)
    }
    found = Token.objects.select_related("unit", "vouched_by", "issued_by", "account")
    return found.filter(Reach(tuple(sorted(paths))).within("unit__path")).order_by("unit__path", "name", "id")


def wishes(user: User, *, today: date) -> QuerySet[Wish]:
    """Return the open wishes for a withdrawal about which a person decides."""
    reach = Reach(permissions.reach(user, Verb.WITHDRAW, today=today))
    shown = [state for state in READABLE if state != RecordState.WITHDRAWN]
    found = Wish.objects.select_related("sent__record", "sent__unit", "sent__token")
    return found.filter(reach.within("sent__unit__path"), declined_at=None, sent__record__state__in=shown).order_by(
        "at"
    )


def _check(new: NewToken, today: date) -> None:
    plan = plans.current()
    if not new.name:
        raise Refused(_("Name the system, so that people know whose texts these are."))
    if not new.kinds or not set(new.kinds) <= set(plan.kinds):
        raise Refused(_("Choose the kinds that it brings."))
    if not today <= new.expires_on <= today + LONGEST:
        raise Refused(_("Choose a last day from today to two years from now."))


def _must_administer(administrator: User, token: Token, today: date) -> None:
    if not permissions.may(administrator, Verb.MANAGE_MEMBERS, token.unit, today=today):
        raise Refused(_("You do not administer this unit."))


def kinds_of(units: Iterable[str]) -> list[tuple[str, str]]:
    """Return the kinds that some unit of these, or any if there is none, publishes: code and label."""
    plan = plans.current()
    wanted = set(units)
    return [
        (kind.code, kind.label.zh)
        for kind in plan.kinds.values()
        if not wanted or wanted & set(plan.select(kind.holders))
    ]


def _note(event: AuditEvent, who: User, token: Token, address: str) -> None:
    detail: Detail = {
        "token": token.pk,
        "until": token.expires_on.isoformat(),
        "sandbox": token.sandbox,
        "below": token.below,
    }
    audit.write(
        event, actor=who, subject=f"token:{token.pk}", unit_path=token.unit.path, address=address, detail=detail
    )
