"""What the guard found in what is public already."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sunlit.screens.page import respond
from sunlit.workbench import door
from sunlit.workbench.pages import leaks as pages


@require_safe
@door.staff
def leaks(request: HttpRequest) -> HttpResponse:
    """List open findings for supervisors, administrators and those who can take records down."""
    user = door.person(request)
    if not pages.reach(user):
        raise PermissionDenied
    after = request.GET.get("after", "")
    page = pages.leaks_page(
        user,
        door.viewer(request),
        severity=request.GET.get("severity", ""),
        after=int(after) if after.isdigit() and len(after) < 19 else 0,
    )
    return respond(request, page, "workbench/leaks.html")
