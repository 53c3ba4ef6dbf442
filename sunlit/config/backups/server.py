"""PostgreSQL: its own programs write and read the dump; we tell them which moment of the database it shows."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from sunlit.config.backups.disk import Progress
from sunlit.config.backups.manifests import BackupRefused, Facts, facts
from sunlit.ledger import published

_INSTALLED = Path("/usr/lib/postgresql")
_LOOK_SECONDS = 0.2
# What the URL may say beside the address, and how PostgreSQL's programs are told the same.
_OPTIONS = {
    "host": "PGHOST",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}


def dump(target: Path, progress: Progress) -> Facts:
    """Write the database into ``target`` (custom format) and return what it said at that very moment.

    Sessions stay out. Raises BackupRefused where pg_dump is missing or fails.
    """
    with _moment() as (snapshot, known):
        command = ["-Fc", f"--snapshot={snapshot}", "--exclude-table-data=*accounts_session", f"--file={target}"]
        _run("pg_dump", command, progress, target)
    published.sync_path(target)
    return known


def base(target: Path, progress: Progress) -> None:
    """Write a physical copy of the whole server with the log it needs, as compressed archives, into a new folder.

    Raises BackupRefused where pg_basebackup is missing or fails.
    """
    target.mkdir(mode=0o700)
    command = ["-D", str(target), "-Ft", "-z", "-X", "stream", "-c", "fast", "--no-password"]
    _run("pg_basebackup", command, progress, target)


def restore(dumped: Path, progress: Progress) -> None:
    """Put a dump back, all of it or nothing; raise BackupRefused where pg_restore is missing or fails.

    Tables that the dump does not know (of a newer release) go first: its own could not be dropped while others refer
    to them, and migrations would find them made already.
    """
    _drop_others(_tables_in(dumped))
    command = ["--clean", "--if-exists", "--single-transaction", "--no-owner", "--no-privileges"]
    _run("pg_restore", [*command, f"--dbname={_name()}", str(dumped)], progress, dumped)


def readable(dumped: Path) -> list[str]:
    """Return what pg_restore says against a dump; nothing if it can read its list of contents."""
    try:
        _tables_in(dumped)
    except BackupRefused as error:
        return [str(error)]
    return []


def others() -> int:
    """Return how many other connections to this database are open."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


def is_empty() -> bool:
    """Tell whether the database holds no table of ours yet."""
    return "django_migrations" not in connection.introspection.table_names()


@contextmanager
def _moment() -> Iterator[tuple[str, Facts]]:
    """Hold one moment of the database in a connection of its own; give its name and what the database says then."""
    own: BaseDatabaseWrapper = connection.copy()
    try:
        with own.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            name = str(cursor.fetchone()[0])

            def fetch(query: str) -> list[tuple[object, ...]]:
                cursor.execute(query)
                return list(cursor.fetchall())

            yield name, facts(fetch)
    finally:
        own.close()


def _tables_in(dumped: Path) -> set[str]:
    """Return the names of the tables in a dump; raise BackupRefused where it cannot be read."""
    done = subprocess.run(  # noqa: S603  # a program of PostgreSQL's and a path, no shell
        [_program("pg_restore"), "--list", str(dumped)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupRefused(f"{dumped.name} cannot be read: {done.stderr.strip()}")
    rows = (line.split() for line in done.stdout.splitlines() if not line.startswith(";"))
    # 215; 1259 16385 TABLE public ledger_entry sunlit
    return {row[5] for row in rows if len(row) > 5 and row[3] == "TABLE" and row[4] != "DATA"}


def _drop_others(known: set[str]) -> None:
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names()) - known):
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)} CASCADE")


def _program(name: str) -> str:
    """Return the path of a PostgreSQL program, of the server's own release where that is installed."""
    installed = sorted((int(path.name) for path in _INSTALLED.glob("[0-9]*")), reverse=True)
    preferred = [_server_release(), *installed]
    places = [_INSTALLED / str(release) / "bin" / name for release in preferred]
    found = next((str(path) for path in places[:1] if path.exists()), None) or shutil.which(name)
    found = found or next((str(path) for path in places if path.exists()), None)
    if found is None:
        raise BackupRefused(f"{name} is not installed on this host. Get it: apt-get install postgresql-client")
    return found


def _server_release() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10_000


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def _environment() -> dict[str, str]:
    """Return how the programs find the server; a password stays out of the command line, which others can see."""
    said = connection.settings_dict
    given = {
        "PGHOST": said["HOST"],
        "PGPORT": said["PORT"],
        "PGUSER": said["USER"],
        "PGPASSWORD": said["PASSWORD"],
        "PGDATABASE": said["NAME"],
    }
    options = said.get("OPTIONS", {})
    # A URL such as postgres://user@/name?host=/run/postgresql says the host among its options.
    given |= {_OPTIONS[option]: value for option, value in options.items() if option in _OPTIONS}
    return os.environ | {name: str(value) for name, value in given.items() if value}


def _run(name: str, arguments: Sequence[str], progress: Progress, target: Path) -> None:
    command = [_program(name), *arguments]
    process = subprocess.Popen(  # noqa: S603  # a program of PostgreSQL's with our own arguments, no shell
        command, env=_environment(), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, umask=0o077
    )
    try:
        while process.poll() is None:
            progress(f"{name}: {target.name}", _size(target), 0)
            time.sleep(_LOOK_SECONDS)
    except BaseException:
        process.kill()
        raise
    finally:
        said = process.communicate()[1]
    if process.returncode:
        raise BackupRefused(f"{name} has failed: {said.strip() or process.returncode}")


def _size(target: Path) -> int:
    try:
        return sum(path.stat().st_size for path in ((target,) if target.is_file() else target.iterdir()))
    except FileNotFoundError:
        return 0
