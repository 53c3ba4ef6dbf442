"""Who is looking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from sunlit.calendars import today as present_day
from sunlit.units import permissions, selectors
from sunlit.units.models import User
from sunlit.units.roles import WORKING, Role


@dataclass(frozen=True, slots=True)
class Viewer:
    """A reader: nobody in particular, or a person with roles (path, role) and groups (``village:510903001001``)."""

    user_id: int | None = None
    memberships: tuple[tuple[str, str], ...] = ()
    groups: frozenset[str] = frozenset()

    @property
    def is_anonymous(self) -> bool:
        """Tell whether nobody in particular is looking."""
        return self.user_id is None

    @property
    def supervisor(self) -> bool:
        """Tell whether the viewer supervises some unit."""
        return any(role == Role.SUPERVISOR for _path, role in self.memberships)

    @property
    def works_below(self) -> tuple[str, ...]:
        """The paths at and below which the viewer works on what is published; none lies below another."""
        paths = sorted({path for path, role in self.memberships if role in WORKING})
        return tuple(path for path in paths if not any(path != above and path.startswith(above) for above in paths))

    @property
    def works_at(self) -> tuple[str, ...]:
        """The paths of the very units on whose records the viewer works."""
        return tuple(sorted({path for path, role in self.memberships if role in WORKING}))

    @property
    def employed_at(self) -> tuple[str, ...]:
        """The paths of the very units that have the viewer among their staff; whoever runs the system is not."""
        return tuple(sorted({path for path, role in self.memberships if role != Role.SYSTEM_ADMINISTRATOR}))


_ANYONE = Viewer()


def anonymous() -> Viewer:
    """Return the viewer that everyone is before logging in."""
    return _ANYONE


def viewer_of(request: HttpRequest) -> Viewer:
    """Return who is looking at a page."""
    return viewer_for(request.user)


def viewer_for(user: User | AnonymousUser, *, today: date | None = None) -> Viewer:
    """Return a person as a viewer, with the roles and groups of today; a closed account sees what everyone sees."""
    if not user.is_authenticated or not user.is_active:
        return _ANYONE
    day = today or present_day()
    held = {(member.unit.path, member.role) for member in permissions.roles_of(user, today=day)}
    # A deputy reads what the absent person would: nobody can judge what they may not see.
    lent = {(stand.path, stand.role) for stand in permissions.stands_of(user, today=day)}
    return Viewer(user.pk, tuple(sorted({*held, *lent})), selectors.scopes(user, today=day))
