"""The copier carries every act from the database to the board, whatever else is going on."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from sunlit.calendars import clock
from sunlit.ledger import actions, commitments, keys, pagetags, sequencer
from sunlit.ledger.models import Cursor, Pending
from sunlit.pagecache import copier as copiers
from sunlit.pagecache.board import Board
from sunlit.pagecache.copier import Copier, CopierThread
from sunlit.pagecache.tags import ANY, LEDGER, reached, slot
from sunlit.units.actors import system

pytestmark = [pytest.mark.django_db(transaction=True, databases="__all__"), pytest.mark.both_databases]
PROMPT = 1.0


def act(subject: str = "record:1", event: str = "record.published", batch: int = 0, **more: Any) -> None:
    tags = more.pop("tags", (subject, "kind:policy", "unit:000100020003"))
    commitment = commitments.commit(commitments.new_salt(), {"subject": subject})
    day = clock.today()
    with transaction.atomic():
        actions.append(
            event, subject=subject, actor=system(), commitment=commitment, day=day, ref=subject, batch=batch, tags=tags
        )


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return Board(tmp_path / "cache" / "board")


@pytest.fixture
def copier(board: Board) -> Copier:
    keys.ensure()
    made = Copier(board)
    made.start()
    return made


Noted = Callable[..., bool]


@pytest.fixture
def noted(board: Board, copier: Copier) -> Noted:
    """Tell whether the copier's next look notes a change of a tag."""

    def look(tag: str) -> bool:
        before = board.count
        copier.carry()
        return not board.stands(before, (slot(tag),))

    return look


def test_an_act_is_noted_as_soon_as_it_is_committed(noted: Noted) -> None:
    act()
    assert noted("record:1")


def test_an_act_is_noted_for_its_kind(noted: Noted) -> None:
    act()
    assert noted("kind:policy")


def test_an_act_is_noted_for_every_unit_above(noted: Noted) -> None:
    act()
    assert noted("unit:0001")


def test_an_act_is_noted_for_what_shows_anything(noted: Noted) -> None:
    act()
    assert noted(ANY)


def test_an_act_is_not_noted_for_another_record(noted: Noted) -> None:
    act()
    assert not noted("record:2")


def test_what_was_noted_once_is_not_noted_at_the_next_look(noted: Noted) -> None:
    act()
    noted("record:1")
    assert not noted("record:1")


def test_an_act_is_noted_again_when_it_has_its_place_in_the_log(noted: Noted) -> None:
    act()
    noted("record:1")
    sequencer.sequence(now=clock.now())
    assert noted("record:1")


def test_an_act_is_noted_again_when_a_view_has_followed(noted: Noted) -> None:
    act()
    sequencer.sequence(now=clock.now())
    noted("record:1")
    Cursor.objects.create(follower="counts", position=1)
    assert noted("record:1")


def test_a_view_that_is_rebuilt_makes_every_page_anew(noted: Noted) -> None:
    Cursor.objects.create(follower="counts", rebuilding=True)
    assert noted("record:77")


def test_a_step_that_nobody_sees_makes_nothing_anew(noted: Noted) -> None:
    act(tags=())
    assert not noted(ANY)


def test_an_import_in_the_making_makes_nothing_anew(noted: Noted) -> None:
    act(batch=7)
    assert not noted(ANY)


def test_an_import_that_is_released_makes_every_page_anew(noted: Noted) -> None:
    act(subject="batch:7", event="batch.released", tags=("kind:policy",))
    assert noted("record:77")


def test_a_touch_is_noted(noted: Noted) -> None:
    pagetags.touch(["kind:air"], now=clock.now())
    assert noted("kind:air")


def test_a_new_checkpoint_is_noted(noted: Noted) -> None:
    act()
    sequencer.sequence(now=clock.now())
    noted(ANY)
    sequencer.sign_checkpoint(now=clock.now())
    assert noted(LEDGER)


def test_a_backlog_that_is_too_long_to_be_read_makes_every_page_anew(
    noted: Noted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copiers, "MOST", 5)
    for number in range(7):
        act(f"record:{number}")
    assert noted("record:77")


def test_a_copier_that_starts_trusts_no_older_page(board: Board) -> None:
    before = board.count
    Copier(board).start()
    assert not board.stands(before, ())


@given(st.lists(st.integers(1, 9999), min_size=1, max_size=8))
def test_a_unit_reaches_all_units_above_it_and_no_other(steps: list[int]) -> None:
    path = "".join(f"{step:04}" for step in steps)
    above = {f"unit:{path[:length]}" for length in range(4, len(path) + 1, 4)}
    assert reached([f"unit:{path}"]) == above | {ANY}


@pytest.fixture
def running(tmp_path: Path) -> Iterator[CopierThread]:
    thread = CopierThread(tmp_path)
    thread.start()
    yield thread
    thread.stop()


def soon(told: Callable[[], bool]) -> bool:
    end = time.monotonic() + PROMPT * 3
    while time.monotonic() < end:
        if told():
            return True
        time.sleep(0.01)
    return False


def test_the_thread_notes_an_act_of_another_connection_within_a_tenth_of_a_second(
    running: CopierThread, board: Board
) -> None:
    assert soon(lambda: not board.is_late())
    count = board.count
    act()
    begun = time.monotonic()
    assert soon(lambda: not board.stands(count, (slot("record:1"),)))
    assert time.monotonic() - begun < PROMPT


def test_a_copier_that_is_stopped_says_so_at_once(running: CopierThread, board: Board) -> None:
    assert soon(lambda: not board.is_late())
    running.stop()
    assert board.is_late()


def test_a_database_that_is_away_for_a_moment_is_read_anew(running: CopierThread, board: Board) -> None:
    assert soon(lambda: not board.is_late())
    table = connection.ops.quote_name(Pending._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO elsewhere")
    try:
        time.sleep(0.3)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE elsewhere RENAME TO {table}")
    count = board.count
    assert soon(lambda: board.count > count)


def test_a_copier_dies_with_its_process_and_the_next_one_takes_over(tmp_path: Path, board: Board) -> None:
    (tmp_path / "cache").mkdir(exist_ok=True)
    child = os.fork()
    if child == 0:
        descriptor = os.open(tmp_path / "cache" / "copier.lock", os.O_RDWR | os.O_CREAT, 0o600)
        os._exit(0 if copiers._locked(descriptor) and not time.sleep(0.5) else 1)
    thread = CopierThread(tmp_path)
    thread.start()
    try:
        assert soon(lambda: not board.is_late())
    finally:
        thread.stop()
        os.waitpid(child, 0)
