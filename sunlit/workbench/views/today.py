"""What waits for whoever is logged in."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sunlit.screens.page import respond
from sunlit.workbench.pages import today as pages


@never_cache
@require_safe
@login_required
def today(request: HttpRequest) -> HttpResponse:
    """Show what to do next."""
    return respond(request, pages.today(), "workbench/today.html")
