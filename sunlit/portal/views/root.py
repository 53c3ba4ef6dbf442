"""The root of a day, for people, for machines and for the radio."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sunlit import calendars
from sunlit.portal.pages import root as pages
from sunlit.screens.page import respond


@require_safe
def latest(request: HttpRequest, fmt: str) -> HttpResponse:
    """Show the root of the last day on which something was signed."""
    try:
        page = pages.latest(today=calendars.today())
    except pages.NoRoot as error:
        raise Http404(str(error)) from error
    return respond(request, page, "portal/root.html", fmt=fmt)


@require_safe
def of_day(request: HttpRequest, day: str, fmt: str) -> HttpResponse:
    """Show the root of one day."""
    return respond(request, _page(day), "portal/root.html", fmt=fmt)


@require_safe
def text(request: HttpRequest, day: str) -> HttpResponse:
    """Answer with what is read aloud, as plain text."""
    return HttpResponse("\n".join([*_page(day).spoken, ""]), content_type="text/plain; charset=utf-8")


def _page(day: str) -> pages.RootPage:
    """Return the page of a day; only the one proper spelling of each day is an address."""
    try:
        found = date.fromisoformat(day)
        if found.isoformat() == day:
            return pages.of_day(found, today=calendars.today())
    except (ValueError, OverflowError, pages.NoRoot) as error:
        raise Http404(str(error)) from error
    raise Http404("no such day")
