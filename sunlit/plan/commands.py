"""The commands ``sunlit plan check``, ``diff`` and ``schema``; faults are printed as ``file:line:column: sentence``."""

from __future__ import annotations

from pathlib import Path

import click

from sunlit.plan.checks import Checked, check_directory

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
    show(found, quiet=quiet)
    if found.faults:
        raise click.exceptions.Exit(1)


def show(found: Checked, *, quiet: bool = False) -> None:
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
