"""A log of its own for every test: key and published copy lie in a temporary home."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Clerk:
    unit: str = "510903-agri"
    role: str = "approver"
    opaque: str = "7d1f8c1c0e2b4b7ea1b4f3a4c9d25e60"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    """Give the test a home with a fresh key."""
    settings.HOME = tmp_path
    settings.LEDGER_ORIGIN = "sunlit.example/ledger"
    from sunlit.ledger import keys

    keys.ensure()
    return tmp_path


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def clerk() -> Clerk:
    return Clerk()


@pytest.fixture
def act() -> Callable[..., None]:
    """Write down acts: ``act(3)`` three of them, ``act(1, private=True)`` one that is not public."""
    from sunlit.ledger import actions

    state = {"next": 0}

    def write(count: int = 1, **other: Any) -> None:
        rows = []
        for _ in range(count):
            number = state["next"]
            state["next"] += 1
            known: dict[str, Any] = {
                "subject": f"record:{number}",
                "ref": f"113300001/2026-{number:05d}#1",
                "actor": Clerk(),
                "commitment": number.to_bytes(32, "big"),
                "day": date(2026, 3, 2),
            }
            rows.append(actions.prepare("record.published", **{**known, **other}))
        for start in range(0, count, 500):
            actions.append_many(rows[start : start + 500])

    return write


@pytest.fixture
def log(act: Callable[..., None]) -> Callable[..., None]:
    """Write down acts, sequence them and sign the log."""
    from sunlit.ledger import journal, sequencer

    def grow(count: int, **other: Any) -> None:
        act(count, **other)
        sequencer.sequence(count, now=NOW)
        for _ in range(0, count + 1, journal.TURN):
            sequencer.sign_checkpoint(now=NOW)

    return grow
