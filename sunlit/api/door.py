"""The one door of the intake: the caller's language, no cookies, no caches, and never a page for people."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.utils.translation.trans_real import get_supported_language_variant, parse_accept_lang_header
from django.views.decorators.csrf import csrf_exempt

from sunlit.api.problems import Problem

View = Callable[..., HttpResponseBase]
_USUAL = "zh-hans"


def through(view: View) -> View:
    """Let calls through to a view. They carry a token and never count by a cookie, so that none can be forged."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        language = language_of(request)
        with override(language):
            response = view(request, *args, **kwargs)
            if response.status_code == 405:
                headers = {"Allow": response.get("Allow", "")}
                response = Problem(405, "method", _("Use another method here."), headers=headers).response()
        response["Content-Language"] = language
        response["Cache-Control"] = "no-store"
        return response

    return guarded


def language_of(request: HttpRequest) -> str:
    """Return the language that a call asks for by its header."""
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if code == "*":
            break
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return _USUAL
