"""Building indexes beside those that are served: with progress, going on where it was interrupted, then one swap.

What is published meanwhile is not lost: a build notes the ledger's position before it reads the first row, and whoever
follows the ledger goes on from there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path

from sunlit.ledger import selectors as ledger
from sunlit.ledger.locks import held
from sunlit.plan import selectors as plans
from sunlit.search import backends, gathering, registering, shelving
from sunlit.search.documents import SHELVES, Document, fields_of
from sunlit.search.lexicon import Lexicon
from sunlit.search.requests import Engine, SearchBackend
from sunlit.search.shelving import State

CHUNK = 500
COMMIT = 20_000

Say = Callable[[str, int], object]
Writers = dict[str, SearchBackend]


class AlreadyBuilding(RuntimeError):
    """Say that another process builds indexes."""


def build(say: Say = lambda name, done: None, *, pause: float = 0.0) -> Path:
    """Build all indexes anew, or go on with a build that was interrupted, and serve them; return their folder.

    ``say`` hears of every few hundred documents; ``pause`` leaves the machine to others for a share of the time.
    Raises AlreadyBuilding, NoPlan, EngineUnavailable.
    """
    try:
        with held(shelving.home() / "build.lock", wait=False):
            return _build(backends.engine(), say, pause)
    except BlockingIOError as error:
        raise AlreadyBuilding("another process is building the indexes of search; wait for it") from error


def _build(engine: Engine, say: Say, pause: float) -> Path:
    plan = plans.current()
    lexicon = gathering.lexicon_of(plan)
    version = shelving.version_of(engine, lexicon)
    folder = shelving.unfinished(version)
    if folder is None:
        folder = shelving.home() / f"{version}-{time.time_ns() // 1_000_000:x}"
        folder.mkdir(parents=True)
        head = ledger.head()
        shelving.write(folder, State(head.size, bytes(head.root).hex(), plan.hash, version))
    shelving.keep_lexicon(folder, lexicon)
    state = shelving.read(folder)
    assert state is not None  # noqa: S101 - just written, or found by being read
    with writers(engine, folder) as shelves:
        state = _fill(folder, shelves, lexicon, state, say, pause)
    shelving.write(folder, replace(state, complete=True))
    shelving.swap(folder, engine)
    return folder


@contextmanager
def writers(engine: Engine, folder: Path) -> Iterator[Writers]:
    """Hold every index of a folder open for writing."""
    shelves: Writers = {}
    try:
        for shelf in SHELVES:
            shelves[shelf] = engine.writer(folder, shelf)
        yield shelves
    finally:
        for index in shelves.values():
            index.close()


def _fill(folder: Path, shelves: Writers, lexicon: Lexicon, state: State, say: Say, pause: float) -> State:
    since = 0
    for one in sorted(registering.types(), key=lambda each: each.code):
        if one.code < state.sort:
            continue
        documents = one.all(state.last if one.code == state.sort else 0)
        while chunk := list(islice(documents, CHUNK)):
            begun = time.monotonic()
            put(shelves, chunk, lexicon)
            state = replace(state, sort=one.code, last=chunk[-1].id, done=state.done + len(chunk))
            since += len(chunk)
            if since >= COMMIT:
                _commit(shelves)
                shelving.write(folder, state)
                since = 0
            say(one.name, state.done)
            time.sleep(pause * (time.monotonic() - begun))
    _commit(shelves)
    return state


def put(shelves: Writers, documents: list[Document], lexicon: Lexicon) -> None:
    """Put documents into the indexes of their audiences."""
    for shelf in SHELVES:
        if mine := [fields_of(one, lexicon.words) for one in documents if one.audience == shelf]:
            shelves[shelf].upsert(mine)


def _commit(shelves: Writers) -> None:
    for index in shelves.values():
        index.commit()
