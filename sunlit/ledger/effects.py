"""Reactors: acts upon entries, each written down before it is done, so that none is done twice.

due → sending → sent | failed | uncertain. A process that dies while sending leaves ``sending`` behind; what happens
then depends on the reactor's promise.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from django.db import transaction

from sunlit.ledger import alarms
from sunlit.ledger.models import Effect, Entry

logger = logging.getLogger(__name__)
TRIES = 5
AT_ONCE = 50


class NotSent(Exception):
    """Raised by ``act``: surely nothing has happened; worth another try."""


class Refused(Exception):
    """Raised by ``act``: the receiver has said no, and will say so again."""


class Promise(Enum):
    """What may be done about an act whose outcome is unknown."""

    ONCE = "once"  # never again: a person decides
    REPEATABLE = "repeatable"  # the receiver knows ``Effect.key`` and takes no notice of a repetition
    LOCAL = "local"  # only our own tables: act and state are one transaction


@dataclass(frozen=True)
class Act:
    """Name one effect of an entry; ``name`` is unique for the entry, ``payload`` is JSON."""

    name: str
    payload: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Reactor:
    """Describe a reactor: which effects an entry has, and how one is done.

    A new reactor starts at today's end of the log; it is never rebuilt.
    """

    name: str
    effects: Callable[[Entry], Iterable[Act]]
    act: Callable[[Effect], None]
    promise: Promise = Promise.ONCE


def backoff(tries: int) -> timedelta:
    """Return how long to wait after the given number of failures: 1 s, 2 s, 4 s, 8 s …"""
    return timedelta(seconds=2 ** (tries - 1))


def write_down(reactor: Reactor, entries: Sequence[Entry], *, now: datetime) -> None:
    """Write the effects of ``entries``, all due, in the transaction that moves the reactor's cursor."""
    rows = [
        Effect(reactor=reactor.name, position=entry.position, effect=act.name, payload=act.payload, due_at=now)
        for entry in entries
        for act in reactor.effects(entry)
    ]
    Effect.objects.bulk_create(rows, batch_size=500)


def settle(reactors: Iterable[Reactor], *, now: datetime) -> None:
    """Decide on what a process that died has left in ``sending``; called once, before any act."""
    for reactor in reactors:
        left = Effect.objects.filter(reactor=reactor.name, state=Effect.State.SENDING)
        for effect in left:
            _unknown(reactor, effect, "the process ended while sending", now)


def run(reactor: Reactor, *, now: datetime) -> int:
    """Do what is due, at most 50 acts; return how many were tried."""
    due = Effect.objects.filter(reactor=reactor.name, state=Effect.State.DUE, due_at__lte=now).order_by("due_at", "pk")
    tried = 0
    for effect in due[:AT_ONCE]:
        claimed = Effect.objects.filter(pk=effect.pk, state=Effect.State.DUE, tries=effect.tries)
        if claimed.update(state=Effect.State.SENDING, tries=effect.tries + 1) == 1:
            effect.tries += 1
            _do(reactor, effect, now)
            tried += 1
    return tried


def _do(reactor: Reactor, effect: Effect, now: datetime) -> None:
    local = reactor.promise is Promise.LOCAL
    frame: AbstractContextManager[object] = transaction.atomic() if local else nullcontext()
    try:
        with frame:
            reactor.act(effect)
            if local:
                _finish(effect, Effect.State.SENT)
    except NotSent as error:
        _again(effect, str(error), now)
    except Refused as error:
        _fail(effect, str(error), now)
    except Exception as error:
        # Whatever the act raised must not stop the others; only for LOCAL do we know that nothing remains of it.
        logger.exception("%s failed", effect)
        _unknown(reactor, effect, repr(error), now)
    else:
        if not local:
            _finish(effect, Effect.State.SENT)


def _finish(effect: Effect, state: Effect.State, error: str = "") -> None:
    Effect.objects.filter(pk=effect.pk).update(state=state, error=error[:2000])


def _again(effect: Effect, error: str, now: datetime) -> None:
    if effect.tries >= TRIES:
        _fail(effect, error, now)
        return
    later = now + backoff(max(effect.tries, 1))
    Effect.objects.filter(pk=effect.pk).update(state=Effect.State.DUE, due_at=later, error=error[:2000])


def _fail(effect: Effect, error: str, now: datetime) -> None:
    _finish(effect, Effect.State.FAILED, error)
    alarms.sound(f"effect {effect.key}", f"was not carried out: {error[:500]}", now=now)


def _unknown(reactor: Reactor, effect: Effect, error: str, now: datetime) -> None:
    if reactor.promise is not Promise.ONCE:
        _again(effect, error, now)
        return
    _finish(effect, Effect.State.UNCERTAIN, error)
    sentence = f"may or may not have been carried out ({error[:500]}); find out, then mark it sent or due"
    alarms.sound(f"effect {effect.key}", sentence, now=now)
