"""Followers of the ledger: views, which can be rebuilt, and reactors, which act once (``effects``).

Each keeps a cursor with position and root, moved in the same transaction as what it writes.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction

from sunlit.calendars import clock
from sunlit.ledger import alarms, effects, merkle, selectors
from sunlit.ledger.effects import TRIES, Reactor
from sunlit.ledger.models import Cursor, Entry, Parked

logger = logging.getLogger(__name__)
BATCH = 200

Handle = Callable[[Sequence[Entry]], None]


class Missed(Exception):
    """Say that the cursor has moved meanwhile; what was done since is undone."""


@dataclass(frozen=True)
class View:
    """Describe a pure function of ledger and tables: ``handle`` takes entries in order, ``clear`` drops all of it.

    ``handle`` runs in the transaction that moves the cursor (at most ``batch`` entries); ``clear`` runs outside of any.
    """

    name: str
    handle: Handle
    clear: Callable[[], None]
    batch: int = BATCH


@dataclass(frozen=True)
class Followers:
    """Hold every follower of an instance."""

    views: Sequence[View] = ()
    reactors: Sequence[Reactor] = ()


def run_once(followers: Followers, *, now: datetime | None = None) -> int:
    """Let every follower take one step; return how many entries and acts were dealt with."""
    now = now or clock.now()
    done = 0
    for view in followers.views:
        done += _advance(view.name, 0, view.batch, view.handle, now)
    for reactor in followers.reactors:
        write = partial(effects.write_down, reactor, now=now)
        done += _advance(reactor.name, selectors.head().size, BATCH, write, now)
        done += effects.run(reactor, now=now)
    return done


def rebuild(view: View, *, now: datetime | None = None) -> int:
    """Drop ``view`` and compute it again from the first entry; return how many entries were replayed.

    Safe to interrupt and repeat: until it is cleared nothing else moves its cursor. Raises RuntimeError where it fails.
    """
    now = now or clock.now()
    _cursor(view.name, 0)
    Cursor.objects.filter(pk=view.name).update(rebuilding=True)
    view.clear()
    Parked.objects.filter(follower=view.name).delete()
    Cursor.objects.filter(pk=view.name).update(
        position=0, root=merkle.EMPTY_ROOT, rebuilding=False, tries=0, retry_at=None
    )
    alarms.clear(_history_alarm(view.name), now=now)
    size = selectors.head().size
    while (cursor := _cursor(view.name, 0)).position < size:
        if cursor.tries:
            raise RuntimeError(f"{view.name} fails on entry {cursor.position}; the worker will try it again")
        _advance(view.name, 0, view.batch, view.handle, now)
    return size


def _cursor(name: str, start: int) -> Cursor:
    """Return the cursor of a follower; a new one stands at ``start``."""
    cursor = Cursor.objects.filter(pk=name).first()
    if cursor is None:
        Cursor.objects.bulk_create(
            [Cursor(follower=name, position=start, root=selectors.root_at(start))], ignore_conflicts=True
        )
        cursor = Cursor.objects.get(pk=name)
    return cursor


def _advance(name: str, start: int, batch: int, handle: Handle, now: datetime) -> int:
    cursor = _cursor(name, start)
    if cursor.rebuilding or (cursor.retry_at and cursor.retry_at > now):
        return 0
    if cursor.position == selectors.head().size or _warned(cursor, now):
        return 0
    # After a failure the cursor stands before the entry that failed: try that one alone.
    width = 1 if cursor.tries else batch
    entries = list(Entry.objects.filter(position__gte=cursor.position).order_by("position")[:width])
    try:
        return _take(cursor, entries, handle)
    except Missed:
        return 0
    except Exception:
        if len(entries) > 1:
            return _one_by_one(cursor, entries, handle, now)
        logger.exception("%s failed on entry %s", name, cursor.position)
        return _stumble(cursor, now)


def _one_by_one(cursor: Cursor, entries: Iterable[Entry], handle: Handle, now: datetime) -> int:
    """Take the entries of a failed batch singly, up to the one that fails."""
    done = 0
    for entry in entries:
        try:
            done += _take(cursor, [entry], handle)
        except Missed:
            return done
        except Exception:
            logger.exception("%s failed on entry %s", cursor.follower, entry.position)
            return done + _stumble(cursor, now)
    return done


def _take(cursor: Cursor, entries: Sequence[Entry], handle: Handle) -> int:
    """Move the cursor over ``entries`` and handle them, both or neither."""
    if not entries:
        return 0
    position = entries[-1].position + 1
    with transaction.atomic():
        _move(cursor, position)
        handle(entries)
    cursor.position, cursor.tries = position, 0
    return len(entries)


def _move(cursor: Cursor, position: int) -> None:
    own = Cursor.objects.filter(pk=cursor.pk, position=cursor.position, rebuilding=False)
    if own.update(position=position, root=selectors.root_at(position), tries=0, retry_at=None) != 1:
        raise Missed


def _stumble(cursor: Cursor, now: datetime) -> int:
    """Wait longer after each failure; after the fifth, park the entry with an alarm and go on."""
    tries = cursor.tries + 1
    own = Cursor.objects.filter(pk=cursor.pk, position=cursor.position)
    if tries < TRIES:
        own.update(tries=tries, retry_at=now + effects.backoff(tries))
        return 0
    sentence = f"could not take entry {cursor.position} in {TRIES} tries and has left it behind; see the log"
    with transaction.atomic():
        _move(cursor, cursor.position + 1)
        Parked.objects.get_or_create(
            follower=cursor.pk, position=cursor.position, defaults={"error": sentence, "parked_at": now}
        )
        alarms.sound(f"follower {cursor.pk} parked {cursor.position}", sentence, now=now)
    return 1


def in_our_history(cursor: Cursor) -> bool:
    """Tell whether what the follower has seen is what the log holds."""
    return cursor.position <= selectors.head().size and selectors.root_at(cursor.position) == bytes(cursor.root)


def _warned(cursor: Cursor, now: datetime) -> bool:
    """Sound an alarm, and tell so, where the follower has seen another history."""
    if in_our_history(cursor):
        return False
    sentence = (
        f"has followed {cursor.position} entries that are not those of this log; "
        f"a view is put right by `sunlit rebuild {cursor.pk}`, a reactor by a person"
    )
    alarms.sound(_history_alarm(cursor.pk), sentence, now=now)
    return True


def _history_alarm(name: str) -> str:
    return f"follower {name} history"
