"""Who is at work on an instance: what `serve` and `worker` hold while they run, and how others learn of it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.db import connection

from sunlit.config.backups import server
from sunlit.ledger import worker
from sunlit.ledger.locks import held

SERVER = "serve.lock"
_PATIENCE_SECONDS = 3.0
_LOOK_SECONDS = 0.2


class StillRunning(RuntimeError):
    """Say who is still at work, and what to do."""


@contextmanager
def serving(home: Path) -> Iterator[None]:
    """Tell others that a web server runs on ``home``; several may."""
    with held(home / SERVER, shared=True):
        yield


@contextmanager
def nobody(home: Path) -> Iterator[None]:
    """Keep server and worker of ``home`` from starting; raise StillRunning where one is at work already."""
    again = "then repeat this command."
    with ExitStack() as stack:
        try:
            stack.enter_context(held(home / SERVER, wait=False))
            stack.enter_context(worker.alone())
        except BlockingIOError as error:
            raise StillRunning(f"a web server (`sunlit serve`) runs on {home}. Stop it, {again}") from error
        except worker.AnotherWorker as error:
            raise StillRunning(f"a worker (`sunlit worker`) is at work: {error}. Stop it, {again}") from error
        if connection.vendor == "postgresql":
            if count := _other_connections():
                others = f"{count} other connections to this database are open, such as web servers on other hosts"
                raise StillRunning(f"{others}. End them, {again}")
        elif pids := _users_of(Path(str(connection.settings_dict["NAME"]))):
            raise StillRunning(f"the database is open in the processes {pids}. End them, {again}")
        yield


def _other_connections() -> int:
    """Return how many other connections are open, after waiting a little for those that are just being closed."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (count := server.others()) and time.monotonic() < deadline:
        time.sleep(_LOOK_SECONDS)
    return count


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
