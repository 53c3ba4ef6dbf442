"""The catalogue, the list of a kind, and the same list as a file."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sunlit import sight
from sunlit.pagecache.pages import cached
from sunlit.plan import selectors as plans
from sunlit.portal.pages import catalogue as catalogues
from sunlit.portal.pages import listing
from sunlit.portal.pages import standard as standards
from sunlit.records.imports import templates
from sunlit.records.selectors import BadFilter
from sunlit.screens.charts.responses import svg_response
from sunlit.screens.charts.selectors import svg
from sunlit.screens.export import csv_response
from sunlit.screens.limits import limit_reading
from sunlit.screens.page import respond

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@cached("year", "by")
def catalogue(request: HttpRequest, fmt: str) -> HttpResponse:
    """Answer with the catalogue, of all years or of the one asked for."""
    words = request.GET.get("year", "")
    year = int(words) if words.isdecimal() and len(words) == 4 else None
    page = catalogues.catalogue(year, by=request.GET.get("by", ""))
    return respond(request, page, "portal/catalogue.html", fmt=fmt)


@require_safe
@cached("level")
def standard(request: HttpRequest, fmt: str) -> HttpResponse:
    """Answer with the standard catalogue, of all levels or of one."""
    page = standards.whole(request.GET.get("level", ""))
    if page is None:
        raise Http404(_("The plan has no standard catalogue."))
    return respond(request, page, "portal/standard.html", fmt=fmt)


@require_safe
@limit_reading("csv", times=20, seconds=60)
def standard_csv(request: HttpRequest) -> HttpResponseBase:
    """Answer with the standard catalogue as a file."""
    return csv_response("standard.csv", *standards.as_table(request.GET.get("level", "")))


@require_safe
@cached(also=listing.parameters)
def kind(request: HttpRequest, code: str, fmt: str) -> HttpResponse:
    """Answer with the list of a kind; one that could not be filtered as asked says so beside the form."""
    page = listing.kind_list(sight.viewer_of(request), code, request.GET)
    if page is None:
        raise Http404(_("The plan has no such kind of record."))
    return respond(request, page, "portal/kind.html", fmt=fmt, status=400 if page.error else 200)


@require_safe
@limit_reading("csv", times=20, seconds=60)
def kind_csv(request: HttpRequest, code: str) -> HttpResponseBase:
    """Answer with the list of a kind as a file; a question that makes no sense goes back to the form."""
    try:
        table = listing.as_table(sight.viewer_of(request), code, request.GET)
    except BadFilter:
        return redirect(f"{reverse('portal:kind', kwargs={'code': code})}?{request.GET.urlencode()}")
    if table is None:
        raise Http404(_("The plan has no such kind of record."))
    return csv_response(f"{code}.csv", *table)


@require_safe
def kind_chart(request: HttpRequest, code: str) -> HttpResponse:
    """Answer with the chart of a kind's public records."""
    return svg_response(svg(f"kind:{code}"))


@require_safe
@limit_reading("template", times=20, seconds=60)
def kind_template(request: HttpRequest, code: str) -> HttpResponse:
    """Answer with an empty sheet for a kind, as it can be imported once it is filled in."""
    plan = plans.current()
    if code not in plan.kinds:
        raise Http404(_("The plan has no such kind of record."))
    response = HttpResponse(templates.as_xlsx(plan, plan.kinds[code]), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{code}.xlsx"'
    return response
