"""``sunlit import``: many records from a sheet."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
from django.utils.translation import gettext as _

from sunlit.calendars import clock
from sunlit.plan import selectors as plans
from sunlit.plan.language import Kind, Plan
from sunlit.records.acts.rules import ActRefused
from sunlit.records.imports import batches, reports, running, sheets, templates
from sunlit.records.imports.batches import Team
from sunlit.records.imports.columns import HeadersRefused
from sunlit.records.imports.running import Import, Progress, Result
from sunlit.records.models import Batch
from sunlit.records.states import BatchState
from sunlit.units import actors
from sunlit.units import selectors as units
from sunlit.units.actors import Actor
from sunlit.units.models import Unit, User
from sunlit.units.roles import Role

FILE = click.Path(path_type=Path)


@click.command("import")
@click.argument("kind")
@click.argument("file", type=FILE)
@click.option("--unit", "unit_code", help="Code of the unit that publishes; else a column names it.")
@click.option("--actor", "author", help="Account of the person who brings the records.")
@click.option("--approver", help="Account of the person who approves them; never the same.")
@click.option("--secrecy-reviewer", help="Account of the person who did the secrecy review, for kinds that need one.")
@click.option("--legal-reviewer", help="Account of the person who did the legality review, for kinds that need one.")
@click.option("--dry-run", is_flag=True, help="Check every row and write nothing.")
@click.option("--keep-good", is_flag=True, help="Publish the rows in order and report the others; else all or none.")
@click.option("--errors", type=FILE, help="Write every mistake to this CSV file.")
@click.option(
    "--resume", is_flag=True, help="Go on with an interrupted import of this file, with its people and its unit."
)
@click.option("--discard", is_flag=True, help="Drop an unfinished import of this file.")
@click.option("--hold", is_flag=True, help="Read everything but release nothing; --resume releases it.")
@click.option("--again", is_flag=True, help="Import a file that was imported before.")
@click.option("--waive", default="", help="Why records come without what is released with them; readers see it.")
@click.option("--template", is_flag=True, help="Write an empty template for KIND to FILE (.xlsx or .csv).")
def import_command(
    kind: str,
    file: Path,
    unit_code: str | None,
    author: str | None,
    approver: str | None,
    secrecy_reviewer: str | None,
    legal_reviewer: str | None,
    dry_run: bool,
    keep_good: bool,
    errors: Path | None,
    resume: bool,
    discard: bool,
    hold: bool,
    again: bool,
    waive: str,
    template: bool,
) -> None:
    """Import FILE (CSV, XLSX, JSON Lines) as records of KIND.

    Rows stay out of sight until all are read; then one short act releases them.
    """
    plan = plans.current()
    if kind not in plan.kinds:
        raise click.UsageError(f"there is no kind {kind!r}; the kinds are {', '.join(plan.kinds)}")
    declared = plan.kinds[kind]
    if template:
        _write_template(plan, declared, file)
        return
    if not file.exists():
        raise click.UsageError(f"there is no file {file}")
    with _refusals():
        if discard:
            _discard(declared, file)
            return
        begun = batches.unfinished(declared, sheets.sha256_of(file)) if resume else None
        wanted = _wanted(plan, declared, file, begun, unit_code, author, approver, secrecy_reviewer, legal_reviewer)
        wanted = replace(wanted, waive=waive.strip()[:200])
        if dry_run:
            _rehearse(wanted, errors)
        else:
            wanted.check(now=clock.now())
            _import(wanted, _batch(wanted, keep_good=keep_good, resume=resume, again=again), errors, hold=hold)


def _wanted(
    plan: Plan,
    kind: Kind,
    file: Path,
    begun: Batch | None,
    unit_code: str | None,
    author: str | None,
    approver: str | None,
    secrecy_reviewer: str | None,
    legal_reviewer: str | None,
) -> Import:
    """Return the import that was asked for; one that was begun before keeps its people and its unit unless named."""
    if begun is not None:
        author, approver = author or begun.author.username, approver or begun.approver.username
        unit_code = unit_code or (begun.unit.code if begun.unit else None)
    team = Team(
        actor_named(author, Role.EDITOR, "--actor"),
        actor_named(approver, Role.APPROVER, "--approver"),
        actor_named(secrecy_reviewer, Role.SECRECY_REVIEWER, "--secrecy-reviewer") if secrecy_reviewer else None,
        actor_named(legal_reviewer, Role.LEGAL_REVIEWER, "--legal-reviewer") if legal_reviewer else None,
    )
    return Import(plan, kind, file, team, unit_named(unit_code) if unit_code is not None else None)


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn refusals into sentences on the screen and exit status 1."""
    try:
        yield
    except HeadersRefused as refused:
        raise click.ClickException("\n".join(refused.sentences)) from None
    except (ActRefused, sheets.SheetRefused) as refused:
        raise click.ClickException(str(refused)) from None


