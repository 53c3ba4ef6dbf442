"""Measures every answer that Django gives: counted by route, written to the log as one line, named by its request.

Only the route is told, never the path, the question or who asked: those are the reader's own business.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from sunlit.pagecache import counts
from sunlit.screens import asking

access = logging.getLogger("sunlit.access")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Measure:
    """The first of all middleware, so that it measures the others as well."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Count and log the answer; of a stream the time until it begins."""
        name = asking.begin(request)
        started = time.perf_counter_ns()
        response = self.get_response(request)
        microseconds = (time.perf_counter_ns() - started) // 1000
        response[asking.HEADER] = name
        match = request.resolver_match
        route = match.view_name if match else counts.OTHER
        counts.here().request(route, request.method or "", response.status_code, microseconds)
        if access.isEnabledFor(logging.INFO):
            _log(request, response, route, microseconds)
        return response


def _log(request: HttpRequest, response: HttpResponseBase, route: str, microseconds: int) -> None:
    # Whoever asks can invent a method; of the invented ones nothing is repeated.
    method = request.method if request.method in METHODS else "-"
    size = None if response.streaming else len(response.content)  # type: ignore[attr-defined]
    facts = {
        "route": route,
        "method": method,
        "status": response.status_code,
        "ms": round(microseconds / 1000, 1),
        "bytes": size,
    }
    line = " ".join(f"{key}={'-' if value is None else value}" for key, value in facts.items())
    access.info("%s", line, extra={"facts": facts})
