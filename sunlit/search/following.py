"""Search follows the ledger: whatever an entry concerns is read as it is now and put into the indexes.

It keeps its own place beside the indexes, written after them: what was done when the process died is done again, and
doing it twice changes nothing. So it holds no transaction of the database, and an index that is gone, foreign or old is
simply built anew while the one at hand is served.
"""

from __future__ import annotations

import contextlib
import logging
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sunlit.calendars import clock
from sunlit.ledger import alarms
from sunlit.ledger import selectors as ledger
from sunlit.ledger.models import Entry
from sunlit.ledger.worker import MORE
from sunlit.plan import selectors as plans
from sunlit.records.models import Record
from sunlit.search import backends, building, gathering, registering, shelving
from sunlit.search.building import Writers
from sunlit.search.documents import key_of
from sunlit.search.lexicon import Lexicon
from sunlit.search.requests import All, Engine, EngineUnavailable, SearchRequest
from sunlit.search.shelving import State

logger = logging.getLogger(__name__)
BATCH = 200
"""Entries of one turn: others wait for no more than a fifth of a second."""

AT_ONCE = 2_000
"""So many records are indexed in a turn of the worker where there is no index yet; more by a process of their own."""

_AGAIN = timedelta(seconds=30)
_MOST_PLANNED = 20_000
ALARM = "search"


class Follower:
    """Holds the indexes of one folder open for writing, and brings them up to the ledger."""

    def __init__(self, engine: Engine, folder: Path, state: State) -> None:
        self.engine, self.folder, self.state = engine, folder, state
        self.lexicon: Lexicon = shelving.lexicon_in(folder)
        self._context = contextlib.ExitStack()
        self._shelves: Writers = self._context.enter_context(building.writers(engine, folder))

    def close(self) -> None:
        """Let go of the indexes."""
        self._context.close()

    @property
    def is_of_this_log(self) -> bool:
        """Tell whether what the indexes have followed is what the log holds."""
        position = self.state.position
        return position <= ledger.head().size and ledger.root_at(position).hex() == self.state.root

    def step(self, batch: int = BATCH) -> int:
        """Take the next entries; return how many there were."""
        start = self.state.position
        entries = list(Entry.objects.filter(position__gte=start).order_by("position")[:batch])
        if not entries:
            return 0
        for one in registering.types():
            self._bring(one, one.touched(entries))
        for index in self._shelves.values():
            index.commit()
        position = entries[-1].position + 1
        self.state = shelving.moved(self.folder, self.state, position, ledger.root_at(position))
        return len(entries)

    def _bring(self, one: registering.SearchType, ids: object) -> None:
        if ids is None:
            found = {document.id: document for document in one.all(0)}
            gone = self._keys(one.code) - {document.key for document in found.values()}
        else:
            wanted: Sequence[int] = sorted(ids)  # type: ignore[call-overload]
            if not wanted:
                return
            found = dict(one.some(wanted))
            gone = {key_of(one.code, number) for number in wanted if number not in found}
        for index in self._shelves.values():
            index.delete(sorted(gone))
        building.put(self._shelves, list(found.values()), self.lexicon)

    def _keys(self, code: int) -> set[int]:
        """Return the keys of a type that is small enough to be brought in line as a whole."""
        request = SearchRequest(All(()), sorts=(code,), limit=_MOST_PLANNED)
        return {hit.key for index in self._shelves.values() for hit in index.search(request).hits}

    def adopt(self, plan: str) -> bool:
        """Take over the words of a new plan; False where they cut texts differently, so that all must be built anew."""
        lexicon = gathering.lexicon_of(plans.by_hash(plan))
        if shelving.version_of(self.engine, lexicon) != self.state.version:
            return False
        shelving.keep_lexicon(self.folder, lexicon)
        self.lexicon, self.state = lexicon, replace(self.state, plan=plan)
        shelving.write(self.folder, self.state)
        return True


class Librarian:
    """Keeps search in order, turn by turn: follows the ledger, and has indexes built where they are needed."""

    def __init__(self, *, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._follower: Follower | None = None
        self._builder: subprocess.Popen[bytes] | None = None
        self._not_before: datetime | None = None
        self._refused = ""

    def turn(self, now: datetime) -> object:
        """Do the next thing that is to be done; ``MORE`` where it is not the last. Trouble is an alarm, never worse."""
        if self._not_before is not None and now < self._not_before:
            return None
        try:
            answer = self._turn()
        except (EngineUnavailable, ValueError) as error:
            logger.warning("search: %s", error)
            alarms.sound(ALARM, str(error), now=now)
            self.close()
            self._not_before = now + _AGAIN
            return None
        if self._not_before is not None:
            self._not_before = None
            alarms.clear(ALARM, now=now)
        return answer

    def close(self) -> None:
        """Let go of the indexes."""
        follower, self._follower = self._follower, None
        if follower is not None:
            follower.close()

    def _turn(self) -> object:
        plan = plans.hash_in_force()
        if plan is None:
            return None
        follower = self._open()
        if follower is None or not follower.is_of_this_log:
            return self._build()
        if follower.state.plan != plan and self._refused != plan and not follower.adopt(plan):
            self._refused = plan
            self._build()
        return MORE if follower.step() == BATCH else None

    def _open(self) -> Follower | None:
        """Return the follower of the folder that is served now."""
        folder = shelving.current()
        if self._follower is not None and self._follower.folder != folder:
            self.close()
            self._refused = ""
        if self._follower is None and folder is not None:
            state = shelving.read(folder)
            engine = backends.engine()
            own = folder.name.startswith(f"{engine.name}-")
            self._follower = Follower(engine, folder, state) if state and state.complete and own else None
        return self._follower

    def _build(self) -> object:
        """Build what is small at once, and leave what is large to a process of its own."""
        if self._builder is not None and self._builder.poll() is None:
            return None
        if Record.objects.count() > self._at_once:
            # This very interpreter and our own command: nothing in it comes from outside.
            self._builder = subprocess.Popen([sys.executable, "-m", "sunlit.cli", "rebuild", "search", "--quiet"])
            return None
        self.close()
        building.build()
        return MORE


def catch_up() -> None:
    """Bring search up to the end of the ledger now, whatever it takes; for commands and tests."""
    librarian = Librarian(at_once=sys.maxsize)
    try:
        while librarian.turn(clock.now()) is MORE:
            pass
    finally:
        librarian.close()
