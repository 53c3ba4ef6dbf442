"""The worker: one process that sequences, signs, feeds followers and keeps time.

It looks for pending entries every 100 ms, which costs one look-up in an index and needs no way of being woken.
"""

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, connections

from sunlit.calendars import clock
from sunlit.ledger import alarms, effects, followers, guard, keys, selectors, sequencer, silence
from sunlit.ledger.locks import held
from sunlit.ledger.models import Heartbeat

logger = logging.getLogger(__name__)
POLL_SECONDS = 0.1
BEAT = timedelta(seconds=5)
CHECKPOINT = timedelta(seconds=10)
FOLLOW = timedelta(seconds=1)
BUNDLE = 5_000  # entries sequenced before anything else gets a turn
ADVISORY_LOCK = 0x53554E4C  # "SUNL": the same on every host that shares a PostgreSQL server
REFUSED = "ledger refuses to sign"


class AnotherWorker(RuntimeError):
    """Say that a worker of this instance is already running."""


class More:
    """What a tick returns that has not come to its end: it gets its next turn at once, after everybody else's."""


MORE = More()


@dataclass(frozen=True)
class Tick:
    """Describe something done every so often, such as publishing what is due; it must be short and safe to repeat.

    One that returns ``MORE`` is run again in the next turn, which follows without a pause.
    """

    name: str
    every: timedelta
    run: Callable[[datetime], object]


@dataclass
class _Clockwork:
    """Remember when each thing was last done."""

    last: dict[str, datetime] = field(default_factory=dict)

    def due(self, name: str, every: timedelta, now: datetime) -> bool:
        """Tell whether ``name`` is due, and if so count it as done now."""
        before = self.last.get(name)
        if before is not None and before <= now < before + every:
            return False
        self.last[name] = now
        return True


def run(
    all_followers: followers.Followers,
    *,
    ticks: Sequence[Tick] = (),
    stop: threading.Event | None = None,
    turned: Callable[[], object] = lambda: None,
) -> None:
    """Work until ``stop`` is set or the process is told to end; finish the step at hand first.

    ``turned`` is called with every turn of the loop, for whoever watches that it does turn.
    Raises AnotherWorker where one is at work already, KeyRefused where the log has no usable key.
    """
    stop = stop or _stop_on_signal()
    with alone():
        keys.signer()
        effects.settle(all_followers.reactors, now=clock.now())
        clockwork = _Clockwork()
        while not stop.is_set():
            turned()
            try:
                busy = work(all_followers, ticks, clockwork, clock.now())
            except (OperationalError, InterfaceError):
                logger.exception("the database does not answer; trying again in a second")
                connections.close_all()
                stop.wait(1)
                _lock_server()
                continue
            if not busy:
                stop.wait(POLL_SECONDS)


def work(all_followers: followers.Followers, ticks: Sequence[Tick], clockwork: _Clockwork, now: datetime) -> bool:
    """Take one turn of everything that is due; tell whether there is more to do at once."""
    if clockwork.due("heartbeat", BEAT, now):
        about = f"{socket.gethostname()} {os.getpid()}"
        Heartbeat.objects.update_or_create(name=selectors.WORKER, defaults={"beat_at": now, "about": about})
        silence.over(now)
    moved = _spine(clockwork, now)
    followed = 0
    if moved or clockwork.due("followers", FOLLOW, now):
        followed = followers.run_once(all_followers, now=now)
        if followed:
            clockwork.last.pop("followers", None)
    unfinished = False
    for tick in ticks:
        if clockwork.due(f"tick {tick.name}", tick.every, now):
            unfinished |= _again(tick, clockwork, now)
    return bool(moved or followed or unfinished)


def _again(tick: Tick, clockwork: _Clockwork, now: datetime) -> bool:
    """Run a tick; tell whether it wants its next turn at once."""
    if _tick(tick, now) is not MORE:
        return False
    clockwork.last.pop(f"tick {tick.name}", None)
    return True


def _spine(clockwork: _Clockwork, now: datetime) -> int:
    """Sequence what is pending and sign at most every ten seconds; sound an alarm instead where the guard says no."""
    try:
        moved = sequencer.sequence(BUNDLE, now=now) if not _held(clockwork, now) else 0
        look = moved or clockwork.due("look at the head", FOLLOW, now)
        if look and clockwork.due("checkpoint", CHECKPOINT, now):
            if sequencer.sign_checkpoint(now=now) is None:
                clockwork.last.pop("checkpoint")  # nothing new: the next entry need not wait
            clockwork.last.pop("held", None)
            alarms.clear(REFUSED, now=now)
    except (guard.SigningRefused, keys.KeyRefused) as error:
        alarms.sound(REFUSED, str(error), now=now)
        clockwork.last["held"] = now
        return 0
    return moved


def _held(clockwork: _Clockwork, now: datetime) -> bool:
    """Tell whether the guard has lately said no, so that it is asked again only now and then."""
    held = clockwork.last.get("held")
    return held is not None and held <= now < held + CHECKPOINT


def _tick(tick: Tick, now: datetime) -> object:
    try:
        answer = tick.run(now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        # One tick that fails must not keep the others, or the ledger, from their work.
        logger.exception("tick %s failed", tick.name)
        alarms.sound(f"tick {tick.name}", f"failed: {error!r}", now=now)
        return None
    alarms.clear(f"tick {tick.name}", now=now)
    return answer


def _stop_on_signal() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


@contextmanager
def alone() -> Iterator[None]:
    """Hold the instance's worker lock; raise AnotherWorker where someone else does."""
    path = Path(settings.HOME) / "worker.lock"
    with ExitStack() as stack:
        try:
            stack.enter_context(held(path, wait=False))
        except BlockingIOError as error:
            raise AnotherWorker(f"another worker holds {path}; an instance has one") from error
        _lock_server()
        yield


def _lock_server() -> None:
    """Hold the same lock on a PostgreSQL server, for hosts that share it; it lasts as long as the connection."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY_LOCK])
        if not cursor.fetchone()[0]:
            raise AnotherWorker("another worker holds the lock on the database server; an instance has one")
