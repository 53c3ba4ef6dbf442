"""What people see of other systems' tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from sunlit.api import tokens
from sunlit.api.models import Sent, Token, Wish
from sunlit.plan import selectors as plans
from sunlit.screens.components import Link
from sunlit.screens.page import HTML_ONLY
from sunlit.units import permissions
from sunlit.units.models import User
from sunlit.units.permissions import Verb


@dataclass(frozen=True)
class TokenRow:
    """A token in the list."""

    name: str
    url: str
    unit: str
    ending: str
    state: str
    is_over: bool
    is_sandbox: bool
    kinds: int
    last_used_at: datetime | None


@dataclass(frozen=True)
class WishRow:
    """A record whose withdrawal a system asks for."""

    pk: int
    title: str
    url: str
    system: str
    unit: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class TokensPage:
    """The tokens that somebody looks after."""

    tokens: list[TokenRow]
    wishes: list[WishRow]
    may_issue: bool


@dataclass(frozen=True)
class TokenPage:
    """A token, and what may be done about it."""

    crumbs: list[Link]
    pk: int
    name: str
    unit: str
    below: bool
    kinds: list[str]
    publishes: list[str]
    is_sandbox: bool
    ending: str
    state: str
    is_over: bool
    issued_at: datetime
    issued_by: str
    expires_on: date
    last_used_at: datetime | None
    vouched_by: str
    sent: int
    may_administer: bool
    may_vouch: bool


@dataclass(frozen=True)
class NewPage:
    """The form for a new token."""

    crumbs: list[Link]
    values: dict[str, str]
    chosen: list[str]
    error: str
    kinds: list[tuple[str, str]] = field(metadata=HTML_ONLY)
    usual_end: date = field(metadata=HTML_ONLY)
    last_end: date = field(metadata=HTML_ONLY)


@dataclass(frozen=True)
class IssuedPage:
    """A token's secret, shown once."""

    crumbs: list[Link]
    name: str
    secret: str
    url: str


def crumb() -> Link:
    """Return the way back to the list."""
    return Link(_("Other systems"), reverse("api:tokens"))


def tokens_page(user: User, *, today: date) -> TokensPage:
    """Make the list of tokens, those that hold first."""
    rows = [
        TokenRow(
            one.name,
            reverse("api:token", args=[one.pk]),
            one.unit.name,
            one.ending,
            state(one, today),
            not one.holds(today),
            one.sandbox,
            len(one.kinds),
            one.last_used_at,
        )
        for one in tokens.seen_by(user, today=today)
    ]
    rows.sort(key=lambda row: row.is_over)
    asked = [_wish(one) for one in tokens.wishes(user, today=today)[:200]]
    return TokensPage(rows, asked, bool(permissions.reach(user, Verb.MANAGE_MEMBERS, today=today)))


def token_page(user: User, token: Token, *, today: date) -> TokenPage:
    """Make the page of one token."""
    known = plans.current().kinds
    kinds = [known[code] for code in token.kinds if code in known]
    publishes = [kind.label.zh for kind in kinds if kind.settings.intake == "publish"]
    approves = permissions.may(user, Verb.PUBLISH, token.unit, today=today) and user.pk != token.issued_by_id
    return TokenPage(
        crumbs=[crumb(), Link(token.name)],
        pk=token.pk,
        name=token.name,
        unit=token.unit.name,
        below=token.below,
        kinds=[kind.label.zh for kind in kinds],
        publishes=publishes,
        is_sandbox=token.sandbox,
        ending=token.ending,
        state=state(token, today),
        is_over=not token.holds(today),
        issued_at=token.issued_at,
        issued_by=_named(token.issued_by),
        expires_on=token.expires_on,
        last_used_at=token.last_used_at,
        vouched_by=_named(token.vouched_by),
        sent=Sent.objects.filter(token=token).count(),
        may_administer=permissions.may(user, Verb.MANAGE_MEMBERS, token.unit, today=today),
        may_vouch=bool(publishes) and approves and token.holds(today),
    )


def state(token: Token, today: date) -> str:
    """Say whether a token is taken."""
    if token.revoked_at is not None:
        return _("revoked")
    return _("in use") if token.holds(today) else _("expired")


def _wish(one: Wish) -> WishRow:
    record = one.sent.record
    return WishRow(
        one.pk,
        record.title if record else "",
        reverse("workbench:record", args=[record.pk]) if record else "",
        one.sent.token.name,
        one.sent.unit.name,
        one.reason,
        one.at,
    )


def _named(user: User | None) -> str:
    return (user.first_name or user.username) if user else ""
