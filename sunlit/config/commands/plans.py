"""``sunlit plan``: the plan language's own commands, and ``apply``, which every floor takes part in."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from django.utils import timezone

from sunlit.calendars import today
from sunlit.plan.checks import check_directory
from sunlit.plan.commands import cli as plan
from sunlit.plan.commands import print_faults

__all__ = ["plan"]


@plan.command("apply")
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--if-new", is_flag=True, help="Say nothing and change nothing if this very plan is in force.")
def apply_plan(directory: Path, if_new: bool) -> None:
    """Put the plan in DIRECTORY into force: checked, compared with the one in force, stored by hash, ledgered."""
    from sunlit.config import applying, registry  # every floor comes along, which the other commands do not need

    checked = check_directory(directory)
    if checked.plan is None or checked.faults:
        print_faults(checked)
        sys.exit(1)
    if if_new and applying.in_force(checked.plan):
        click.echo(f"  plan {checked.plan.hash[:12]} is in force")
        return
    try:
        outcome = applying.apply(checked.plan, registry.plan_parts(), today=today(), now=timezone.now())
    except applying.PlanRefused as refusal:
        for change in refusal.changes:
            click.echo(f"refused: {change.sentence}", err=True)
        sys.exit(1)
    for line in outcome.lines:
        click.echo(f"  {line}")
    click.echo(f"  plan {checked.plan.hash[:12]} is in force: {outcome.summary}")
