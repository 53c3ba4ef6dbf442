"""Each illness is planted alone, found under its own name with something to do about it; health is found as well."""

from __future__ import annotations

import json
import resource
import shutil
import sqlite3
from collections import namedtuple
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from sunlit.config import registry
from sunlit.config.doctor import checking, findings, machine
from sunlit.config.doctor.findings import Finding, Level, Situation
from sunlit.ledger import actions, alarms, keys, merkle, published, sequencer
from sunlit.ledger.models import Cursor, Effect, Head, Heartbeat, Parked, Pending
from sunlit.pagecache.board import Board
from sunlit.plan.models import PlanVersion
from tests.city import PLAN
from tests.config.instances import Instance

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
Usage = namedtuple("Usage", "total used free")
Plant = Callable[[Path, Any], object]


class Clerk:
    unit, role, opaque = "510903-agri", "approver", "7d1f8c1c0e2b4b7ea1b4f3a4c9d25e60"


def act() -> None:
    actions.append(
        "record.published", subject="record:1", ref="x/1#1", actor=Clerk(), commitment=bytes(32), day=NOW.date()
    )


@pytest.fixture(scope="session")
def document() -> tuple[str, str]:
    """Give the hash and the text of a plan."""
    from sunlit.plan.checks import check_directory

    plan = check_directory(PLAN).plan
    assert plan is not None
    return plan.hash, plan.canonical


@pytest.fixture
def home(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, document: tuple[str, str]) -> Path:
    """Give an instance in the best of health: prepared, with a plan, three entries signed, a worker seen just now."""
    settings.HOME = home = tmp_path / "home"
    settings.STATIC_ROOT, settings.HTTPS = home / "static", False
    home.mkdir(mode=0o700)
    for name in ("files", "keys", "ledger", "log", "static"):
        (home / name).mkdir(mode=0o700)
    css = Path(machine.__file__).parents[2] / "screens" / "static" / "screens" / "screens.css"
    (home / "static" / "screens").mkdir()
    shutil.copy(css, home / "static" / "screens" / "screens.css")
    keys.ensure()
    PlanVersion.objects.create(hash=document[0], document=document[1], applied_at=NOW, active=True)
    for _ in range(3):
        act()
    sequencer.sequence(now=NOW)
    sequencer.sign_checkpoint(now=NOW)
    Heartbeat.objects.create(name="worker", beat_at=NOW)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(100 << 30, 10 << 30, 90 << 30))
    return home


def found(now: datetime = NOW, deep: bool = False) -> dict[str, Finding]:
    return {finding.what: finding for finding in checking.examine(Situation(now=now, deep=deep))}


def ill(now: datetime = NOW) -> dict[str, Finding]:
    return {name: finding for name, finding in found(now).items() if finding.level is not Level.OK}


def test_a_healthy_instance_has_no_illness(home: Path) -> None:
    assert ill() == {}
    assert {finding.level for finding in found(deep=True).values()} == {Level.OK}


def shorten(home: Path, _patch: Any) -> None:
    """Put a database back that is older than what was published."""
    Head.objects.update(size=1)


def follow_another_history(home: Path, _patch: Any) -> None:
    Cursor.objects.create(follower="record-counters", position=2, root=bytes(32))


def disk(free: int) -> Plant:
    return lambda home, patch: patch.setattr(
        shutil, "disk_usage", lambda path: Usage(100 << 30, (100 << 30) - free, free)
    )


def effect(state: str) -> Plant:
    return lambda home, _: Effect.objects.create(reactor="post", position=0, effect="mail", state=state, due_at=NOW)


def wait_long(home: Path, _patch: Any) -> None:
    act()
    Pending.objects.update(created_at=NOW - timedelta(minutes=5))


def few_files(home: Path, patch: Any) -> None:
    patch.setattr(resource, "getrlimit", lambda which: (256, 256))


def lose_the_vkey(home: Path, _patch: Any) -> None:
    (home / "keys" / "ledger.vkey").unlink()


def forget_a_migration(home: Path, _patch: Any) -> None:
    last = MigrationRecorder.Migration.objects.filter(app="records").order_by("-name").first()
    assert last is not None
    last.delete()


