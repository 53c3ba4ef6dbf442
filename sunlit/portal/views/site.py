"""Pages about the site itself, and what machines ask of it."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sunlit.pagecache.pages import cached
from sunlit.portal import addresses, exposition, readiness
from sunlit.portal import health as condition
from sunlit.portal import metrics as watched
from sunlit.portal.pages import site as pages
from sunlit.portal.pages import statistics as figures
from sunlit.screens import limits
from sunlit.screens.page import respond

XML = "application/xml; charset=utf-8"


@require_safe
@cached()
def verify(request: HttpRequest) -> HttpResponse:
    """Tell how anyone can check the site."""
    return respond(request, pages.verify(), "portal/verify.html")


@require_safe
@cached()
def about(request: HttpRequest) -> HttpResponse:
    """Tell what this site is and where its content comes from."""
    return respond(request, pages.about(), "portal/about.html")


@require_safe
@cached()
def statistics(request: HttpRequest, fmt: str) -> HttpResponse:
    """Tell how much the site holds, of what and from whom."""
    return respond(request, figures.statistics(), "portal/statistics.html", fmt=fmt)


@require_safe
@cached()
def accessibility(request: HttpRequest) -> HttpResponse:
    """Tell how the site can be used by everyone, and what is still missing."""
    return respond(request, pages.accessibility(), "portal/accessibility.html")


@require_safe
@cached()
def sitemap(request: HttpRequest) -> HttpResponse:
    """Show every page of the site that is not a record."""
    return respond(request, pages.sitemap(), "portal/sitemap.html")


@require_safe
@cached()
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """Name the parts of the machine-readable site map."""
    context = {"parts": addresses.parts()}
    return render(request, "portal/sitemap_index.xml", context, content_type=XML)


@require_safe
@cached()
def sitemap_page(request: HttpRequest, page: int) -> HttpResponse:
    """Give one part of the machine-readable site map."""
    found = addresses.part(page)
    if found is None:
        raise Http404("the site map has no such part")
    return render(request, "portal/sitemap_page.xml", {"addresses": found}, content_type=XML)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell robots what is not worth their while."""
    return render(request, "portal/robots.txt", {"root": addresses.root()}, content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Tell a watcher how the instance is; 503 if it cannot do its work."""
    found = condition.check(timezone.now())
    return JsonResponse(found.as_data(), status=200 if found.database else 503)


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Tell a load balancer whether readers can be sent here; 503 with the reasons if not."""
    reasons = readiness.reasons()
    return JsonResponse({"ready": not reasons, "reasons": reasons}, status=503 if reasons else 200)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Give the figures of this instance to those named in the settings; to others there is no such address."""
    if not limits.is_within(request, settings.METRICS_FROM):
        raise Http404("the figures are not for this address")
    return HttpResponse(exposition.render(watched.collect(timezone.now())), content_type=exposition.CONTENT_TYPE)
