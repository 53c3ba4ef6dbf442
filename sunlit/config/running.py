"""Who is at work on an instance: what `serve` and `worker` hold while they run, and how others learn of it."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.db import connection

from sunlit.ledger.worker import ADVISORY_LOCK

SERVER, WORKER = "serve.lock", "worker.lock"
_PATIENCE_SECONDS = 3.0
_LOOK_SECONDS = 0.2


class StillRunning(RuntimeError):
    """Say who is still at work, and what to do."""


@contextmanager
def serving(home: Path) -> Iterator[None]:
    """Tell others that a web server runs on ``home``; several may."""
    with _held(home / SERVER, fcntl.LOCK_SH):
        yield


@contextmanager
def nobody(home: Path) -> Iterator[None]:
    """Keep server and worker of ``home`` from starting; raise StillRunning where one is at work already."""
    with ExitStack() as stack:
        for name, who in ((SERVER, "a web server (`sunlit serve`)"), (WORKER, "a worker (`sunlit worker`)")):
            try:
                stack.enter_context(_held(home / name, fcntl.LOCK_EX | fcntl.LOCK_NB))
            except BlockingIOError as error:
                raise StillRunning(f"{who} runs on {home}. Stop it, then repeat this command.") from error
        if connection.vendor == "postgresql":
            _alone_on_server()
        elif pids := _users_of(Path(str(connection.settings_dict["NAME"]))):
            raise StillRunning(f"the database is open in the processes {pids}. End them, then repeat this command.")
        yield


def is_running(home: Path, name: str) -> bool:
    """Tell whether somebody holds the lock ``name`` of ``home``."""
    if not (home / name).exists():
        return False
    try:
        with _held(home / name, fcntl.LOCK_EX | fcntl.LOCK_NB):
            return False
    except BlockingIOError:
        return True


@contextmanager
def _held(path: Path, how: int) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)


def _alone_on_server() -> None:
    """Hold the worker's lock on the database server, and wait a little for connections that are just being closed."""
    from sunlit.config.backups import server

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY_LOCK])
        if not cursor.fetchone()[0]:
            raise StillRunning("a worker on another host uses this database. Stop it, then repeat this command.")
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while count := server.others():
        if time.monotonic() > deadline:
            raise StillRunning(
                f"{count} other connections to this database are open, such as web servers on other hosts. "
                "End them, then repeat this command."
            )
        time.sleep(_LOOK_SECONDS)


def _users_of(path: Path) -> str:
    """Return the numbers of other processes that have the file at ``path`` open, as far as this system tells."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            opened = {link.readlink() for link in (process / "fd").iterdir()}
        except OSError:
            continue  # it has ended, or belongs to somebody else
        if path in opened and int(process.name) != os.getpid():
            found.append(int(process.name))
    return ", ".join(map(str, sorted(found)))
