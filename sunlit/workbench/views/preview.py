"""A text as its readers will see it, before they do."""

from __future__ import annotations

from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from sunlit.calendars import today as present_day
from sunlit.plan import selectors as plans
from sunlit.screens.page import respond
from sunlit.workbench import door
from sunlit.workbench.pages import preview as pages
from sunlit.workbench.pages.findings import findings_of


@require_safe
@csp_update({"frame-src": "'self'"})
@door.staff
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a text in a frame as wide as a phone or a desktop."""
    revision = door.text(request, pk)
    asked = {name: request.GET.get(name, "") for name in ("audience", "width")}
    plan = plans.current()
    kind = plan.kinds.get(revision.record.kind)
    if kind is None:
        raise Http404("the plan has no such kind any more")
    findings = findings_of(door.person(request), plan, kind, revision, today=present_day())
    return respond(request, pages.frame_page(revision, findings, **asked), "workbench/preview.html")


@require_safe
@xframe_options_sameorigin
@csp_update({"frame-ancestors": "'self'"})
@door.staff
def framed(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a text as readers of an audience will."""
    revision = door.text(request, pk)
    plan = plans.current()
    kind = plan.kinds.get(revision.record.kind)
    if kind is None:
        raise Http404("the plan has no such kind any more")
    page = pages.preview_page(plan, kind, revision, request.GET.get("audience", ""))
    return respond(request, page, "workbench/framed.html")
