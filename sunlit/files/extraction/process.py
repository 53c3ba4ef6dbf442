"""Starts the process that reads a file, listens to it for so long and so much, and ends it."""

from __future__ import annotations

import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

from sunlit.files.extraction.limits import Limits

_SCRIPT = Path(__file__).parent / "apart" / "main.py"
_CHUNK = 1 << 16


def rows(path: Path, media_type: str, limits: Limits) -> Iterator[list[object]]:
    """Yield what the reading process says about a file; the last row is ``["e"]`` if it came to its end."""
    command = [sys.executable, "-I", "-X", "utf8", str(_SCRIPT), json.dumps(_task(path, media_type, limits))]
    process = _start(command)
    try:
        yield from _lines(process, limits)
    finally:
        _end(process)


def answer(script: str, task: dict[str, object], limits: Limits) -> dict[str, object] | None:
    """Run another script of this folder and return the one object that it says, or None if it says none in time."""
    command = [sys.executable, "-I", "-X", "utf8", str(_SCRIPT.parent / f"{script}.py"), json.dumps(task)]
    process = _start(command)
    try:
        said, _none = process.communicate(timeout=limits.seconds)
        found = json.loads(said[:_CHUNK]) if process.returncode == 0 else None
    except (subprocess.TimeoutExpired, ValueError):
        return None
    finally:
        _end(process)
    return found if isinstance(found, dict) else None


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  # our own script
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        close_fds=True,
        start_new_session=True,
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    # The whole group: a recogniser that it started goes with it.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _task(path: Path, media_type: str, limits: Limits) -> dict[str, object]:
    return {
        "path": str(path.resolve()),
        "type": media_type,
        "memory": limits.memory,
        "seconds": limits.seconds,
        "characters": limits.characters,
        "parts": limits.parts,
        "depth": limits.depth,
        "tesseract": recogniser(),
    }


@cache
def recogniser() -> str:
    """Return the path of tesseract where it is installed with simplified Chinese, else nothing."""
    path = shutil.which("tesseract")
    if path is None:
        return ""
    with suppress(OSError, subprocess.TimeoutExpired):
        done = subprocess.run([path, "--list-langs"], capture_output=True, timeout=5, check=False)  # noqa: S603
        if b"chi_sim" in done.stdout + done.stderr:
            return path
    return ""


def _lines(process: subprocess.Popen[bytes], limits: Limits) -> Iterator[list[object]]:
    assert process.stdout is not None  # noqa: S101  # asked for above
    until = time.monotonic() + limits.seconds
    # Every part is one line: its text four bytes a character at most, and its frame.
    left = limits.characters * 6 + limits.parts * 64 + _CHUNK
    rest = b""
    with selectors.DefaultSelector() as waiting:
        waiting.register(process.stdout, selectors.EVENT_READ)
        while (seconds := until - time.monotonic()) > 0 and left > 0:
            if not waiting.select(seconds):
                return
            chunk = os.read(process.stdout.fileno(), _CHUNK)
            if not chunk:
                return
            left -= len(chunk)
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                yield json.loads(line)
