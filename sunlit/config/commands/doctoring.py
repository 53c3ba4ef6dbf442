"""``sunlit doctor``: what is wrong with an instance, and what helps."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click

from sunlit.calendars import clock


@click.command()
@click.option("--deep", is_flag=True, help="Check every page of the SQLite files; may take minutes.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON, for a monitor.")
def doctor(deep: bool, as_json: bool) -> None:
    """Look for what is wrong with this instance; exit 1 if there is a problem."""
    from sunlit.config.doctor import checking, findings

    found = list(checking.examine(findings.Situation(now=clock.now(), deep=deep)))
    if as_json:
        rows = [{**asdict(finding), "level": finding.level.value} for finding in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for line in findings.told(found):
            click.echo(line)
    if any(finding.level is findings.Level.PROBLEM for finding in found):
        sys.exit(1)
