"""Who acts, in the words that the ledger may keep: a unit, a role and an opaque name."""

from __future__ import annotations

from dataclasses import dataclass

from sunlit.units.models import Unit, User
from sunlit.units.roles import Role

SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in a role for a unit, or the system itself; holds no name."""

    user_id: int | None
    unit: str
    role: str
    opaque: str


def system() -> Actor:
    """Return the actor of what happens by itself: schedules, expiry, imports of the installation."""
    return Actor(user_id=None, unit="", role=SYSTEM, opaque=SYSTEM)


def of(user: User, unit: Unit, role: Role | str) -> Actor:
    """Return a person acting for a unit in a role; whether they may is asked of ``permissions``."""
    return Actor(user_id=user.pk, unit=unit.code, role=Role(role).value, opaque=user.opaque)
