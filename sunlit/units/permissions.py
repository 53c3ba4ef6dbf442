"""May a person do something to what a unit publishes? The single place that answers."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AnonymousUser

from sunlit.calendars import today as present_day
from sunlit.units import selectors
from sunlit.units.models import Unit, User
from sunlit.units.roles import ALLOWED, FOUR_EYES, Verb

__all__ = ["Verb", "may", "reach"]


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
    held = selectors.memberships(user, today=today or present_day())
    return tuple(sorted({member.unit.path for member in held if member.role in ALLOWED[verb]}))
