"""The front page, search, and how the site is displayed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from sunlit import sight
from sunlit.asked import counting, level
from sunlit.calendars import clock, today
from sunlit.pagecache.pages import cached, never
from sunlit.portal.pages import find as finding
from sunlit.portal.pages import find_asking
from sunlit.portal.pages import home as front
from sunlit.portal.pages import suggest as suggesting
from sunlit.screens.addresses import safe_next
from sunlit.screens.context import LARGE, TEXT_COOKIE
from sunlit.screens.limits import limit_reading
from sunlit.screens.page import respond

YEAR = 365 * 24 * 60 * 60


@require_safe
@cached()
def home(request: HttpRequest) -> HttpResponse:
    """Show the front page."""
    return respond(request, front.home(sight.viewer_of(request)), "portal/home.html")


@require_safe
@limit_reading("find", times=60, seconds=60)
@cached(*find_asking.PARAMETERS)
def find(request: HttpRequest, fmt: str) -> HttpResponse:
    """Show what was found for what was typed."""
    now = clock.now()
    if not level.is_level(now):
        never()
    page = finding.find(sight.viewer_of(request), request.GET, today=today())
    if page.is_countable and not request.user.is_authenticated:
        counting.note(page.words, found=page.is_found, now=now)
    return respond(request, page, "portal/find.html", fmt=fmt)


@require_safe
@limit_reading("suggest", times=300, seconds=60)
@cached("q")
def suggest(request: HttpRequest) -> HttpResponse:
    """Offer what may be meant by what was typed so far."""
    if not level.is_level(clock.now()):
        never()
    return respond(request, suggesting.suggest(sight.viewer_of(request), request.GET.get("q", "")), "", fmt="json")


@require_safe
def display(request: HttpRequest) -> HttpResponse:
    """Remember whether this reader wants large text, and go back to where they were."""
    response = HttpResponseRedirect(safe_next(request.GET.get("next", "")))
    response["Cache-Control"] = "no-store"
    if request.GET.get("text") == LARGE:
        response.set_cookie(TEXT_COOKIE, LARGE, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie(TEXT_COOKIE, samesite="Lax")
    return response
