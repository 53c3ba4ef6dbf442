"""The databases: whether they answer, are at this release, and are whole."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from sunlit.config.doctor.findings import Level, Situation, fine, notice, problem

Said = tuple[Level, str, str]
_LARGE_LOG = 512 << 20
_RESTORE = "Restore the newest sound backup (`sunlit restore`); what was published since stays known to the ledger."


def answers(situation: Situation) -> Said:
    """Judge whether every database answers."""
    for alias in settings.DATABASES:
        name = connections[alias].settings_dict["NAME"]
        if connections[alias].vendor == "sqlite" and not _exists(str(name)):
            return problem(f"{name} does not exist", "Run `sunlit init`, or `sunlit restore` if it was lost.")
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT 1")
        except DatabaseError as error:
            remedy = "Start the database server, or put DATABASE_URL right."
            return problem(f"{name} does not answer: {str(error).strip()}", remedy)
    return fine(f"{connection.vendor} answers")


def migrations(situation: Situation) -> Said:
    """Judge whether the tables are those of this release."""
    pending: list[str] = []
    for alias in settings.DATABASES:
        executor = MigrationExecutor(connections[alias])
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        pending += [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]
    if pending:
        return problem(f"{len(pending)} migrations are pending, first {pending[0]}", "Run `sunlit init`.")
    return fine("none pending")


def whole(situation: Situation) -> Said:
    """Judge whether the SQLite files are whole: a quick check, or a full one if that is wished for."""
    if connection.vendor != "sqlite":
        return fine("the server's own matter; let it keep checksums (pg_checksums)")
    question = "integrity_check" if situation.deep else "quick_check"
    for alias in settings.DATABASES:
        with connections[alias].cursor() as cursor:
            cursor.execute(f"PRAGMA {question}(5)")
            said = [str(row[0]) for row in cursor.fetchall()]
        if said != ["ok"]:
            return problem(f"{connections[alias].settings_dict['NAME']}: {'; '.join(said)}", _RESTORE)
    return fine(f"{question} says ok")


def write_ahead(situation: Situation) -> Said:
    """Judge whether SQLite writes ahead, and whether its log is folded back in time."""
    if connection.vendor != "sqlite":
        return fine("not SQLite")
    for alias in settings.DATABASES:
        name = str(connections[alias].settings_dict["NAME"])
        with connections[alias].cursor() as cursor:
            cursor.execute("PRAGMA journal_mode")
            mode = str(cursor.fetchone()[0])
        if mode != "wal":
            said = f"{name} is in the mode {mode}: readers and writers wait for each other"
            return problem(said, "Put the home on a local disk; if it is on one, restart Sunlit.")
        log = Path(f"{name}-wal")
        size = log.stat().st_size if log.exists() else 0
        if size > _LARGE_LOG:
            said = f"{log} has grown to {size >> 20} MB: some reader has not ended for a long time"
            return notice(said, "Restart the web server; the log is folded back when all have closed the file.")
    return fine("in use, and short")


def _exists(name: str) -> bool:
    return ":memory:" in name or "mode=memory" in name or Path(name).exists()
