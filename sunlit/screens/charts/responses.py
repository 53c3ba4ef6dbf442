"""Drawings as answers: pictures that run nothing, kept by readers as long as their address says they are the same."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

SVG = "image/svg+xml; charset=utf-8"


def svg_response(drawing: str | None) -> HttpResponse:
    """Answer with a drawing; raises Http404 if there is none."""
    if drawing is None:
        raise Http404(_("There is no such chart."))
    response = HttpResponse(drawing, content_type=SVG)
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["Cache-Control"] = "max-age=86400"
    return response
