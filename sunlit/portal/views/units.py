"""The register of units, and one unit."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sunlit import sight
from sunlit.calendars import today as present_day
from sunlit.pagecache.pages import cached
from sunlit.portal.pages import standard as standards
from sunlit.portal.pages import unit as unit_pages
from sunlit.portal.pages import units as unit_lists
from sunlit.screens.page import respond

MAX_WORDS = 60


@require_safe
@cached("q")
def whole(request: HttpRequest, fmt: str) -> HttpResponse:
    """Answer with the register, and with what a name finds in it."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:MAX_WORDS]
    return respond(request, unit_lists.register(words), "portal/units.html", fmt=fmt)


@require_safe
@cached()
def unit(request: HttpRequest, code: str, fmt: str) -> HttpResponse:
    """Answer with one unit."""
    page = unit_pages.unit_page(sight.viewer_of(request), code, today=present_day())
    if page is None:
        raise Http404(_("There is no such unit."))
    return respond(request, page, "portal/unit.html", fmt=fmt)


@require_safe
@cached()
def standard(request: HttpRequest, code: str, fmt: str) -> HttpResponse:
    """Answer with what the standard catalogue asks of one unit, and how much of it is there."""
    page = standards.of_unit(code)
    if page is None:
        raise Http404(_("The standard catalogue asks nothing of this unit, or there is no such unit."))
    return respond(request, page, "portal/standard.html", fmt=fmt)
