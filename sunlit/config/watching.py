"""What watches over the worker from inside its own process, where threads are safe: it forks nothing.

A worker whose loop no longer turns is reported after a minute and ended after three; who started it starts it again. A
worker whose server has been killed ends by itself, or it would go on beside the next one.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import signal
import threading
import time

from django.db import DatabaseError, connections

from sunlit.calendars import clock
from sunlit.ledger import silence

logger = logging.getLogger(__name__)
LOOK_SECONDS = 5.0
PARENT_SECONDS = 1.0
END_SECONDS = 180.0


class Watchdog:
    """Sounds an alarm when ``turned`` has not been called for a minute, and ends the process after three."""

    def __init__(
        self,
        *,
        silent: float = silence.AFTER.total_seconds(),
        end: float = END_SECONDS,
        look: float = LOOK_SECONDS,
    ) -> None:
        self._silent, self._end, self._look = silent, end, look
        self._turned = self._armed = time.monotonic()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._arm()
        self._thread.start()

    def stop(self) -> None:
        """Cease to watch."""
        self._stopping.set()
        faulthandler.cancel_dump_traceback_later()
        self._thread.join(timeout=self._look)

    def turned(self) -> None:
        """Note that the loop has turned; called by the loop itself."""
        self._turned = time.monotonic()
        if self._turned - self._armed >= min(self._look, self._end / 4):
            self._arm()

    def _arm(self) -> None:
        # Python's own timer lies outside of the interpreter: it ends the process, and writes where each thread stood,
        # even if one of them never lets go of the interpreter's lock.
        self._armed = time.monotonic()
        faulthandler.dump_traceback_later(self._end, exit=True)

    def _watch(self) -> None:
        try:
            while not self._stopping.wait(self._look):
                if time.monotonic() - self._turned >= self._silent:
                    self._sound()
        finally:
            connections.close_all()

    def _sound(self) -> None:
        try:
            silence.look(clock.now())
        except DatabaseError:
            logger.exception("the worker's loop stands still, and the database does not answer")


def end_with(parent: int) -> None:
    """Tell this process to end, in an orderly way, as soon as the process ``parent`` that started it is gone.

    Nothing tells a child that its parent was killed; that it has been given to another one does.
    """
    threading.Thread(target=_outlive_nobody, args=(parent,), name="parent", daemon=True).start()


def _outlive_nobody(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PARENT_SECONDS)
    logger.error("the server that started this process (%s) is gone; ending", parent)
    os.kill(os.getpid(), signal.SIGTERM)
