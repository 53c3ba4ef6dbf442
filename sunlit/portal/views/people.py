"""What a person may do here."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sunlit.calendars import today
from sunlit.portal.pages import people
from sunlit.screens.page import respond
from sunlit.units.models import User


@never_cache
@require_safe
@login_required
def me(request: HttpRequest) -> HttpResponse:
    """Show a person's roles and groups."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return respond(request, people.me(request.user, today()), "portal/me.html")
