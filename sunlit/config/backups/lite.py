"""SQLite: a copy of the file as it stands at one moment, taken while others read and write."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sunlit.config.backups.disk import Progress
from sunlit.config.backups.manifests import Facts, facts
from sunlit.ledger import published

PAGES = 1_024  # 4 MB between two pauses
PAUSE_SECONDS = 0.002


def copy(source: Path, target: Path, progress: Progress) -> None:
    """Copy a database through SQLite's own backup; on disk when this returns.

    Raises sqlite3.Error where it cannot be read.
    """
    with closing(_open(source, "mode=rw")) as reader, closing(sqlite3.connect(target, isolation_level=None)) as writer:
        # An open reading transaction holds one state of the file: writers go on in the write-ahead log and are not
        # waited for, and the copy need not begin again whenever somebody has saved.
        reader.execute("PRAGMA query_only=1")
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        writer.execute("PRAGMA synchronous=OFF")  # the whole file is brought to disk at the end
        reader.backup(writer, pages=PAGES, progress=_pause(progress, target.name))
        _forget_sessions(writer)
        writer.execute("PRAGMA journal_mode=DELETE")  # one file, complete in itself
    target.chmod(0o600)
    published.sync_path(target)


def faults(path: Path) -> list[str]:
    """Return what SQLite's integrity check says against the copy at ``path``; nothing if all is well."""
    try:
        with closing(_open(path, "mode=ro&immutable=1")) as database:
            said = [str(row[0]) for row in database.execute("PRAGMA integrity_check(20)")]
    except sqlite3.Error as error:
        return [f"{path.name} cannot be read: {error}"]
    return [] if said == ["ok"] else [f"{path.name}: {sentence}" for sentence in said]


def facts_of(path: Path) -> Facts:
    """Return what the copy at ``path`` says of itself; raise sqlite3.Error where it is no database of ours."""
    with closing(_open(path, "mode=ro&immutable=1")) as database:
        return facts(lambda query: database.execute(query).fetchall())


def _open(path: Path, how: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?{how}", uri=True, isolation_level=None, timeout=20)


def _pause(progress: Progress, name: str) -> Callable[[int, int, int], None]:
    """Return what is called after each step: it shows how far the copy is and leaves the disk to others."""

    def pause(_status: int, remaining: int, total: int) -> None:
        progress(f"copying {name}", total - remaining, total)
        time.sleep(PAUSE_SECONDS)

    return pause


def _forget_sessions(database: sqlite3.Connection) -> None:
    """Take out the sessions: whoever reads a backup must not be able to go on as someone who was logged in."""
    if database.execute("SELECT 1 FROM sqlite_master WHERE name = 'accounts_session'").fetchone():
        database.execute("PRAGMA secure_delete=1")
        database.execute("DELETE FROM accounts_session")
