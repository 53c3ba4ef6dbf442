"""Answers to what goes wrong: each says what happened and what to do next."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sunlit.screens import asking
from sunlit.screens.context import BCP47


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400: the question could not be read."""
    return _answer(request, 400, _("This question cannot be read."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403: the asker may not do this."""
    return _answer(request, 403, _("This is not open to you."))


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form that came without a valid token, mostly one that stayed open for too long."""
    return render(request, "403.html", {"is_expired": True}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404: nothing is here, or nothing that the asker may see."""
    return _answer(request, 404, _("There is nothing at this address."))


def not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    """Answer 405: the address is there, but not for a question of this sort, as when an act's page is loaded again."""
    response = _answer(request, 405, _("This address only takes what a button sends"))
    response["Allow"] = allowed
    return response


def no_plan(request: HttpRequest) -> HttpResponse:
    """Answer 503 before the first plan is applied."""
    return HttpResponse(_standalone("no_plan.html"), status=503, headers={"Retry-After": "60"})


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500, without database, session or anything else that may be what failed."""
    return HttpResponse(_standalone("500.html"), status=500)


def _answer(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    if request.path.endswith(".json"):
        return JsonResponse({"error": sentence}, status=status, json_dumps_params={"ensure_ascii": False})
    return render(request, f"{status}.html", {"path": request.path}, status=status)


def _standalone(template: str) -> str:
    try:
        style = static("screens/screens.css")
    except ValueError:  # static files were never collected: the page is read without its style
        style = ""
    language = BCP47.get(get_language() or "", "zh-Hans")
    return render_to_string(template, {"style": style, "lang": language, "number": asking.current()})
