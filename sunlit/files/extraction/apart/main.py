"""Reads one file and writes what it says as JSON lines; run by itself: ``main.py '{"path": …}'``."""

from __future__ import annotations

import ctypes
import json
import resource
import sys
from pathlib import Path
from typing import Any

_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
_NO_NEW_PRIVILEGES, _DIE_WITH_PARENT, _KILL = 38, 1, 9


def limit_self(memory: int, seconds: int, most: int = 0) -> None:
    """Give this process no more than its task may take: no growth, no network, files of ``most`` bytes."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        libc = ctypes.CDLL(None)
        libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        libc.prctl(_DIE_WITH_PARENT, _KILL, 0, 0, 0)
        # A world without network, where the kernel allows it; no reader asks for any in the first place.
        libc.unshare(_NEW_USER | _NEW_NET)
    except (OSError, AttributeError):
        pass


def main(task: dict[str, Any]) -> None:
    """Read a file; whatever goes wrong becomes a notice."""
    limit_self(task["memory"], task["seconds"] + 1)
    sys.path.insert(0, str(Path(__file__).resolve().parents[4]))
    from sunlit.files.extraction.apart.place import Budget, Source
    from sunlit.files.extraction.apart.readers import read
    from sunlit.files.extraction.apart.sink import Enough, Sink

    # A little less than the parent waits, so that what was found by then arrives.
    sink = Sink(sys.stdout.buffer, seconds=task["seconds"] * 0.85, characters=task["characters"], parts=task["parts"])
    try:
        with Path(task["path"]).open("rb") as stream:
            source = Source(stream, "", sink, Budget(), task["depth"], tesseract=task["tesseract"])
            read(source, task["type"])
    except Enough as enough:
        sink.notice(str(enough))
    except MemoryError:
        sink.notice("memory")
    sink.end()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
