"""Backups made while the instance works, and the way back: into the same home, into a fresh one, over what is there."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from sunlit.config.backups import keeping, manifests
from tests.config.instances import Instance

pytestmark = pytest.mark.both_databases
POSTGRES = bool(os.environ.get("DATABASE_URL"))
VERIFY = """
report = verification.verify()
print(report.entries, sorted({finding.fault.name for finding in report.findings}))
"""


def newest(shelf: Path) -> Path:
    return keeping.complete(shelf)[-1]


def manifest(backup: Path) -> dict:
    return json.loads((backup / "manifest.json").read_bytes())


@contextmanager
def a_writer(instance: Instance) -> Iterator[list[float]]:
    """Let somebody save all the time, beginning with record 1,000; afterwards know how often, and the longest wait."""
    code = """
import select
number = 1_000
slowest = 0
print("go", flush=True)
while not select.select([sys.stdin], [], [], 0)[0]:
    began = time.monotonic(); act(number); slowest = max(slowest, time.monotonic() - began); number += 1
print(number - 1_000, slowest)
"""
    process = instance.background(code)
    assert process.stdout is not None
    assert process.stdout.readline() == "go\n"
    known: list[float] = []
    try:
        yield known
    finally:
        output, _ = process.communicate("stop\n", timeout=60)
        known.extend(map(float, output.split()))


def test_a_backup_says_what_it_holds_and_is_its_owners_only(instance: Instance, shelf: Path) -> None:
    instance.python("publish(0, 7); attach('minutes')")
    said = instance.sunlit("backup", shelf)
    backup = newest(shelf)
    known = manifest(backup)
    assert "ledger: 7 entries" in said
    assert known["facts"]["size"] == 7
    assert known["vendor"] == ("postgresql" if POSTGRES else "sqlite")
    assert known["checkpoint"] == (instance.home / "ledger" / "checkpoint").read_text()
    assert {"keys/ledger.key", "keys/ledger.vkey", "ledger/checkpoint"} <= set(known["files"])
    for path in (backup, *backup.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert "every file is what the manifest says" in instance.sunlit("backup", "--check", shelf)


def test_whoever_saves_during_a_backup_does_not_wait_for_it(instance: Instance, shelf: Path) -> None:
    instance.python("publish(0, 3_000)")
    with a_writer(instance) as writer:
        for _ in range(3):
            instance.sunlit("backup", shelf)
    count, slowest = writer
    assert count > 100
    assert slowest < 2


def test_a_rehearsal_into_the_same_home(instance: Instance, shelf: Path) -> None:
    instance.python("publish(0, 40); attach('before')")
    with a_writer(instance):
        time.sleep(0.2)
        instance.sunlit("backup", shelf)
    backup = newest(shelf)
    waiting = int(instance.python("print(Pending.objects.count())"))
    instance.python("publish(100, 10)")  # the world sees more than the backup knows
    published = (instance.home / "ledger" / "checkpoint").read_bytes()
    whole = int(instance.python("print(selectors.head().size)"))

    assert "holds a database already" in instance.sunlit("restore", backup, code=1)
    said = instance.sunlit("restore", backup, "--over")

    assert "nothing is signed until `sunlit ledger recover` has run" in said
    assert (instance.home / "ledger" / "checkpoint").read_bytes() == published
    assert instance.python(VERIFY) == "40 ['ROLLED_BACK']"  # whole, but for the checkpoint that covers more
    known = instance.python("print([File.objects.get().path.read_text(), 0 < Pending.objects.count()])")
    assert known == "['before', True]"
    assert int(instance.python("print(Pending.objects.count())")) <= waiting
    refused = "try: sequencer.sequence()\nexcept guard.SigningRefused as error: print(error)"
    assert "was already published" in instance.python(refused)
    instance.sunlit("ledger", "recover")
    assert instance.python(VERIFY) == f"{whole} []"
    aside = next(instance.home.glob("before-restore-*"))
    assert any(aside.iterdir()), "what was there before must be kept"


def test_a_restore_into_a_fresh_home_goes_on_where_the_backup_ends(
    instance: Instance, elsewhere: Instance, shelf: Path
) -> None:
    instance.python("publish(0, 12); attach('before')")
    instance.sunlit("backup", shelf)
    said = elsewhere.sunlit("restore", newest(shelf))
    assert "this host knows of no checkpoint but the backup's" in said
    assert elsewhere.python(VERIFY) == "12 []"
    for name in ("keys/ledger.key", "keys/secret_key", "ledger/checkpoint"):
        assert (elsewhere.home / name).read_bytes() == (instance.home / name).read_bytes()
    assert elsewhere.python("print(File.objects.get().path.read_text())") == "before"
    assert elsewhere.python("publish(12, 3)\n" + VERIFY) == "15 []"


def test_a_journal_that_outlived_the_home_still_says_what_the_world_has_seen(
    instance: Instance, elsewhere: Instance, shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUNLIT_JOURNAL", str(tmp_path / "another disk"))
    instance.python("publish(0, 12)")
    instance.sunlit("backup", shelf)
    instance.python("publish(12, 5)")
    said = elsewhere.sunlit("restore", newest(shelf))
    assert "the world has seen a checkpoint over 17 entries, the backup holds 12" in said
    assert "knows of no checkpoint" not in said
    elsewhere.sunlit("ledger", "recover")
    assert elsewhere.python(VERIFY) == "17 []"


def test_a_restored_log_signs_again_if_nothing_was_published_since(instance: Instance, shelf: Path) -> None:
    instance.python("publish(0, 5)")
    instance.sunlit("backup", shelf)
    assert "ledger recover" not in instance.sunlit("restore", newest(shelf), "--over")
    assert instance.python("publish(5, 1)\n" + VERIFY) == "6 []"


def test_a_newer_checkpoint_in_the_backup_replaces_an_older_one(instance: Instance, shelf: Path) -> None:
    instance.python("publish(0, 5)")
    older = (instance.home / "ledger" / "checkpoint").read_bytes()
    instance.python("publish(5, 5)")
    newer = (instance.home / "ledger" / "checkpoint").read_bytes()
    instance.sunlit("backup", shelf)
    (instance.home / "ledger" / "checkpoint").write_bytes(older)
    instance.sunlit("restore", newest(shelf), "--over")
    assert (instance.home / "ledger" / "checkpoint").read_bytes() == newer


def test_a_journal_is_only_ever_added_to(instance: Instance, shelf: Path) -> None:
    journal = instance.home / "ledger" / "journal"
    journal.mkdir(parents=True)
    for name in ("grown", "torn", "other", "lost"):
        (journal / name).write_text(f"{name} 1\n{name} 2\n")
    instance.sunlit("backup", shelf)
    (journal / "grown").write_text("grown 1\ngrown 2\ngrown 3\n")
    (journal / "torn").write_text("torn 1\nto")
    (journal / "other").write_text("something else\n")
    (journal / "lost").unlink()
    said = instance.sunlit("restore", newest(shelf), "--over")
    assert (journal / "grown").read_text() == "grown 1\ngrown 2\ngrown 3\n"
    assert (journal / "torn").read_text() == "torn 1\ntorn 2\n"
    assert (journal / "other").read_text() == "something else\n"
    assert (journal / "lost").read_text() == "lost 1\nlost 2\n"
    assert "other is not the one in the backup and was left as it is" in said


def test_keys_are_not_replaced_unasked(instance: Instance, shelf: Path) -> None:
    instance.python("publish(0, 2)")
    instance.sunlit("backup", shelf)
    key = instance.home / "keys" / "ledger.key"
    backed_up = key.read_bytes()
    key.unlink()
    instance.python("keys.ensure()")
    other = key.read_bytes()
    assert "is not the key in the backup" in instance.sunlit("restore", newest(shelf), "--over")
    assert key.read_bytes() == other
    time.sleep(1)
    instance.sunlit("restore", newest(shelf), "--over", "--keys")
    assert key.read_bytes() == backed_up
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert [path.read_bytes() for path in instance.home.glob("before-restore-*/keys/ledger.key")] == [other]


def test_a_backup_without_keys_makes_no_new_ones(instance: Instance, elsewhere: Instance, shelf: Path) -> None:
    instance.sunlit("backup", shelf, "--without-keys")
    assert not (newest(shelf) / "keys").exists()
    assert "the backup holds no keys" in elsewhere.sunlit("restore", newest(shelf))
    assert not (elsewhere.home / "keys" / "ledger.key").exists()


def test_sessions_are_not_backed_up(instance: Instance, elsewhere: Instance, shelf: Path) -> None:
    code = "from sunlit.accounts.models import Session\n"
    later = "django.utils.timezone.now()"
    instance.python(
        f"{code}import django.utils.timezone\nnow = {later}\n"
        "Session.objects.create(session_key='k', session_data='secret', expire_date=now, since=now, last_seen=now)"
    )
    instance.sunlit("backup", shelf)
    elsewhere.sunlit("restore", newest(shelf))
    assert elsewhere.python(f"{code}print(Session.objects.count())") == "0"
    assert instance.python(f"{code}print(Session.objects.count())") == "1"
    if not POSTGRES:
        assert b"secret" not in (newest(shelf) / "aux.sqlite3").read_bytes()


def test_an_attachment_is_kept_once_however_many_backups_hold_it(instance: Instance, shelf: Path) -> None:
    path = Path(instance.python("print(attach('minutes'))"))
    instance.sunlit("backup", shelf)
    instance.sunlit("backup", shelf)
    kept = [backup / "files" / path.relative_to(instance.home / "files") for backup in keeping.complete(shelf)]
    assert len({file.stat().st_ino for file in kept}) == 1
    assert path.stat().st_ino != kept[0].stat().st_ino, "a fault of the instance must not reach into the backup"


def test_a_damaged_attachment_is_named_and_the_rest_backed_up(instance: Instance, shelf: Path) -> None:
    path = Path(instance.python("print(attach('minutes'))"))
    path.chmod(0o600)
    path.write_text("minuteS")
    assert path.name in instance.sunlit("backup", shelf, code=1)
    assert len(keeping.complete(shelf)) == 1


def test_older_backups_go_when_enough_are_there(instance: Instance, shelf: Path) -> None:
    for _ in range(3):
        instance.sunlit("backup", shelf)
    (shelf / "notes").mkdir()
    first, *rest = keeping.complete(shelf)
    instance.sunlit("backup", shelf, "--keep", 3)
    assert not first.exists()
    assert keeping.complete(shelf)[:2] == rest
    assert (shelf / "notes").exists()


def test_nothing_is_restored_under_a_worker(instance: Instance, shelf: Path) -> None:
    instance.sunlit("backup", shelf)
    worker = instance.start("worker")
    try:
        lock = instance.home / "worker.lock"
        deadline = time.monotonic() + 30
        while not lock.exists() or not instance_is_working(instance):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert "a worker (`sunlit worker`) is at work" in instance.sunlit("restore", newest(shelf), "--over", code=1)
    finally:
        worker.terminate()
        worker.communicate(timeout=30)


def test_nothing_is_restored_under_a_web_server(instance: Instance, shelf: Path) -> None:
    instance.sunlit("backup", shelf)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = instance.start("serve", "--no-worker", "--port", str(port))
    try:
        deadline = time.monotonic() + 60
        while not answers(port):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert "a web server (`sunlit serve`) runs on" in instance.sunlit("restore", newest(shelf), "--over", code=1)
    finally:
        server.terminate()
        server.communicate(timeout=30)
    instance.sunlit("restore", newest(shelf), "--over")


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def test_what_was_in_the_write_ahead_log_is_kept_with_the_old_database(instance: Instance, shelf: Path) -> None:
    if POSTGRES:
        pytest.skip("SQLite's own")
    instance.sunlit("backup", shelf)
    instance.python("import os; act(1, 500); os._exit(0)")  # no orderly end: what was saved is in the log only
    assert (instance.home / "db.sqlite3-wal").stat().st_size
    instance.sunlit("restore", newest(shelf), "--over")
    old = next(instance.home.glob("before-restore-*/db.sqlite3"))
    with closing(sqlite3.connect(f"{old.as_uri()}?immutable=1", uri=True)) as database:
        assert database.execute("SELECT count(*) FROM ledger_pending").fetchone() == (500,)


def instance_is_working(instance: Instance) -> bool:
    code = "from django.utils import timezone\nprint(selectors.heartbeat_age(timezone.now()) is not None)"
    return instance.python(code) == "True"


@pytest.mark.skipif(not POSTGRES, reason="SQLite's backup is complete by itself")
def test_a_physical_copy_of_the_server_can_be_taken_along(instance: Instance, shelf: Path) -> None:
    instance.sunlit("backup", shelf, "--base")
    assert {"base/base.tar.gz", "base/pg_wal.tar.gz"} <= set(manifest(newest(shelf))["files"])
    assert "every file is what the manifest says" in instance.sunlit("backup", "--check", shelf)


def test_an_instance_with_another_database_does_not_take_the_backup(
    instance: Instance, elsewhere: Instance, shelf: Path
) -> None:
    instance.sunlit("backup", shelf)
    known = manifests.read(newest(shelf))
    manifests.write(newest(shelf), replace(known, vendor="sqlite" if POSTGRES else "postgresql"))
    assert "Set or unset DATABASE_URL" in elsewhere.sunlit("restore", newest(shelf), code=1)


def test_a_backup_of_a_newer_release_is_not_put_into_an_older_one(
    instance: Instance, elsewhere: Instance, shelf: Path
) -> None:
    instance.sunlit("backup", shelf)
    known = manifests.read(newest(shelf))
    newer = replace(known.facts, migrations=(*known.facts.migrations, "records.9999_not_yet_written"))
    manifests.write(newest(shelf), replace(known, facts=newer))
    said = elsewhere.sunlit("restore", newest(shelf), code=1)
    assert "does not know the migration records.9999_not_yet_written" in said
