"""May a person do something to what a unit publishes? The single place that answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

from django.contrib.auth.models import AnonymousUser

from sunlit.calendars import today as present_day
from sunlit.units import delegations, selectors
from sunlit.units.delegations import Stand
from sunlit.units.models import Member, Unit, User
from sunlit.units.roles import ALLOWED, FOUR_EYES, Verb

__all__ = ["Verb", "acting_for", "may", "person", "reach", "remembering", "roles_of", "stands_of"]


class _Memory:
    """What was read of people and their roles, each person once."""

    def __init__(self) -> None:
        self.people: dict[int, User | None] = {}
        self.roles: dict[int, list[Member]] = {}
        self.stands: dict[tuple[int, date], list[Stand]] = {}


_memory: ContextVar[_Memory | None] = ContextVar("permissions", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Ask the database once for each person while one job does many acts: an import, or the loading of a demo city.

    A role that is taken away meanwhile counts until the block ends, so that must be soon, or the people the job's own.
    A block within a block remembers what the outer one does.
    """
    if _memory.get() is not None:
        yield
        return
    token = _memory.set(_Memory())
    try:
        yield
    finally:
        _memory.reset(token)


def person(pk: int) -> User | None:
    """Return the person with an id, or None if there is no such person."""
    memory = _memory.get()
    if memory is None:
        return User.objects.filter(pk=pk).first()
    if pk not in memory.people:
        memory.people[pk] = User.objects.filter(pk=pk).first()
    return memory.people[pk]


def may(
    user: User | AnonymousUser, verb: Verb, unit: Unit, *, author_id: int | None = None, today: date | None = None
) -> bool:
    """Tell whether a person may do something within a unit today.

    A role holds for its unit and all below it, within its dates. ``author_id`` is who wrote the text (or did the act)
    in question: nobody reviews, approves or publishes their own.
    """
    if verb in FOUR_EYES and author_id is not None and author_id == user.pk:
        return False
    if not isinstance(user, User) or not user.is_active:
        return False
    day = today or present_day()
    if any(unit.is_within(path) for path in _own(user, verb, day)):
        return True
    return any(unit.is_within(path) for path in _lent(user, verb, day))


def reach(user: User | AnonymousUser, verb: Verb, *, today: date | None = None) -> tuple[str, ...]:
    """Return the paths of the units, each with all below it, within which a person may do something today.

    What a deputy may do for someone who is away counts as well.
    """
    if not isinstance(user, User) or not user.is_active:
        return ()
    day = today or present_day()
    return tuple(sorted(_own(user, verb, day) | _lent(user, verb, day).keys()))


def acting_for(user: User, verb: Verb, unit: Unit, *, today: date | None = None) -> User | None:
    """Return in whose stead a person would do something within a unit today; None if in nobody's."""
    day = today or present_day()
    if not user.is_active or any(unit.is_within(path) for path in _own(user, verb, day)):
        return None
    lent = _lent(user, verb, day)
    return next((person(lent[path]) for path in sorted(lent) if unit.is_within(path)), None)


def _own(user: User, verb: Verb, day: date) -> set[str]:
    return {member.unit.path for member in _held(user, day) if member.role in ALLOWED[verb]}


def _lent(user: User, verb: Verb, day: date) -> dict[str, int]:
    return {stand.path: stand.absent_id for stand in _stands(user, day) if stand.role in ALLOWED[verb]}


def roles_of(user: User, *, today: date | None = None) -> list[Member]:
    """Return the roles that a person holds today, with their units."""
    return _held(user, today or present_day())


def stands_of(user: User, *, today: date | None = None) -> list[Stand]:
    """Return what a person does today in the stead of others."""
    return _stands(user, today or present_day())


def _held(user: User, day: date) -> list[Member]:
    memory = _memory.get()
    if memory is None:
        return list(selectors.memberships(user, today=day))
    if user.pk not in memory.roles:
        memory.roles[user.pk] = list(Member.objects.filter(user=user).select_related("unit"))
    return [member for member in memory.roles[user.pk] if member.holds(day)]


def _stands(user: User, day: date) -> list[Stand]:
    memory = _memory.get()
    if memory is None:
        return delegations.stands(user, today=day)
    if (user.pk, day) not in memory.stands:
        memory.stands[user.pk, day] = delegations.stands(user, today=day)
    return memory.stands[user.pk, day]
