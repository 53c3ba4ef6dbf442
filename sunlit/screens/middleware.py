"""What happens to every answer."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language

from sunlit.plan import selectors as plans
from sunlit.screens import errors
from sunlit.screens.traditional import convert_page


class TraditionalText:
    """Shows content, which is written in Simplified characters, in Traditional ones to readers of ``/zh-hant/``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Convert an HTML page; JSON, files and streams pass unchanged."""
        response = self.get_response(request)
        is_html = response.get("Content-Type", "").startswith("text/html")
        if get_language() != "zh-hant" or not is_html or not isinstance(response, HttpResponse):
            return response
        response.content = convert_page(response.content.decode(response.charset)).encode(response.charset)
        if response.has_header("Content-Length"):
            response["Content-Length"] = str(len(response.content))
        return response


class AwaitPlan:
    """Answers from one plan, and with 503 as long as none has been applied: without one no page has anything to say."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the question on."""
        with plans.steady():
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for a view that found no plan."""
        return errors.no_plan(request) if isinstance(exception, plans.NoPlan) else None


class SayNotAllowed:
    """Gives words to a bare 405, of which a browser shows nothing but its own error page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Leave every other answer as it is."""
        response = self.get_response(request)
        if response.status_code != 405 or not isinstance(response, HttpResponse) or response.content:
            return response
        return errors.not_allowed(request, response["Allow"]) if request.method == "GET" else response
