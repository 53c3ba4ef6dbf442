"""What waits for whoever is logged in."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sunlit.calendars import today as present_day
from sunlit.records.desk import Place
from sunlit.screens.page import respond
from sunlit.workbench import door
from sunlit.workbench.pages import new
from sunlit.workbench.pages import today as pages


@require_safe
@door.staff
def today(request: HttpRequest) -> HttpResponse:
    """Show what to do next."""
    user = door.person(request)
    page = pages.today(
        user,
        door.viewer(request),
        day=present_day(),
        scope=request.GET.get("scope", "me"),
        waits=request.GET.get("waits", ""),
        after=_place(request.GET.get("after", "")),
        starts=new.quick_starts(user),
    )
    return respond(request, page, "workbench/today.html")


def _place(written: str) -> Place | None:
    """Read where a list goes on; None for the beginning and for anything that is no place."""
    day, _dot, pk = written.rpartition(".")
    try:
        return Place(date.fromisoformat(day) if day else None, int(pk)) if pk else None
    except ValueError:
        return None