@contextmanager
def _progress(path: Path) -> Iterator[Progress]:
    """Show on the terminal how many rows are done; nothing where there is no terminal."""
    total = _rows_of(path) if sys.stderr.isatty() else 1
    with click.progressbar(length=total, label=path.name, file=sys.stderr, show_pos=True) as bar:

        def advance(done: int) -> None:
            bar.update(max(0, done - bar.pos))

        yield advance


def _rows_of(path: Path) -> int:
    return sum(1 for _row in sheets.open_sheet(path).rows)


def _rehearse(wanted: Import, errors: Path | None) -> None:
    with _progress(wanted.path) as progress:
        result = wanted.rehearse(now=clock.now(), progress=progress)
    _report(result, errors)
    click.echo(_("Nothing was written (--dry-run)."))
    if result.bad:
        raise click.exceptions.Exit(1)


def _import(wanted: Import, batch: Batch, errors: Path | None, *, hold: bool) -> None:
    if batch.state == BatchState.STAGING:
        try:
            with _progress(wanted.path) as progress:
                wanted.run(batch, progress=progress)
        except sheets.SheetRefused:
            # Broken further down: it will come back as another file, so nobody could resume this one.
            batches.discard(batch)
            raise
    mistakes = reports.mistakes_of(batch)
    state = running.conclude(batch, wanted.team, now=clock.now(), hold=hold)
    _report(Result(batch.good, batch.bad, mistakes), errors)
    click.echo(_outcome(state) % {"batch": batch.pk, "good": batch.good})
    if batch.bad:
        raise click.exceptions.Exit(1)


def _outcome(state: str) -> str:
    if state == BatchState.RELEASED:
        return _("Import %(batch)d: %(good)d records published.")
    if state == BatchState.DISCARDED:
        return _("Import %(batch)d: nothing was published. Correct the rows, or use --keep-good.")
    return _("Import %(batch)d: %(good)d records wait out of sight; --resume releases them, --discard drops them.")


def _report(result: Result, errors: Path | None) -> None:
    for line in (*reports.summary(result.good, result.bad, result.mistakes), *reports.warnings(result.warnings)):
        click.echo(line)
    if errors is not None:
        reports.write(errors, result.mistakes)
        click.echo(_("Every mistake is in %(file)s.") % {"file": errors})


def _batch(wanted: Import, *, keep_good: bool, resume: bool, again: bool) -> Batch:
    sha256 = sheets.sha256_of(wanted.path)
    if resume:
        return batches.resumable(wanted.plan, wanted.kind, sha256, wanted.team, wanted.unit, now=clock.now())
    return batches.begin(
        wanted.plan,
        wanted.kind,
        wanted.path,
        sha256,
        wanted.team,
        unit=wanted.unit,
        keep_good=keep_good,
        again=again,
        demo=False,
        now=clock.now(),
    )


def _discard(kind: Kind, file: Path) -> None:
    mine = Batch.objects.filter(kind=kind.code, file_sha256=sheets.sha256_of(file))
    batch = mine.filter(state__in=batches.UNFINISHED).first()
    if batch is None:
        raise ActRefused(_("There is no unfinished import of this file."))
    batches.discard(batch)
    click.echo(_("Import %(batch)d was dropped.") % {"batch": batch.pk})


def _write_template(plan: Plan, kind: Kind, file: Path) -> None:
    match file.suffix.lower():
        case ".xlsx":
            file.write_bytes(templates.as_xlsx(plan, kind))
        case ".csv":
            file.write_bytes(templates.as_csv(plan, kind))
        case _:
            raise click.UsageError("a template is written as .xlsx or .csv")
    click.echo(_("Template written to %(file)s.") % {"file": file})


def unit_named(code: str) -> Unit:
    """Return the unit with a code; raise UsageError if there is none."""
    unit = units.by_code(code)
    if unit is None:
        raise click.UsageError(f"there is no unit {code!r}")
    return unit


def actor_named(username: str | None, role: Role, option: str) -> Actor:
    """Return a person in a role; raise UsageError for an unknown name, ActRefused for who does not hold the role."""
    user = User.objects.filter(username=username).first() if username else None
    if user is None:
        raise click.UsageError(f"{option} must name an account")
    held = user.memberships.filter(role=role).select_related("unit").order_by("unit__path").first()
    if held is None:
        raise ActRefused(_("%(user)s is no %(role)s of any unit.") % {"user": user.username, "role": role.label})
    return actors.of(user, held.unit, role)
