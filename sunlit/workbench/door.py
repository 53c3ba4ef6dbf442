"""Who may come in, and what they find behind a number: what they may not see is not found."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from sunlit.records import desk
from sunlit.records.models import Record, Revision
from sunlit.sight import Viewer, viewer_of
from sunlit.units import permissions
from sunlit.units.actors import Actor, of
from sunlit.units.models import Unit, User
from sunlit.units.roles import ALLOWED, Verb

View = Callable[..., HttpResponseBase]


def staff(view: View) -> View:
    """Let in whoever holds a role today; send others to log in, or tell them that this is not for them."""

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # One page asks many times who somebody is and what they may do; the answer is read once for each page.
        with permissions.remembering(person(request)):
            if not viewer(request).memberships:
                raise PermissionDenied
            return view(request, *args, **kwargs)

    return guarded


def person(request: HttpRequest) -> User:
    """Return who is logged in; raise PermissionDenied for anyone else."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def viewer(request: HttpRequest) -> Viewer:
    """Return who is looking, read once for each request."""
    known: Viewer | None = getattr(request, "_sunlit_viewer", None)
    if known is None:
        known = viewer_of(request)
        request._sunlit_viewer = known  # type: ignore[attr-defined]
    return known


def text(request: HttpRequest, pk: int) -> Revision:
    """Return a text on which the person works; raise Http404 for any other."""
    found = desk.revision(viewer(request), pk)
    if found is None:
        raise Http404("no such text on this desk")
    return found


def record(request: HttpRequest, pk: int) -> Record:
    """Return a record on which the person works; raise Http404 for any other."""
    found = desk.record(viewer(request), pk)
    if found is None:
        raise Http404("no such record on this desk")
    return found


def acting(user: User, verb: Verb, unit: Unit) -> Actor:
    """Return a person in the role by which they may do something for a unit: their own nearest one, or one lent.

    Without such a role they act in any that they hold, and the act itself refuses, saying why.
    """
    held = permissions.roles_of(user)
    fit = [one for one in held if unit.is_within(one.unit.path) and one.role in ALLOWED[verb]]
    lent = [one for one in permissions.stands_of(user) if unit.is_within(one.path) and one.role in ALLOWED[verb]]
    if not fit and lent:
        return of(user, unit, lent[0].role)
    if not held:
        raise PermissionDenied
    best = max(fit or held, key=lambda one: len(one.unit.path))
    return of(user, best.unit, best.role)
