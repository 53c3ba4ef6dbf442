"""The commands ``sunlit plan check``, ``diff``, ``schema`` and ``describe``.

Faults are printed as ``file:line:column: sentence``.
"""

from __future__ import annotations

import json
from pathlib import Path

import click

from sunlit.plan.checks import Checked, check_directory
from sunlit.plan.describing import describe
from sunlit.plan.diff import compare
from sunlit.plan.language import Plan
from sunlit.plan.schema import json_schema

DIRECTORY = click.Path(path_type=Path)


@click.group()
def cli() -> None:
    """Check, compare and describe plans."""


@cli.command()
@click.argument("directory", type=DIRECTORY)
@click.option("--quiet", is_flag=True, help="Leave notices out.")
def check(directory: Path, quiet: bool) -> None:
    """Check the plan in DIRECTORY: every fault with file, line and what to change; exit 1 if there is one."""
    found = check_directory(directory)
    print_faults(found, quiet=quiet)
    if found.faults:
        raise click.exceptions.Exit(1)


@cli.command()
@click.argument("directory", type=DIRECTORY)
@click.option("--against", type=DIRECTORY, help="Compare with the plan in this directory, not with the active one.")
def diff(directory: Path, against: Path | None) -> None:
    """Tell what applying the plan in DIRECTORY would change; exit 1 if something is refused."""
    changes = compare(_sound(against) if against else _active(), _sound(directory))
    for change in changes:
        click.echo(f"{change.kind}: {change.sentence}")
    click.echo(f"{len(changes)} changes." if changes else "Nothing changes.")
    if any(change.kind == "refused" for change in changes):
        raise click.exceptions.Exit(1)


@cli.command()
def schema() -> None:
    """Print the JSON Schema of plan files, for editors."""
    click.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))


@cli.command("describe")
@click.argument("directory", type=DIRECTORY)
@click.option("--to", type=DIRECTORY, required=True, help="Write the pages into this directory.")
def describe_plan(directory: Path, to: Path) -> None:
    """Write the reference of the plan in DIRECTORY as Markdown: kinds, fields, limits, units, glossary."""
    pages = describe(_sound(directory))
    to.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        (to / name).write_text(text, encoding="utf-8")
    click.echo(f"{len(pages)} pages written to {to}")


def _sound(directory: Path) -> Plan:
    found = check_directory(directory)
    if found.plan is None:
        print_faults(found, quiet=True)
        raise click.exceptions.Exit(1)
    return found.plan


def _active() -> Plan:
    from sunlit.plan.selectors import NoPlan, current  # needs a database, which the other commands do not

    try:
        return current()
    except NoPlan as error:
        raise click.ClickException(str(error)) from None


def print_faults(found: Checked, *, quiet: bool = False) -> None:
    """Print faults on standard output, notices on standard error, and one line of summary."""
    for fault in found.faults:
        click.echo(str(fault))
    for notice in () if quiet else found.notices:
        click.echo(f"{notice} (notice)", err=True)
    if found.plan is None:
        click.echo(f"{len(found.faults)} faults; the plan is not sound.", err=True)
        return
    plan = found.plan
    click.echo(
        f"{plan.head.code} {plan.hash[:12]}: {len(plan.measures)} measures, {len(plan.units)} units, "
        f"{len(plan.kinds)} kinds, {len(plan.limits)} limits, {len(found.examples)} examples; "
        f"no faults, {len(found.notices)} notices."
    )
