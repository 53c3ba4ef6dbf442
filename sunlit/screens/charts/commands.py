"""``sunlit charts``: draw what is due."""

from __future__ import annotations

import os

import click

from sunlit.screens.charts import drawing
from sunlit.screens.models import Chart


@click.command()
@click.option("--quiet", is_flag=True, help="Say nothing.")
def charts(quiet: bool) -> None:
    """Draw the charts that are due; the worker calls this by itself."""
    if quiet:
        os.nice(10)  # the ledger and the readers come first
        drawing.draw_due()
        return
    with click.progressbar(length=Chart.objects.filter(due=True).count(), label="  charts") as bar:
        done = drawing.draw_due(progress=lambda: bar.update(1))
    click.echo(f"  {done} charts drawn")
