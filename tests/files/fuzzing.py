"""Reads damaged files one after the other within the limits of a reader; run: ``fuzzing.py SEED SECONDS``.

Writes how many were read, how long the slowest took and how much memory was used at most. Whatever a reader raises
beyond what it may ends the process with an error.
"""

from __future__ import annotations

import io
import json
import random
import resource
import sys
import time
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sunlit.files.extraction.apart import readers
from sunlit.files.extraction.apart.place import Budget, Source
from sunlit.files.extraction.apart.sink import Enough, Sink
from tests.files.carriers import CARRIERS

MEMORY = 512 << 20
SEEDS = [(one.type, one.make("110105194912310020")) for one in CARRIERS]
KINDS = sorted({kind for kind, _made in SEEDS})


def attempt(content: bytes, kind: str) -> None:
    """Read some bytes as a type, as the process of a reader does."""
    sink = Sink(io.BytesIO(), seconds=8, characters=2_000_000, parts=50_000)
    with suppress(Enough, MemoryError):
        readers.read(Source(io.BytesIO(content), "", sink, Budget(), 3), kind)


def damaged(chance: random.Random) -> tuple[str, bytes]:
    """Return a damaged file and what it is read as: mostly what it was."""
    kind, seed = chance.choice(SEEDS)
    made = bytearray(seed)
    for _one in range(chance.choice([0, 1, 1, 2, 5, 20])):
        if not made:
            break
        at = chance.randrange(len(made))
        match chance.randrange(4):
            case 0:
                made[at] = chance.randrange(256)
            case 1:
                made[at : at + chance.randrange(1, 40)] = chance.randbytes(chance.randrange(8))
            case 2:
                made[at:at] = made[chance.randrange(len(made)) :][: chance.randrange(200)]
            case _:
                made[at : at + 4] = chance.choice([b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff", b"\x00\x00\x00\x80"])
    return (kind if chance.random() < 0.95 else chance.choice(KINDS)), bytes(made) or b"x"


def main(seed: int, seconds: float) -> None:
    """Read damaged files for so long."""
    resource.setrlimit(resource.RLIMIT_AS, (2 * MEMORY, 2 * MEMORY))
    chance, until, slowest, count = random.Random(seed), time.monotonic() + seconds, 0.0, 0
    while time.monotonic() < until:
        kind, content = damaged(chance)
        began = time.monotonic()
        attempt(content, kind)
        slowest, count = max(slowest, time.monotonic() - began), count + 1
    # Not ru_maxrss: that begins with the memory of whoever started this process.
    status = Path("/proc/self/status").read_text()
    memory = int(status.partition("VmHWM:")[2].split()[0]) * 1024
    json.dump({"files": count, "slowest": slowest, "memory": memory}, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
