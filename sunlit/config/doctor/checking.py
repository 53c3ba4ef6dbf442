"""Every check, in the order in which one would ask; and asking them."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import DatabaseError

from sunlit.config.doctor import databases, files, instance, ledger, machine, searching
from sunlit.config.doctor.findings import Check, Finding, Level, Situation

DATABASE = "database"
CHECKS = (
    Check("clock", machine.year, asks_database=False),
    Check("time server", machine.ntp, asks_database=False),
    Check("disk space", machine.space, asks_database=False),
    Check("file system", machine.file_system, asks_database=False),
    Check("home", machine.home_private, asks_database=False),
    Check("folders", machine.folders, asks_database=False),
    Check("keys", machine.keys_private, asks_database=False),
    Check("limits", machine.limits, asks_database=False),
    Check("virus scanner", files.scanner, asks_database=False),
    Check("scans", files.recogniser, asks_database=False),
    Check("copier", ledger.copier, asks_database=False),
    Check("certificate", machine.certificate, asks_database=False),
    Check("time zone", instance.time_zone, asks_database=False),
    Check("translations", instance.catalogues, asks_database=False),
    Check("static files", instance.static_files, asks_database=False),
    Check("ledger key", ledger.key, asks_database=False),
    Check(DATABASE, databases.answers, asks_database=False),
    Check("migrations", databases.migrations),
    Check("soundness", databases.whole),
    Check("write-ahead log", databases.write_ahead),
    Check("server clock", machine.beside_server),
    Check("ledger clock", machine.behind_ledger),
    Check("plan", instance.plan),
    Check("worker", ledger.worker),
    Check("queue", ledger.queue),
    Check("published copy", ledger.copy),
    Check("journal", ledger.second_copy),
    Check("ledger head", ledger.head),
    Check("followers", ledger.lag),
    Check("rebuilds", ledger.rebuilds),
    Check("search", searching.index),
    Check("history", ledger.history),
    Check("parked entries", ledger.parked),
    Check("effects", ledger.effects),
    Check("alarms", ledger.alarms),
)


def examine(situation: Situation) -> Iterator[Finding]:
    """Yield what each check says; one that cannot be carried out says why, and the others go on."""
    answering = True
    for check in CHECKS:
        if check.asks_database and not answering:
            continue
        finding = _ask(check, situation)
        if check.what == DATABASE and finding.level is Level.PROBLEM:
            answering = False
        yield finding


def _ask(check: Check, situation: Situation) -> Finding:
    try:
        level, why, remedy = check.look(situation)
    except DatabaseError as error:
        why = f"cannot be looked at: {str(error).strip().splitlines()[0]}"
        return Finding(
            Level.PROBLEM, check.what, why, "See what this report says about database, migrations, soundness."
        )
    except OSError as error:
        return Finding(Level.PROBLEM, check.what, f"cannot be looked at: {error}", "See whom the home belongs to.")
    return Finding(level, check.what, why, remedy)
