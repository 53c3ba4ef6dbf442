"""May a person do something to what a unit publishes? The single place that answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

from django.contrib.auth.models import AnonymousUser

from sunlit.calendars import today as present_day
from sunlit.units import selectors
from sunlit.units.models import Member, Unit, User
from sunlit.units.roles import ALLOWED, FOUR_EYES, Verb

__all__ = ["Verb", "may", "person", "reach", "remembering", "roles_of"]


class _Memory:
    """What was read of people and their roles, each person once."""

    def __init__(self) -> None:
        self.people: dict[int, User | None] = {}
        self.roles: dict[int, list[Member]] = {}


_memory: ContextVar[_Memory | None] = ContextVar("permissions", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Ask the database once for each person while one job does many acts: an import, or the loading of a demo city.

    A role that is taken away meanwhile counts until the block ends, so that must be soon, or the people the job's own.
    """
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
    return any(unit.is_within(path) for path in reach(user, verb, today=today))


def reach(user: User | AnonymousUser, verb: Verb, *, today: date | None = None) -> tuple[str, ...]:
    """Return the paths of the units, each with all below it, within which a person may do something today."""
    if not isinstance(user, User) or not user.is_active:
        return ()
    held = _held(user, today or present_day())
    return tuple(sorted({member.unit.path for member in held if member.role in ALLOWED[verb]}))


def roles_of(user: User, *, today: date | None = None) -> list[Member]:
    """Return the roles that a person holds today, with their units."""
    return _held(user, today or present_day())


def _held(user: User, day: date) -> list[Member]:
    memory = _memory.get()
    if memory is None:
        return list(selectors.memberships(user, today=day))
    if user.pk not in memory.roles:
        memory.roles[user.pk] = list(Member.objects.filter(user=user).select_related("unit"))
    return [member for member in memory.roles[user.pk] if member.holds(day)]
