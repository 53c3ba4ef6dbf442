"""A witness that is killed again and again while two histories press on it signs one of them only."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ledger.witnessing import VKEY, History, press_while_killed, running

pytestmark = pytest.mark.soak


@pytest.mark.parametrize("turn", range(5))
def test_it_signs_one_history_only(tmp_path: Path, turn: int) -> None:
    histories = (History(f"one {turn}", 3, 3_000), History(f"other {turn}", 3, 3_000))
    with running(tmp_path / "paper", VKEY) as paper:
        signed = press_while_killed(paper, histories, kills=20)
    assert min(map(len, signed)) == 0, "it has cosigned both histories"
    assert max(map(len, signed)) > 5
