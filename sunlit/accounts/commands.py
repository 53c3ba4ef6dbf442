"""``sunlit users``: the accounts of an installation, for its one system administrator."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from sunlit.accounts import breakglass, imports, links, roles
from sunlit.accounts.roles import Refused
from sunlit.calendars import clock, today
from sunlit.records.imports.sheets import SheetRefused
from sunlit.units import actions, audit, selectors
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
        with transaction.atomic():
            user = actions.create_user(username, password, email=email)
            audit.write(audit.AuditEvent.ACCOUNT_CREATED, actor=None, subject=f"user:{user.pk}")
            if top is not None:
                roles.grant(None, user, top, Role.SYSTEM_ADMINISTRATOR, since=today(), until=None, today=today())
    except ValidationError as refused:
        raise click.ClickException(" ".join(refused.messages)) from None
    click.echo(f"Created {username}.")


@cli.command("list")
def list_accounts() -> None:
    """List every account with the roles it holds today."""
    for user in User.objects.order_by("username"):
        held = selectors.memberships(user, today=today()).order_by("unit__path", "role")
        what = ", ".join(f"{member.role} of {member.unit.code}" for member in held) or "no role"
        click.echo(f"{user.username}{'' if user.is_active else ' (closed)'}: {what}")


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
    member = roles.grant(None, _user(username), _unit(unit), Role(role), since=first, until=last, today=today())
    click.echo(f"{username} is {_sentence(member)}.")


@cli.command()
@click.argument("username")
@click.argument("role", type=ROLES)
@click.argument("unit")
def revoke(username: str, role: str, unit: str) -> None:
    """Take the ROLE for the UNIT from USERNAME, at once."""
    try:
        ended = roles.end(None, _user(username), _unit(unit), Role(role), today=today())
    except Refused as refused:
        raise click.ClickException(str(refused)) from None
    if not ended:
        raise click.ClickException(f"{username} is not {role} of {unit}.")
    click.echo(f"{username} is no longer {role} of {unit}.")


@cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what is wrong; write nothing.")
@click.option("--keep-good", is_flag=True, help="Write the good rows although others have faults.")
def import_accounts(file: Path, dry_run: bool, keep_good: bool) -> None:
    """Create accounts and grant roles from a CSV or XLSX FILE, and print a link for each new account."""
    try:
        sheet = imports.read(file, administrator=None, today=today())
    except SheetRefused as refused:
        raise click.ClickException(str(refused)) from None
    for fault in sheet.faults:
        click.echo(f"row {fault.row}, {fault.column} {fault.cell!r}: {fault.sentence}", err=True)
    good, bad = len(sheet.rows), sheet.faulty_rows
    if dry_run:
        click.echo(f"{good} rows are good, {bad} have faults; nothing was written.")
        return
    if bad and not keep_good:
        raise click.ClickException(f"{bad} rows have faults; nothing was written. --keep-good writes the other {good}.")
    done = imports.write(sheet, administrator=None, today=today())
    click.echo(f"{len(done.created)} accounts created, {done.granted} roles granted, {bad} rows left out.")
    scheme = "https" if settings.HTTPS else "http"
    for user in done.created:
        click.echo(f"{user.username}: {scheme}://{settings.HOST}{links.path_for(user)}")


@cli.command("break-glass")
@click.argument("username")
@click.option("--hours", default=4, show_default=True, help="How long its log-in is open.")
def break_glass(username: str, hours: int) -> None:
    """Arm the emergency account USERNAME, and print its password, which is good for one log-in."""
    try:
        account, password = breakglass.arm(username, hours=hours, now=clock.now())
    except breakglass.CannotArm as refused:
        raise click.ClickException(str(refused)) from None
    click.echo(f"{username} may log in once until {account.armed_until:%Y-%m-%d %H:%M} UTC, with this password:")
    click.echo(password)
    click.echo("It is shown only now. Every use sounds an alarm and stands in the audit journal.")


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
