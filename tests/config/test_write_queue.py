"""Writers on SQLite stand in one fair queue; readers never do."""

import fcntl
import multiprocessing
import os
import signal
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connections, transaction
from django.db.utils import ConnectionHandler

pytestmark = pytest.mark.skipif("aux" not in settings.DATABASES, reason="PostgreSQL queues its own writers")


@pytest.fixture
def handler(tmp_path, django_db_blocker):
    """A database file of its own, reached as Django reaches the real one."""
    config = {**settings.DATABASES["aux"], "NAME": str(tmp_path / "queue.sqlite3")}
    with django_db_blocker.unblock():
        handler = ConnectionHandler({"default": config})
        with handler["default"].cursor() as cursor:
            cursor.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT)")
        yield handler
        handler.close_all()


@pytest.fixture
def connection(handler, monkeypatch):
    """The connection under test, also to be found by transaction.atomic()."""
    monkeypatch.setattr(connections._connections, "queue", handler["default"], raising=False)
    handler["default"].alias = "queue"
    return handler["default"]


def someone_else_could_write(connection) -> bool:
    """Try the lock as another process would."""
    with Path(f"{connection.settings_dict['NAME']}.write-lock").open("w") as other:
        try:
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def write(connection, body="x"):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO note (body) VALUES (%s)", [body])


def count(connection) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM note")
        return cursor.fetchone()[0]


def test_a_transaction_holds_the_lock_until_it_commits(connection):
    with transaction.atomic(using="queue"):
        write(connection)
        assert not someone_else_could_write(connection)
    assert someone_else_could_write(connection)


def test_a_failed_transaction_gives_the_lock_back(connection):
    with pytest.raises(DatabaseError), transaction.atomic(using="queue"), connection.cursor() as cursor:
        cursor.execute("INSERT INTO nowhere VALUES (1)")
    assert someone_else_could_write(connection)


def test_a_nested_block_does_not_give_the_lock_away(connection):
    with transaction.atomic(using="queue"):
        with transaction.atomic(using="queue"):
            write(connection)
        assert not someone_else_could_write(connection)


def test_a_lone_write_leaves_no_lock_behind(connection):
    write(connection)
    assert someone_else_could_write(connection)


def test_reading_takes_no_lock(connection):
    with Path(f"{connection.settings_dict['NAME']}.write-lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert count(connection) == 0


def test_closing_a_connection_in_a_transaction_lets_the_next_writer_in(connection):
    atomic = transaction.atomic(using="queue")
    atomic.__enter__()
    write(connection)
    connection.connection.close()
    connection.in_atomic_block = False
    connection.close()
    assert someone_else_could_write(connection)


def _hold_for_ever(name, ready):
    with Path(f"{name}.write-lock").open("w") as mine:
        fcntl.flock(mine, fcntl.LOCK_EX)
        ready.set()
        signal.pause()


def test_a_killed_writer_blocks_nobody(connection):
    context = multiprocessing.get_context("fork")
    ready = context.Event()
    writer = context.Process(target=_hold_for_ever, args=(connection.settings_dict["NAME"], ready))
    writer.start()
    assert ready.wait(10)
    os.kill(writer.pid, signal.SIGKILL)
    writer.join(10)
    write(connection)
    assert count(connection) == 1