def stop_the_copier(home: Path, _patch: Any) -> None:
    board = Board(home / "cache" / "board")
    board.still()
    board.close()


def interrupt_a_rebuild(home: Path, _patch: Any) -> None:
    Cursor.objects.create(follower="charts", position=0, root=merkle.EMPTY_ROOT, rebuilding=True)


ILLNESSES: dict[str, tuple[str, Level, Plant, str]] = {
    "a key that others can read": (
        "keys",
        Level.PROBLEM,
        lambda home, _: (home / "keys/ledger.key").chmod(0o644),
        "mode 644",
    ),
    "a home into which others can write": ("home", Level.PROBLEM, lambda home, _: home.chmod(0o777), "mode 777"),
    "a folder that is missing": (
        "folders",
        Level.PROBLEM,
        lambda home, _: (home / "files").rmdir(),
        "files is missing",
    ),
    "a full disk": ("disk space", Level.PROBLEM, disk(300 << 20), "0.3 GB free"),
    "a disk that is filling up": ("disk space", Level.NOTICE, disk(3 << 30), "3.0 GB free"),
    "a network disk": (
        "file system",
        Level.PROBLEM,
        lambda home, patch: patch.setattr(machine, "file_system_of", lambda *_: "nfs4"),
        "nfs4",
    ),
    "too few open files": ("limits", Level.PROBLEM, few_files, "256 files only"),
    "a worker that has stopped": (
        "worker",
        Level.PROBLEM,
        lambda home, _: Heartbeat.objects.update(beat_at=NOW - timedelta(minutes=9)),
        "9 min",
    ),
    "a worker that has never run": (
        "worker",
        Level.PROBLEM,
        lambda home, _: Heartbeat.objects.all().delete(),
        "never run",
    ),
    "a copier that has stopped": ("copier", Level.NOTICE, stop_the_copier, "made anew"),
    "a rebuild that was interrupted": ("rebuilds", Level.NOTICE, interrupt_a_rebuild, "charts has been dropped"),
    "an act that waits": ("queue", Level.PROBLEM, wait_long, "5 min"),
    "a pending migration": ("migrations", Level.PROBLEM, forget_a_migration, "first records."),
    "no plan": ("plan", Level.PROBLEM, lambda home, _: PlanVersion.objects.all().delete(), "none is in force"),
    "a plan of another release": (
        "plan",
        Level.PROBLEM,
        lambda home, _: (
            PlanVersion.objects.all().delete(),
            PlanVersion.objects.create(hash="0" * 64, document="{}", applied_at=NOW, active=True),
        ),
        "cannot be read",
    ),
    "a log behind what was published": ("ledger head", Level.PROBLEM, shorten, "holds 1 entries"),
    "a published copy that is damaged": (
        "published copy",
        Level.PROBLEM,
        lambda home, _: published.path().write_text("garbage"),
        "cannot be read",
    ),
    "a published copy that is missing": (
        "published copy",
        Level.PROBLEM,
        lambda home, _: published.path().unlink(),
        "is missing",
    ),
    "a journal that is not mounted": (
        "journal",
        Level.PROBLEM,
        lambda home, _: shutil.rmtree(home / "ledger/journal"),
        "covers 0 entries, 3 are signed",
    ),
    "a key without its other half": ("ledger key", Level.PROBLEM, lose_the_vkey, "no ledger key"),
    "a follower of another history": ("history", Level.PROBLEM, follow_another_history, "record-counters"),
    "a parked entry": (
        "parked entries",
        Level.PROBLEM,
        lambda home, _: Parked.objects.create(follower="charts", position=2, error="x", parked_at=NOW),
        "charts",
    ),
    "an uncertain effect": ("effects", Level.PROBLEM, effect("uncertain"), "1 uncertain"),
    "a failed effect": ("effects", Level.PROBLEM, effect("failed"), "1 failed"),
    "an open alarm": ("alarms", Level.PROBLEM, lambda home, _: alarms.sound("roof", "it leaks", now=NOW), "it leaks"),
    "no style sheet": (
        "static files",
        Level.PROBLEM,
        lambda home, _: shutil.rmtree(home / "static/screens"),
        "is missing",
    ),
    "a style sheet of another release": (
        "static files",
        Level.PROBLEM,
        lambda home, _: (home / "static/screens/screens.css").write_text(""),
        "another release",
    ),
    "no time zone data": (
        "time zone",
        Level.PROBLEM,
        lambda home, patch: patch.setattr("sunlit.config.doctor.instance.ZoneInfo", raise_unknown),
        "is unknown here",
    ),
}


