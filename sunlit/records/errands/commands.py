"""``sunlit errands``: go on with imports and bulk work that wait for the background."""

from __future__ import annotations

import os

import click

from sunlit.records.errands import lane


@click.command()
@click.option("--quiet", is_flag=True, help="Say nothing.")
def errands(quiet: bool) -> None:
    """Do the jobs on many records that are due; the worker calls this by itself."""
    if quiet:
        os.nice(10)  # the ledger and the readers come first
    turns = lane.work()
    if not quiet:
        click.echo(f"  {turns} turns")
