"""``sunlit guard scan``: everything published, looked through by today's rules."""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path

import click

from sunlit.calendars import clock
from sunlit.plan import selectors as plans
from sunlit.records import guarding
from sunlit.records.leaks import slices
from sunlit.records.leaks.slices import Slip
from sunlit.records.leaks.standing import Notebook, Standing

SLICE = 100
SHOWN = 50
_COLUMNS = ("address", "unit", "kind", "rule", "severity", "place", "excerpt", "remedy")


@click.group("guard")
def cli() -> None:
    """Find what must not be public."""


@cli.command()
@click.option("--restart", is_flag=True, help="Begin anew instead of going on where an interrupted scan stopped.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--csv", "csv_file", type=click.Path(path_type=Path), help="Write every finding to this CSV file.")
@click.option("--limit", type=int, default=0, help="Stop after this many wordings; the next run goes on there.")
def scan(restart: bool, as_json: bool, csv_file: Path | None, limit: int) -> None:
    """Judge all that is public by today's rules: records in force, older wordings, their files and file names.

    What is found shows masked. Exits with 1 if something must not be public, 2 if it was stopped by --limit.
    """
    notebook = Notebook("scan")
    version = guarding.version_of(plans.current())
    standing = notebook.read()
    if restart or standing is None or standing.rules != version:
        notebook.forget()
        standing = Standing(clock.now().isoformat(), version, slices.public_wordings().count())
    elif standing.done:
        click.echo(f"going on after {standing.done} of {standing.total} wordings", err=True)
    standing, is_whole = _walk(notebook, standing, limit)
    found = list(notebook.found())
    if csv_file is not None:
        _write(csv_file, found)
    click.echo(_as_json(standing, found, is_whole) if as_json else _as_text(standing, found, is_whole))
    if is_whole:
        slices.forget_gone()
        notebook.forget()
    blocks = any(one.severity == "block" for one in found)
    sys.exit(1 if blocks else 0 if is_whole else 2)


def _walk(notebook: Notebook, standing: Standing, limit: int) -> tuple[Standing, bool]:
    begun = standing.done
    for part in slices.walk(standing.after, min(SLICE, limit) if limit else SLICE, now=clock.now()):
        notebook.add(part.slips)
        blocks = sum(one.severity == "block" for one in part.slips)
        standing = replace(
            standing,
            after=part.last or standing.after,
            done=standing.done + part.done,
            blocks=standing.blocks + blocks,
            warnings=standing.warnings + len(part.slips) - blocks,
        )
        notebook.write(standing)
        if sys.stderr.isatty():
            click.echo(f"\r{standing.done} of {standing.total}, {standing.blocks} blocked", nl=False, err=True)
        if part.last is None:
            return standing, True
        if limit and standing.done - begun >= limit:
            return standing, False
    return standing, True


def _as_text(standing: Standing, found: list[Slip], is_whole: bool) -> str:
    lines = [
        f"{standing.done} of {standing.total} wordings looked through{'' if is_whole else '; run it again to go on'}"
    ]
    counts = Counter((one.severity, one.rule) for one in found)
    lines += [f"{severity:5} {rule:16} {count}" for (severity, rule), count in sorted(counts.items())]
    ordered = sorted(found, key=lambda one: one.severity)
    lines += [f"{one.severity} {one.rule} {one.address} · {one.place}: {one.excerpt}" for one in ordered[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(f"and {len(found) - SHOWN} more; --csv FILE has all of them")
    return "\n".join(lines)


def _as_json(standing: Standing, found: list[Slip], is_whole: bool) -> str:
    report = {**asdict(standing), "complete": is_whole, "findings": [asdict(one) for one in found]}
    return json.dumps(report, ensure_ascii=False, indent=1)


def _write(path: Path, found: Iterable[Slip]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(_COLUMNS)
        writer.writerows([_plain(getattr(one, name)) for name in _COLUMNS] for one in found)


def _plain(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in tuple("=+-@\t\r") else cell
