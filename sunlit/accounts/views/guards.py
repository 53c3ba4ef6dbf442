"""Who asks, and whether a page is there for them."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from sunlit.accounts import people
from sunlit.accounts.people import Reach
from sunlit.units import permissions
from sunlit.units.models import User
from sunlit.units.permissions import Verb


def asker(request: HttpRequest) -> User:
    """Return who is logged in; raises PermissionDenied for nobody."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def administrator(request: HttpRequest, *, today: date) -> tuple[User, Reach]:
    """Return who asks and what they look after; raises Http404 for whoever looks after nobody."""
    user = asker(request)
    reach = people.reach_of(user, today=today)
    if not reach.paths:
        raise Http404
    return user, reach


def reader_of_audit(request: HttpRequest, *, today: date) -> tuple[User, Reach]:
    """Return who asks and whose journal they may read; raises Http404 for whoever may read none."""
    user = asker(request)
    reach = Reach(permissions.reach(user, Verb.SEE_AUDIT, today=today))
    if not reach.paths:
        raise Http404
    return user, reach
