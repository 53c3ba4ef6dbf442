"""Whether this process can be sent readers: for the load balancer in front of it. It never renders a page."""

from __future__ import annotations

from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor

from sunlit.plan import selectors as plans

_migrated: set[str] = set()
"""Databases that this process has found up to date; code and tables do not part again while it runs."""


def reasons() -> list[str]:
    """Return what keeps this process from serving pages, in sentences; nothing where it is ready."""
    try:
        behind = [alias for alias in connections if not _is_migrated(alias)]
        has_plan = bool(behind) or plans.hash_in_force() is not None
    except DatabaseError as error:
        return [f"the database does not answer: {type(error).__name__}"]
    found = [f"database {alias} lacks migrations; run `sunlit init`" for alias in behind]
    # Without its tables nothing can be said about the plan.
    return found if has_plan else [*found, "no plan is in force; run `sunlit plan apply DIR`"]


def forget() -> None:
    """Look at the migrations anew (for tests)."""
    _migrated.clear()


def _is_migrated(alias: str) -> bool:
    if alias in _migrated:
        # That tables were in order once does not tell that the database answers now.
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
        return True
    executor = MigrationExecutor(connections[alias])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    _migrated.add(alias)
    return True
