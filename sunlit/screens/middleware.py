"""What happens to every answer."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import get_language

from sunlit.screens.traditional import convert_page


class TraditionalText:
    """Shows content, which is written in Simplified characters, in Traditional ones to readers of ``/zh-hant/``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Convert an HTML page; JSON, files and streams pass unchanged."""
        response = self.get_response(request)
        is_html = response.get("Content-Type", "").startswith("text/html")
        if get_language() != "zh-hant" or not is_html or response.streaming:
            return response
        content: bytes = response.content  # type: ignore[attr-defined]  # HttpResponseBase that does not stream has it
        converted = convert_page(content.decode(response.charset)).encode(response.charset)
        response.content = converted  # type: ignore[attr-defined]
        if response.has_header("Content-Length"):
            response["Content-Length"] = str(len(converted))
        return response
