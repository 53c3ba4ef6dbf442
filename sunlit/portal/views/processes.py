"""Processes: the list of one sort, and one process."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sunlit import sight
from sunlit.pagecache.pages import cached
from sunlit.portal.pages import process as pages
from sunlit.screens.page import respond

MAX_NUMBER = 200


@require_safe
@cached("gaps", "after")
def whole(request: HttpRequest, code: str, fmt: str) -> HttpResponse:
    """Answer with the processes of one sort, all of them or those with a missing stage."""
    only_gaps = request.GET.get("gaps") == "1"
    page = pages.processes_page(code, only_gaps=only_gaps, after=request.GET.get("after", ""))
    if page is None:
        raise Http404(_("The plan has no such process."))
    return respond(request, page, "portal/processes.html", fmt=fmt)


@require_safe
@cached("no")
def one(request: HttpRequest, code: str, fmt: str) -> HttpResponse:
    """Answer with one process, by its number."""
    number = request.GET.get("no", "").replace("\x00", "").strip()[:MAX_NUMBER]
    viewer = sight.viewer_of(request)
    page = pages.process_page(viewer, code, number)
    if page is None:
        raise Http404(_("There is no such process."))
    response = respond(request, page, "portal/process.html", fmt=fmt)
    if not viewer.is_anonymous:
        patch_cache_control(response, private=True, no_store=True)
    return response
