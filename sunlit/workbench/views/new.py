"""Beginning a text."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sunlit.calendars import clock
from sunlit.calendars import today as present_day
from sunlit.plan import selectors as plans
from sunlit.plan.language import Kind
from sunlit.records import acts
from sunlit.screens.page import respond
from sunlit.units.models import Unit
from sunlit.units.roles import Verb
from sunlit.workbench import door, publishing_units, starting
from sunlit.workbench.pages import new as pages


@require_safe
@door.staff
def new(request: HttpRequest) -> HttpResponse:
    """Ask which kind of record is to be written, for which unit."""
    user = door.person(request)
    unit = publishing_units.unit_for(user, request.GET.get("unit", ""))
    page = pages.new_page(user, unit=unit, q=request.GET.get("q", ""), q_unit=request.GET.get("find", ""))
    return respond(request, page, "workbench/new.html")


@require_http_methods(["GET", "HEAD", "POST"])
@door.staff
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Ask what the text begins with, and begin it."""
    kind, unit = _asked(request, code)
    if request.method == "POST":
        return _begin(request, kind, unit)
    page = pages.begin_page(door.viewer(request), plans.current(), kind, unit, today=present_day())
    return respond(request, page, "workbench/begin.html")


def _asked(request: HttpRequest, code: str) -> tuple[Kind, Unit]:
    kind = plans.current().kinds.get(code)
    given = request.POST.get("unit") or request.GET.get("unit", "")
    unit = publishing_units.unit_for(door.person(request), given)
    if kind is None or unit is None:
        raise Http404("no such kind, or no such unit for which this person writes")
    return kind, unit


def _begin(request: HttpRequest, kind: Kind, unit: Unit) -> HttpResponse:
    user = door.person(request)
    audience = request.POST.get("audience") or kind.settings.audience
    scope = request.POST.get("scope", "").strip() if audience in ("group", "sealed") else ""
    payload, anew = starting.first_payload(door.viewer(request), kind, unit, request.POST.get("start", ""))
    try:
        text = acts.draft(
            *(kind.code, unit, payload),
            actor=door.acting(user, Verb.WRITE, unit),
            now=clock.now(),
            audience=audience,
            scope=scope,
        )
    except acts.ActRefused as refused:
        messages.error(request, refused.reason)
        return HttpResponseRedirect(f"{reverse('workbench:begin', args=[kind.code])}?unit={unit.code}")
    if anew:
        messages.info(request, _("Copied. Fill in anew: %(fields)s.") % {"fields": starting.labels(kind, anew)})
    return HttpResponseRedirect(reverse("workbench:edit", args=[text.pk]))
