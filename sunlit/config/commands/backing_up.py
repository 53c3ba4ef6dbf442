"""``sunlit backup`` and ``restore``: a copy of the whole instance, and the way back."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack
from pathlib import Path

import click
from django.conf import settings
from django.db import DatabaseError

from sunlit.calendars import clock
from sunlit.config import running

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_SECONDS = 1.0  # between two lines of progress


class Shown:
    """Shows progress: on a terminal one line that changes, elsewhere (a timer's log) the end of each step."""

    def __init__(self) -> None:
        self._what, self._line, self._last = "", "", 0.0

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show how far ``what`` is; often called, seldom printed."""
        if what != self._what:
            self.end()
        self._what = what
        self._line = f"  {what}: {done:,} of {total:,}" if total else f"  {what}: {done / 1e6:,.1f} MB"
        if sys.stderr.isatty() and time.monotonic() - self._last > _SECONDS / 5:
            self._last = time.monotonic()
            click.echo(f"\r{self._line}\x1b[K", nl=False, err=True)

    def end(self) -> None:
        """Print the step that has ended."""
        if self._line:
            click.echo(f"\r{self._line}\x1b[K" if sys.stderr.isatty() else self._line, err=True)
        self._what, self._line = "", ""


@click.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--keep", type=click.IntRange(1), help="Afterwards remove all but the newest KEEP complete backups.")
@click.option("--base", is_flag=True, help="PostgreSQL: also a physical copy of the server (pg_basebackup).")
@click.option("--without-keys", is_flag=True, help="Leave the keys out; keep them somewhere else.")
@click.option("--check", is_flag=True, help="Make none: check the backup DIRECTORY, or the newest one in it.")
def backup(directory: Path, keep: int | None, base: bool, without_keys: bool, check: bool) -> None:
    """Back the instance up into a new folder in DIRECTORY, while it runs."""
    from sunlit.config.backups import keeping, making, manifests

    shown = Shown()
    if check:
        _check(directory, shown)
        return
    try:
        wishes = making.Wishes(base=base, without_keys=without_keys)
        made = making.make(directory, wishes, now=clock.now(), progress=shown)
        shown.end()
        gone = keeping.prune(directory, keep) if keep else []
    except (manifests.BackupRefused, OSError) as error:
        raise click.ClickException(f"no backup was made: {error}") from error
    _report(made)
    for path in gone:
        click.echo(f"  removed {path.name}")
    if damaged := manifests.read(made).damaged:
        for name in damaged:
            click.echo(f"damaged in this instance: {settings.HOME / name}; restore it from an older backup", err=True)
        sys.exit(1)


@click.command()
@click.argument("backup", type=FOLDER)
@click.option("--over", is_flag=True, help="Move the database that is there aside; it is never deleted.")
@click.option("--keys", is_flag=True, help="Put the keys of the backup in the place of those that are there.")
def restore(backup: Path, over: bool, keys: bool) -> None:
    """Put the backup in the folder BACKUP back into this instance, on which nothing may run."""
    from sunlit.config.backups import following, manifests, restoring

    shown = Shown()
    settings.HOME.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        try:
            stack.enter_context(running.nobody(settings.HOME))
            wishes = restoring.Wishes(over=over, keys=keys)
            notes = restoring.restore(backup, wishes, now=clock.now(), say=click.echo, progress=shown)
            shown.end()
            notes += following.strayed()
        except (running.StillRunning, manifests.BackupRefused, DatabaseError, OSError) as error:
            raise click.ClickException(f"the restore was not carried out: {error}") from error
    click.echo(f"  restored from {backup}")
    click.echo("What to do now:")
    steps = [*notes, "`sunlit ledger verify`, then `sunlit doctor`, then `sunlit serve`."]
    for number, note in enumerate(steps, 1):
        click.echo(f"  {number}. {note}")


def _check(directory: Path, shown: Shown) -> None:
    from sunlit.config.backups import keeping, manifests, restoring

    newest = next(reversed(keeping.complete(directory)), directory)
    try:
        restoring.checked(newest, shown)
    except manifests.BackupRefused as error:
        shown.end()
        raise click.ClickException(str(error)) from error
    shown.end()
    click.echo("  every file is what the manifest says, and the database is sound")
    _report(newest)


def _report(made: Path) -> None:
    from sunlit.config.backups import manifests

    manifest = manifests.read(made)
    megabytes = sum(part.size for part in manifest.files.values()) / 1e6
    click.echo(f"  {made}: {len(manifest.files):,} files, {megabytes:,.1f} MB, of {manifest.created_at}")
    click.echo(f"  ledger: {manifest.facts.size:,} entries; plan {manifest.facts.plan[:12] or '(none)'}")
    if not manifest.has_keys:
        click.echo("  the keys are not in it: keep ledger.key and ledger.vkey somewhere else")
