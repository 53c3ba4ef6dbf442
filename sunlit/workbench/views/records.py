"""Published records: found, corrected, ended, taken down, reviewed afterwards."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sunlit.calendars import clock
from sunlit.records import acts, desk
from sunlit.screens.page import respond
from sunlit.units.roles import Verb
from sunlit.workbench import door
from sunlit.workbench.pages import later as later_pages
from sunlit.workbench.pages import records as pages
from sunlit.workbench.record_acts import RECORD_ACTS


@require_safe
@door.staff
def records(request: HttpRequest) -> HttpResponse:
    """List the records on which somebody works."""
    asked = {name: request.GET.get(name, "") for name in ("q", "kind", "state", "before")}
    return respond(
        request, pages.records_page(door.person(request), door.viewer(request), **asked), "workbench/records.html"
    )


@require_safe
@door.staff
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one record with everything that can be done about it."""
    page = pages.record_page(door.person(request), door.viewer(request), door.record(request, pk))
    return respond(request, page, "workbench/record.html")


@require_POST
@door.staff
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a correction of a record."""
    found = door.record(request, pk)
    try:
        actor = door.acting(door.person(request), Verb.CORRECT, found.unit)
        text = acts.correct(found, actor=actor, now=clock.now(), note=request.POST.get("note", ""))
    except acts.ActRefused as refused:
        messages.error(request, refused.reason)
        return HttpResponseRedirect(reverse("workbench:record", args=[pk]))
    return HttpResponseRedirect(reverse("workbench:edit", args=[text.pk]))


@require_POST
@door.staff
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Do one thing with a published record; what the engine refuses is said in its own words."""
    found = door.record(request, pk)
    chosen = RECORD_ACTS.get(name)
    if chosen is None:
        raise Http404("no such act")
    try:
        actor = door.acting(door.person(request), chosen.verb, found.unit)
        chosen.do(found, request.POST, door.viewer(request), actor, clock.now())
    except acts.ActRefused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, str(chosen.done))
    return HttpResponseRedirect(reverse("workbench:record", args=[pk]))


@require_safe
@door.staff
def takedown(request: HttpRequest) -> HttpResponse:
    """Find the record behind an address, so that it can be taken down at once."""
    written = request.GET.get("address", "")
    found = desk.by_address(door.viewer(request), written) if written else None
    if found is not None:
        return HttpResponseRedirect(f"{reverse('workbench:record', args=[found.pk])}?open=take-down#take-down")
    return respond(request, later_pages.takedown_page(written), "workbench/takedown.html")


@require_http_methods(["GET", "HEAD", "POST"])
@door.staff
def later(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    """Look at what someone did alone in an emergency: confirm it, or undo it."""
    user, viewer = door.person(request), door.viewer(request)
    page = later_pages.later_page(user, viewer, what, pk)
    if page is None:
        raise Http404("nothing to review here")
    if request.method != "POST":
        return respond(request, page, "workbench/later.html")
    try:
        later_pages.decide(
            user, viewer, what, pk, upheld=request.POST.get("upheld") == "yes", reason=request.POST.get("reason", "")
        )
    except acts.ActRefused as refused:
        messages.error(request, refused.reason)
        return HttpResponseRedirect(request.path)
    messages.success(request, _("Reviewed."))
    return HttpResponseRedirect(reverse("workbench:today"))
