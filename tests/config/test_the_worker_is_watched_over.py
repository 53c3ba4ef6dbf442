"""A worker that stands still is reported and ended; one whose server was killed ends by itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from sunlit.calendars import clock
from sunlit.ledger import selectors, silence
from sunlit.ledger.models import Alarm, Heartbeat

ROOT = Path(__file__).resolve().parents[2]
STANDS_STILL = """
import sys, time
import django
django.setup()
from sunlit.config.watching import Watchdog
watchdog = Watchdog(silent=0.2, end={end}, look=0.1)
watchdog.start()
started = time.monotonic()
while time.monotonic() - started < {turning}:
    watchdog.turned()
    time.sleep(0.05)
print("the loop stops here", flush=True)
time.sleep({standing})
watchdog.stop()
"""


def stand_still(environment, **seconds):
    return subprocess.run(
        [sys.executable, "-c", STANDS_STILL.format(**seconds)],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_loop_that_stands_still_ends_its_process_and_shows_where(environment):
    ended = stand_still(environment, turning=0.1, end=1, standing=30)
    assert ended.returncode == 1
    assert "Timeout" in ended.stderr
    assert 'File "<string>"' in ended.stderr, "nobody learns where it stood"


def test_a_loop_that_turns_goes_on(environment):
    ended = stand_still(environment, turning=2.5, end=1, standing=0)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.both_databases
@pytest.mark.django_db(databases="__all__")
class TestTheAlarm:
    def test_whoever_asks_for_the_state_sounds_it(self, client):
        Heartbeat.objects.create(name="worker", beat_at=clock.now() - timedelta(seconds=61))
        assert client.get("/healthz").json()["alarms"] == 1
        assert client.get("/healthz").json()["alarms"] == 1
        assert Alarm.objects.get().name == silence.ALARM
        assert "nothing is published" in Alarm.objects.get().sentence

    def test_a_minute_is_what_it_takes(self):
        Heartbeat.objects.create(name="worker", beat_at=clock.now())
        assert silence.look(clock.now() + timedelta(seconds=58))
        assert not selectors.open_alarms()

    def test_an_instance_that_never_had_a_worker_misses_none(self):
        assert silence.look(clock.now()) is None
        assert not selectors.open_alarms()

    def test_the_worker_that_beats_again_clears_it(self):
        from sunlit.ledger import keys, worker
        from sunlit.ledger.followers import Followers

        keys.ensure()
        Heartbeat.objects.create(name="worker", beat_at=clock.now() - timedelta(hours=1))
        silence.look(clock.now())
        assert [alarm.name for alarm in selectors.open_alarms()] == [silence.ALARM]
        worker.work(Followers(), (), worker._Clockwork(), clock.now())
        assert not selectors.open_alarms()


def children(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(word) for word in listed.stdout.split()]


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def wait_for(what, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} seconds")


def is_locked(path: Path) -> bool:
    import fcntl

    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs /proc to find the processes")
@pytest.mark.parametrize("options", [(), ("--no-worker",)], ids=["worker", "copier"])
def test_what_runs_beside_a_server_that_is_killed_ends(environment, port, options):
    serve = [sys.executable, "-m", "sunlit.cli", "serve", "--port", str(port), *options]
    name = "copier" if options else "worker"
    server = subprocess.Popen(serve, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    beside, web = 0, []
    try:
        beside = wait_for(lambda: [p for p in children(server.pid) if f"sunlit.cli {name}" in command(p)], 40)[0]
        if name == "worker":
            wait_for(lambda: is_locked(Path(environment["SUNLIT_HOME"]) / "worker.lock"), 20)
        web = wait_for(lambda: [pid for pid in children(server.pid) if pid != beside and "serve" in command(pid)], 20)
        server.kill()
        server.wait(timeout=5)
        wait_for(lambda: not command(beside), 7)
        assert web
        wait_for(lambda: not any(command(pid) for pid in web), 7)
    finally:
        for pid in [beside, *web]:
            if pid and command(pid):
                os.kill(pid, signal.SIGKILL)
        if server.poll() is None:
            server.kill()
