"""``sunlit oldsite``: the pages of an old site become records, and old addresses lead to them."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from sunlit.calendars import clock
from sunlit.plan import selectors as plans
from sunlit.records.acts.rules import ActRefused
from sunlit.records.commands import FILE, actor_named, unit_named
from sunlit.records.imports import batches, reports, sheets
from sunlit.records.imports.batches import Team
from sunlit.records.imports.oldsite import addresses, leading, listing, mapping, running, undoing
from sunlit.records.imports.oldsite.leading import Lead
from sunlit.records.imports.oldsite.mapping import MappingRefused
from sunlit.records.imports.oldsite.running import OldSite, Result
from sunlit.records.models import Batch
from sunlit.units import permissions
from sunlit.units.roles import Role


@click.group("oldsite")
def cli() -> None:
    """Take an old site in, and lead its addresses to the records."""


@cli.command("import")
@click.argument("path", type=FILE)
@click.option("--unit", "unit_code", required=True, help="Code of the unit that publishes the records.")
@click.option("--mapping", "mapping_file", type=FILE, required=True, help="YAML: old column to kind, fields, defaults.")
@click.option("--actor", "author", required=True, help="Account of the person who brings the pages.")
@click.option("--approver", required=True, help="Account of the person who approves them; never the same.")
@click.option("--secrecy-reviewer", help="Account of the person who did the secrecy review, for kinds that need one.")
@click.option("--legal-reviewer", help="Account of the person who did the legality review, for kinds that need one.")
@click.option("--dry-run", is_flag=True, help="Judge every page and keep nothing.")
@click.option("--keep-good", is_flag=True, help="Publish the pages in order and report the others; else all or none.")
@click.option("--errors", type=FILE, help="Write every mistake, and what is worth a look, to this CSV file.")
@click.option("--resume", is_flag=True, help="Go on with an interrupted import of this list.")
@click.option("--again", is_flag=True, help="Import a list that was imported before.")
def import_pages(
    path: Path,
    unit_code: str,
    mapping_file: Path,
    author: str,
    approver: str,
    secrecy_reviewer: str | None,
    legal_reviewer: str | None,
    dry_run: bool,
    keep_good: bool,
    errors: Path | None,
    resume: bool,
    again: bool,
) -> None:
    """Import the pages of an old site: PATH is a list (CSV, XLSX, JSON Lines) or a folder with index.csv."""
    with _refusals():
        plan = plans.current()
        team = Team(
            actor_named(author, Role.EDITOR, "--actor"),
            actor_named(approver, Role.APPROVER, "--approver"),
            actor_named(secrecy_reviewer, Role.SECRECY_REVIEWER, "--secrecy-reviewer") if secrecy_reviewer else None,
            actor_named(legal_reviewer, Role.LEGAL_REVIEWER, "--legal-reviewer") if legal_reviewer else None,
        )
        site = OldSite(plan, mapping.read(mapping_file, plan), path, team, unit_named(unit_code))
        with permissions.remembering():
            site.check(now=clock.now())
            if dry_run:
                _report(site.rehearse(now=clock.now(), progress=_progress), errors)
                click.echo("Nothing was written (--dry-run).")
            else:
                _import(site, errors, keep_good=keep_good, resume=resume, again=again)


@cli.command("undo")
@click.argument("path", type=FILE)
@click.option("--approver", required=True, help="Account of the person who decides it.")
@click.option("--reason", required=True, help="Why; readers see it.")
def undo(path: Path, approver: str, reason: str) -> None:
    """Unpublish everything that the import of the list at PATH brought, and take its old addresses away."""
    with _refusals():
        actor = actor_named(approver, Role.APPROVER, "--approver")
        found = undoing.released(sheets.sha256_of(listing.list_of(path)))
        if not found:
            raise ActRefused("No import of this list is released.")
        with permissions.remembering():
            count = sum(undoing.undo(batch, actor=actor, reason=reason, now=clock.now()) for batch in found)
    click.echo(f"{count} records were unpublished; their old addresses lead nowhere now.")


@cli.command("discard")
@click.argument("path", type=FILE)
def discard(path: Path) -> None:
    """Drop an unfinished import of the list at PATH."""
    with _refusals():
        sha256 = sheets.sha256_of(listing.list_of(path))
        found = [batch for batch in Batch.objects.filter(file_sha256=sha256) if batch.state in batches.UNFINISHED]
        if not found:
            raise ActRefused("There is no unfinished import of this list.")
        for batch in found:
            batches.discard(batch)
    click.echo(f"Dropped: {', '.join(f'import {batch.pk}' for batch in found)}.")


@cli.command("check")
@click.argument("file", type=FILE, required=False)
def check(file: Path | None) -> None:
    """List old addresses that lead nowhere: of all imports, or those that FILE names, one a line."""
    lost = list(_lost_of(file) if file else (one for one in leading.leads() if not one.target))
    for one in lost:
        click.echo(f"{one.host}{one.address}")
    if lost:
        click.echo(f"{len(lost)} old addresses lead nowhere.", err=True)
        raise click.exceptions.Exit(1)
    click.echo("Every old address leads somewhere.", err=True)


@cli.command("export")
@click.argument("file", type=FILE)
def export(file: Path) -> None:
    """Write every redirect to FILE: .csv, or .map for a map of nginx (keys are host and address)."""
    rows = [one for one in leading.leads() if one.target]
    with file.open("w", encoding="utf-8", newline="") as stream:
        if file.suffix == ".map":
            stream.writelines(f'"{one.host}{one.address}" "{one.target}";\n' for one in rows)
        elif file.suffix == ".csv":
            writer = csv.writer(stream)
            writer.writerow(["host", "address", "target", "status"])
            writer.writerows([one.host, one.address, one.target, 301] for one in rows)
        else:
            raise click.UsageError("redirects are written as .csv or .map")
    click.echo(f"{len(rows)} redirects are in {file}.")


def _import(site: OldSite, errors: Path | None, *, keep_good: bool, resume: bool, again: bool) -> None:
    now = clock.now()
    opened = site.unfinished(now=now) if resume else site.begin(keep_good=keep_good, again=again, now=now)
    result = site.run(opened, progress=_progress)
    released = running.conclude(result, site.team, now=clock.now())
    _report(result, errors)
    if not released:
        click.echo("Nothing was published. Correct the list, or use --keep-good.")
    else:
        click.echo(f"{result.good} records published (import {', '.join(str(one.pk) for one in opened)}).")
    if result.bad:
        raise click.exceptions.Exit(1)


def _report(result: Result, errors: Path | None) -> None:
    for line in (*reports.summary(result.good, result.bad, result.mistakes), *reports.warnings(result.remarks)):
        click.echo(line)
    if errors is not None:
        reports.write(errors, [*result.mistakes, *result.remarks])
        click.echo(f"Every mistake is in {errors}.")


def _progress(done: int) -> None:
    if sys.stderr.isatty() and done % 500 == 0:
        click.echo(f"{done} pages", err=True)


def _lost_of(file: Path) -> Iterator[Lead]:
    for line in file.read_text(encoding=sheets.encoding_of(file)).splitlines():
        if not line.strip():
            continue
        try:
            old = addresses.parse(line)
        except ValueError:
            yield Lead("", line.strip(), "")
            continue
        if leading.target(old) is None:
            yield Lead(old.host, old.quoted(), "")


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn refusals into sentences on the screen and exit status 1."""
    try:
        yield
    except (ActRefused, sheets.SheetRefused, MappingRefused) as refused:
        raise click.ClickException(str(refused)) from None
