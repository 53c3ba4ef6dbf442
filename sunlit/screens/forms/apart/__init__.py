"""Work on files from outside, done by a process of its own with little memory and little time.

The modules ``sheet`` and ``document`` are started as scripts: they import nothing of Sunlit, so that starting takes
a tenth of a second and nothing of the instance is within reach of a file that takes its reader over.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

SECONDS = 30


class TooMuch(Exception):
    """Tells that a file asked for more memory or time than anybody's file needs, or broke its reader."""


def run(script: str, *arguments: str) -> dict[str, Any]:
    """Run a script of this folder and return what it says; raise TooMuch if it does not come to an end."""
    path = Path(__file__).parent / f"{script}.py"
    command = [sys.executable, "-I", "-X", "utf8", str(path), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False, env={})  # noqa: S603
        answer = json.loads(done.stdout) if done.returncode == 0 else None
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise TooMuch(script) from error
    if not isinstance(answer, dict):
        raise TooMuch(script)
    return answer
