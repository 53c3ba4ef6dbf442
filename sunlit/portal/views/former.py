"""What is asked for and is not here may have been an address of an old site: then it leads to what became of it."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from sunlit.records.imports.oldsite import addresses, leading
from sunlit.screens import errors

KEPT = 300
"""Seconds for which anyone may keep a redirect: an import can be undone, and then the address leads nowhere."""


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer with a redirect if this is an old address, else 404: also where not everyone may see the record."""
    target = _target(request) if request.method in ("GET", "HEAD") else None
    if target is None:
        return errors.not_found(request, exception)
    response = HttpResponsePermanentRedirect(_here(request) + target)
    response["Cache-Control"] = f"public, max-age={KEPT}"
    return response


def _target(request: HttpRequest) -> str | None:
    # Django leaves what is no UTF-8 percent-encoded: older sites wrote their addresses in GBK.
    path = unquote_to_bytes(request.path_info)
    query = unquote_to_bytes(str(request.META.get("QUERY_STRING", "")))
    if len(path) + len(query) > addresses.LONGEST:
        return None
    return leading.target(*addresses.asked(_host(request), path, query))


def _host(request: HttpRequest) -> str:
    return request.get_host().rpartition(":")[0] or request.get_host()


def _here(request: HttpRequest) -> str:
    """Return this site's own address for whoever came by the name of the old one."""
    if _host(request).lower() not in settings.OLD_HOSTS:
        return ""
    return f"{'https' if settings.HTTPS else 'http'}://{settings.HOST}"
