"""``sunlit serve``, ``worker`` and ``rebuild``: the processes of an instance."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

import click
from django.conf import settings

from sunlit.config import registry

RESTART_SECONDS = (1, 2, 5, 15, 60)


class WorkerKeeper:
    """Runs ``sunlit worker`` beside the web server and starts it again, ever more slowly, when it dies."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        """Start the worker and watch over it."""
        self._thread.start()

    def stop(self) -> None:
        """End the worker in an orderly way."""
        self._stopping.set()
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=20)

    def _keep(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            started = time.monotonic()
            # The command is this very interpreter and our own module: nothing in it comes from outside.
            self._process = subprocess.Popen([sys.executable, "-m", "sunlit.cli", "worker"])
            self._process.wait()
            if self._stopping.is_set():
                return
            failures = 0 if time.monotonic() - started > RESTART_SECONDS[-1] else failures + 1
            pause = RESTART_SECONDS[min(failures, len(RESTART_SECONDS) - 1)]
            click.echo(f"the worker ended; starting it again in {pause} s", err=True)
            self._stopping.wait(pause)


@click.command()
@click.option("--bind", default=lambda: os.environ.get("SUNLIT_BIND", "127.0.0.1"), help="Address to listen on.")
@click.option("--port", type=int, default=lambda: settings.PORT, help="Port to listen on (PORT).")
@click.option("--workers", type=click.IntRange(1, 64), default=1, help="Web processes.")
@click.option("--threads", type=click.IntRange(1, 64), default=8, help="Threads of each web process.")
@click.option("--no-worker", is_flag=True, help="Leave the ledger's worker to another process.")
def serve(bind: str, port: int, workers: int, threads: int, no_worker: bool) -> None:
    """Serve the portal, with the ledger's worker beside it."""
    from granian.constants import Interfaces
    from granian.server import Server

    from sunlit.pagecache.copier import CopierThread

    server = Server(
        "sunlit.config.wsgi:application",
        address=bind,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        backpressure=max(threads * 16, 64),
        respawn_failed_workers=True,
        log_access=False,
    )
    copier = CopierThread(settings.HOME)
    server.on_startup(copier.start)
    server.on_shutdown(copier.stop)
    keeper = WorkerKeeper()
    if not no_worker:
        server.on_startup(keeper.start)
        server.on_shutdown(keeper.stop)
    server.serve()


@click.command()
def worker() -> None:
    """Sequence the ledger, sign checkpoints, run followers and timed acts, until told to stop."""
    from sunlit.ledger import keys
    from sunlit.ledger import worker as ledger_worker

    try:
        ledger_worker.run(registry.followers(), ticks=registry.ticks())
    except (ledger_worker.AnotherWorker, keys.KeyRefused) as error:
        raise click.ClickException(str(error)) from error


@click.command()
@click.argument("name")
def rebuild(name: str) -> None:
    """Drop the view NAME and compute it again from the ledger."""
    from sunlit.ledger import followers

    views = {view.name: view for view in registry.views()}
    if name not in views:
        raise click.ClickException(f"There is no view {name}. Views: {', '.join(sorted(views))}.")
    try:
        click.echo(f"{name}: {followers.rebuild(views[name])} entries replayed")
    except RuntimeError as error:
        raise click.ClickException(str(error)) from error
