"""Two minutes of atheris, and a minute of plain damage, over every reader: no crash, no hang, no flood of memory."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
pytestmark = pytest.mark.soak


def test_atheris_finds_no_crash_no_hang_over_ten_seconds_and_no_memory_over_the_limit(tmp_path):
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("atheris is not installed here (it is for x86-64 only)")
    command = [
        *(sys.executable, str(HERE / "fuzz_readers.py"), str(tmp_path)),
        *("-max_total_time=120", "-timeout=10", "-rss_limit_mb=512", "-max_len=65536", "-verbosity=0"),
        f"-artifact_prefix={tmp_path}/found-",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, errors="replace", cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.parametrize("seed", [11, 12])
def test_a_minute_of_damage_breaks_no_reader(seed):
    fuzzer = HERE.parent / "files" / "fuzzing.py"
    done = subprocess.run([sys.executable, str(fuzzer), str(seed), "60"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    said = json.loads(done.stdout)
    assert said["slowest"] < 10
    assert said["memory"] < 512 << 20
