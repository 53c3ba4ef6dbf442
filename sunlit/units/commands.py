"""``sunlit users``: the accounts of an installation, for its one system administrator."""

from __future__ import annotations

from datetime import date, datetime

import click
from django.core.exceptions import ValidationError

from sunlit.calendars import today
from sunlit.units import actions, selectors
from sunlit.units.models import Member, Unit, User
from sunlit.units.roles import Role

ROLES = click.Choice(Role.values)
DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def cli() -> None:
    """Create accounts, list them, and grant or revoke roles."""


@cli.command()
@click.argument("username")
@click.option("--email", default="", help="Where notices to this person go.")
@click.option(
    "--system-administrator", is_flag=True, help="Also grant the role of system administrator, for all units."
)
@click.password_option(envvar="SUNLIT_PASSWORD", help="Better left out: it is asked for, or read from SUNLIT_PASSWORD.")
def create(username: str, email: str, system_administrator: bool, password: str) -> None:
    """Create the account USERNAME."""
    top = _top() if system_administrator else None
    try:
        user = actions.create_user(username, password, email=email)
    except ValidationError as refused:
        raise click.ClickException(" ".join(refused.messages)) from None
    if top is not None:
        actions.grant(user, top, Role.SYSTEM_ADMINISTRATOR, since=today())
    click.echo(f"Created {username}.")


@cli.command("list")
def list_accounts() -> None:
    """List every account with the roles it holds today."""
    for user in User.objects.order_by("username"):
        held = selectors.memberships(user, today=today()).order_by("unit__path", "role")
        roles = ", ".join(f"{member.role} of {member.unit.code}" for member in held) or "no role"
        click.echo(f"{user.username}{'' if user.is_active else ' (closed)'}: {roles}")


@cli.command()
@click.argument("username")
@click.argument("role", type=ROLES)
@click.argument("unit")
@click.option("--since", type=DAY, help="First day, YYYY-MM-DD; today if left out.")
@click.option("--until", type=DAY, help="Last day, YYYY-MM-DD; open if left out.")
def grant(username: str, role: str, unit: str, since: datetime | None, until: datetime | None) -> None:
    """Grant USERNAME a ROLE for the UNIT with that code and for all below it."""
    first, last = (since.date() if since else today()), (until.date() if until else None)
    if last is not None and last < first:
        raise click.BadParameter("the last day lies before the first", param_hint="--until")
    member = actions.grant(_user(username), _unit(unit), role, since=first, until=last)
    click.echo(f"{username} is {_sentence(member)}.")


@cli.command()
@click.argument("username")
@click.argument("role", type=ROLES)
@click.argument("unit")
def revoke(username: str, role: str, unit: str) -> None:
    """Take the ROLE for the UNIT from USERNAME, at once."""
    if not actions.revoke(_user(username), _unit(unit), role, today=today()):
        raise click.ClickException(f"{username} is not {role} of {unit}.")
    click.echo(f"{username} is no longer {role} of {unit}.")


def _sentence(member: Member) -> str:
    end: date | None = member.until
    return f"{member.role} of {member.unit.code} from {member.since}" + (f" to {end}" if end else "")


def _user(username: str) -> User:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise click.ClickException(f"There is no account {username!r}; `sunlit users list` names them all.")
    return user


def _unit(code: str) -> Unit:
    unit = selectors.by_code(code)
    if unit is None:
        raise click.ClickException(f"There is no unit with the code {code!r}; the plan's units/*.csv name them all.")
    return unit


def _top() -> Unit:
    unit = selectors.root()
    if unit is None:
        raise click.ClickException("There are no units yet: run `sunlit plan apply` first.")
    return unit