def raise_unknown(name: str) -> None:
    from zoneinfo import ZoneInfoNotFoundError

    raise ZoneInfoNotFoundError(name)


# What one illness brings with it, and must be named as well.
FOLLOWS = {
    "a key that others can read": {"ledger key"},
    "a published copy that is damaged": {"ledger head"},
    "a log behind what was published": {"history"},
}


@pytest.mark.parametrize("name", ILLNESSES)
def test_it_is_found_and_named(name: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    what, level, plant, words = ILLNESSES[name]
    plant(home, monkeypatch)
    illnesses = ill()
    assert what in illnesses, illnesses
    assert illnesses[what].level is level
    assert words in illnesses[what].why
    assert illnesses[what].remedy
    assert set(illnesses) - {what} <= FOLLOWS.get(name, set())


@pytest.mark.parametrize(
    ("name", "now"),
    [
        ("clock", datetime(1970, 1, 1, 0, 5, tzinfo=UTC)),
        ("ledger clock", NOW - timedelta(hours=1)),
    ],
)
def test_a_clock_that_is_wrong_is_named(name: str, now: datetime, home: Path) -> None:
    assert ill(now)[name].level is Level.PROBLEM


def test_a_follower_that_is_slow_is_worth_knowing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sunlit.config.doctor.ledger._LAG", 1)
    for view in registry.views():
        Cursor.objects.get_or_create(follower=view.name)
    assert ill()["followers"].level is Level.NOTICE


def test_a_database_that_does_not_answer_is_named_and_nothing_else_asks_it(elsewhere: Instance) -> None:
    if elsewhere.url:
        elsewhere.url = "postgres://nobody@127.0.0.1:1/nothing"
    rows = {row["what"]: row for row in json.loads(elsewhere.sunlit("doctor", "--json", code=1))}
    assert rows["database"]["level"] == "problem"
    assert ("does not answer" if elsewhere.url else "does not exist") in rows["database"]["why"]
    assert "worker" not in rows


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/srv/home", "nfs4"), ("/srv", "ext4"), ("/srv/home two", "cifs"), ("/other", "ext4"), ("/srv/homes", "ext4")],
)
def test_the_file_system_of_a_folder_is_that_of_the_nearest_mount(path: str, kind: str, tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text("/dev/a / ext4 rw 0 0\nh:/x /srv/home nfs4 rw 0 0\n//h/y /srv/home\\040two cifs rw 0 0\n")
    assert machine.file_system_of(Path(path), mounts) == kind


def test_the_report_has_one_line_for_each_check_and_the_remedy_below() -> None:
    report = [
        Finding(Level.OK, "clock", "right"),
        Finding(Level.PROBLEM, "disk space", "full", "Make room."),
        Finding(Level.NOTICE, "limits", "low"),
    ]
    assert list(findings.told(report)) == [
        "  ok       clock       right",
        "  problem  disk space  full",
        "                       → Make room.",
        "  notice   limits      low",
        "3 checks: 1 problem, 1 notice",
    ]


def test_the_command_ends_with_1_if_there_is_a_problem(instance: Instance) -> None:
    said = instance.sunlit("doctor", code=1)
    assert "problem  plan" in said
    rows = json.loads(instance.sunlit("doctor", "--json", "--deep", code=1))
    assert {row["what"] for row in rows if row["level"] == "problem"} == {"plan", "worker"}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own check")
def test_a_damaged_database_file_is_found(instance: Instance) -> None:
    instance.python("publish(0, 3_000)")
    path = instance.home / "db.sqlite3"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(bytes(64 * 1024))
    rows = {row["what"]: row for row in json.loads(instance.sunlit("doctor", "--json", code=1))}
    assert rows["soundness"]["level"] == "problem"
    assert "sunlit restore" in rows["soundness"]["remedy"]
