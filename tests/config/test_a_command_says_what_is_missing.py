"""A command on an instance that is not ready says what to do, and shows nobody a stack trace."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


def run(home, *arguments):
    environment = {**os.environ, "SUNLIT_HOME": str(home), "DJANGO_SETTINGS_MODULE": "sunlit.config.settings"}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "sunlit.cli", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("before", "says"),
    [([], "Run `sunlit init`"), ([("init",)], "Apply one: `sunlit plan apply")],
    ids=["bare", "no plan"],
)
def test_what_is_missing_is_said_in_one_sentence(before, says, tmp_path):
    for arguments in before:
        run(tmp_path, *arguments)
    done = run(tmp_path, "guard", "scan")
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr
