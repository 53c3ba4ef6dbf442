"""``sunlit serve``, ``worker`` and ``rebuild``: the processes of an instance."""

from __future__ import annotations

import contextlib
import gc
import importlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial

import click
from django.conf import settings

from sunlit.config import logs, registry, running, watching
from sunlit.plan import selectors as plans

RESTART_SECONDS = (1, 2, 5, 15, 60)


class Keeper:
    """Runs a command of ours beside the web server and starts it again, ever more slowly, when it dies.

    What works beside the server is a process, never a thread of it: the server forks its web processes, and a lock that
    a thread happens to hold at that moment would stay locked in them for ever.
    """

    def __init__(self, command: str) -> None:
        self._command = command
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        """Start it and watch over it; the server must not fork while a thread is starting a process."""
        self._launch()
        self._thread.start()

    def _launch(self) -> subprocess.Popen[bytes]:
        # This very interpreter and a command of our own: nothing in it comes from outside.
        command = [sys.executable, "-m", "sunlit.cli", self._command, "--parent", str(os.getpid())]
        self._process = subprocess.Popen(command)  # noqa: S603
        return self._process

    def stop(self) -> None:
        """End it in an orderly way."""
        self._stopping.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            process.wait(timeout=20)

    def _keep(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            started = time.monotonic()
            process = self._process or self._launch()
            process.wait()
            self._process = None
            if self._stopping.is_set():
                return
            failures = 0 if time.monotonic() - started > RESTART_SECONDS[-1] else failures + 1
            pause = RESTART_SECONDS[min(failures, len(RESTART_SECONDS) - 1)]
            sentence = f"the {self._command} ended; starting it again in {pause} s"
            click.echo(logs.written(settings.LOG_FORMAT, logging.ERROR, __name__, sentence), err=True)
            self._stopping.wait(pause)


@click.command()
@click.option("--bind", default=lambda: os.environ.get("SUNLIT_BIND", "127.0.0.1"), help="Address to listen on.")
@click.option("--port", type=int, default=lambda: settings.PORT, help="Port to listen on (PORT).")
@click.option("--workers", type=click.IntRange(1, 64), default=2, help="Web processes.")
@click.option("--threads", type=click.IntRange(1, 64), default=8, help="Threads of each web process.")
@click.option("--no-worker", is_flag=True, help="Leave the ledger's worker to another process or host.")
def serve(bind: str, port: int, workers: int, threads: int, no_worker: bool) -> None:
    """Serve the portal, with the ledger's worker beside it."""
    from granian.constants import HTTPModes, Interfaces
    from granian.server import Server

    server = Server(
        "sunlit.config.wsgi:application",
        address=bind,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=workers,
        blocking_threads=threads,
        backpressure=max(threads * 16, 64),
        respawn_failed_workers=True,
        log_access=False,
        log_dictconfig=logs.of_the_server(settings.LOGGING),
    )
    # The worker copies changes for the page cache as well; a host without one needs somebody who does.
    keeper = Keeper("copier" if no_worker else "worker")
    server.on_startup(keeper.start)
    server.on_shutdown(keeper.stop)
    _load_before_forking()
    # A web process whose server was killed would hold its port and serve on beside the next one.
    os.register_at_fork(after_in_child=partial(watching.end_with, os.getpid()))
    with running.serving(settings.HOME):
        server.serve()


def _load_before_forking() -> None:
    """Load what every web process needs once, so that they share its memory and answer at once."""
    from django.db import connections

    importlib.import_module("sunlit.config.wsgi")
    with contextlib.suppress(plans.NoPlan):
        plans.current()
    connections.close_all()
    gc.freeze()


with_parent = click.option("--parent", type=int, help="Number of the process with which to end, used by `serve`.")


@click.command()
@with_parent
def worker(parent: int | None) -> None:
    """Sequence the ledger, sign checkpoints, run followers and timed acts, until told to stop."""
    from sunlit.ledger import keys
    from sunlit.ledger import worker as ledger_worker
    from sunlit.pagecache.copier import CopierThread

    if parent is not None:
        watching.end_with(parent)
    copier, watchdog = CopierThread(settings.HOME), watching.Watchdog()
    copier.start()
    watchdog.start()
    try:
        ledger_worker.run(registry.followers(), ticks=registry.ticks(), turned=watchdog.turned)
    except (ledger_worker.AnotherWorker, keys.KeyRefused) as error:
        raise click.ClickException(str(error)) from error
    finally:
        watchdog.stop()
        copier.stop()


@click.command()
@with_parent
def copier(parent: int | None) -> None:
    """Tell this host's web processes which pages have changed, until told to stop; a worker does it as well."""
    from sunlit.pagecache.copier import CopierThread

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if parent is not None:
        watching.end_with(parent)
    thread = CopierThread(settings.HOME)
    thread.start()
    stop.wait()
    thread.stop()


@click.command()
@click.argument("name")
@click.option("--quiet", is_flag=True, help="Say nothing on the way.")
def rebuild(name: str, quiet: bool) -> None:
    """Drop the view NAME and compute it again; `search` is built beside what is served, and swapped in at the end."""
    from sunlit.ledger import followers

    if name == "search":
        _rebuild_search(quiet)
        return
    views = {view.name: view for view in registry.views()}
    if name not in views:
        raise click.ClickException(f"There is no view {name}. Views: {', '.join(sorted([*views, 'search']))}.")
    try:
        click.echo(f"{name}: {followers.rebuild(views[name])} entries replayed")
    except RuntimeError as error:
        raise click.ClickException(str(error)) from error


def _rebuild_search(quiet: bool) -> None:
    from sunlit.search import building
    from sunlit.search.requests import EngineUnavailable

    told = 0.0

    def say(what: str, done: int) -> None:
        nonlocal told
        if not quiet and time.monotonic() - told > 2:
            told = time.monotonic()
            click.echo(f"search: {done} indexed, now {what}")

    try:
        folder = building.build(say)
    except (building.AlreadyBuilding, EngineUnavailable, plans.NoPlan, ValueError) as error:
        raise click.ClickException(str(error)) from error
    if not quiet:
        click.echo(f"search: {folder.name} is served from now on; the worker brings it up to the ledger")
