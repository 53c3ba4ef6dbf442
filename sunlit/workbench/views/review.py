"""Many texts looked at in one go."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from sunlit.calendars import today as present_day
from sunlit.screens.page import respond
from sunlit.workbench import door
from sunlit.workbench.pages import review as pages


@require_http_methods(["GET", "HEAD", "POST"])
@door.staff
def review(request: HttpRequest) -> HttpResponse:
    """List what waits for a person's look; take the step with those chosen and report on each."""
    user, viewer = door.person(request), door.viewer(request)
    if request.method == "POST":
        ids = [int(one) for one in request.POST.getlist("text") if one.isdigit()]
        seen = [int(one) for one in request.POST.getlist("seen") if one.isdigit()]
        back = request.POST.get("do") == "send-back"
        asked = pages.Asked(request.POST.get("step", ""), request.POST.get("reason", ""), back, frozenset(seen))
        page = pages.report(user, viewer, ids, asked)
        return respond(request, page, "workbench/report.html")
    found = pages.review_page(user, viewer, request.GET.get("step", ""), today=present_day())
    return respond(request, found, "workbench/review.html")
