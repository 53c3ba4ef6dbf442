"""The plan and its measures."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sunlit import sight
from sunlit.pagecache.pages import cached
from sunlit.portal.pages.measure import measure as measure_page
from sunlit.portal.pages.plan import annotated_plan
from sunlit.screens.page import respond


@require_safe
@cached()
def whole(request: HttpRequest, fmt: str) -> HttpResponse:
    """Show the plan, annotated."""
    return respond(request, annotated_plan(), "portal/plan.html", fmt=fmt)


@require_safe
@cached()
def measure(request: HttpRequest, number: int, fmt: str) -> HttpResponse:
    """Show one measure."""
    page = measure_page(sight.viewer_of(request), number)
    if page is None:
        raise Http404("the plan has no such measure")
    return respond(request, page, "portal/measure.html", fmt=fmt)
