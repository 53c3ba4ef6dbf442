"""Killing the processes of an instance at random moments."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path


def children(server: int) -> list[tuple[str, int]]:
    """Return the processes below a server with what they are; there are two that serve pages."""
    found = []
    listed = Path(f"/proc/{server}/task/{server}/children")
    for pid in listed.read_text().split() if listed.exists() else ():
        words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
        found.append(("worker" if "worker" in words else "web", int(pid)))
    return found


def end(pid: int) -> None:
    """Kill a process that may have ended already."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
