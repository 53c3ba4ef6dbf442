"""Whoever guesses at two web processes at once has no more tries than at one."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TRY = """
import django; django.setup()
from sunlit.screens.limits import may_post
print(sum(may_post("login-name", "zhang", times=10, seconds=900) for _ in range(8)))
"""
ALLAUTH = """
import django; django.setup()
from django.test import RequestFactory
from allauth.core import ratelimit
asked = RequestFactory().post("/")
print(sum(ratelimit.consume(asked, action="login_failed", key="mfa-auth-user-7") for _ in range(8)))
"""


def at_once(code: str, home: Path) -> int:
    """Run a piece of code in three processes at once; returns how many tries they were allowed together."""
    env = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    env |= {"SUNLIT_HOME": str(home), "DJANGO_SETTINGS_MODULE": "sunlit.config.settings", "PYTHONPATH": str(ROOT)}
    table = [sys.executable, "-m", "sunlit.cli", "manage", "createcachetable", "--database", "aux"]
    subprocess.run(table, env=env, cwd=ROOT, check=True)
    start = [sys.executable, "-c", code]
    running = [subprocess.Popen(start, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    return sum(int(process.communicate(timeout=120)[0]) for process in running)


def test_ten_tries_for_a_name_are_ten_for_all_processes_together(tmp_path):
    assert at_once(TRY, tmp_path) == 10


def test_allauths_own_limits_are_shared_as_well(tmp_path):
    assert at_once(ALLAUTH, tmp_path) == 10
