"""A page that does nothing but show a form, with the policy for scripts and styles of the real site."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import path
from django.utils.translation import get_language

from sunlit.plan.checks import check_directory
from sunlit.plan.examples import with_files
from sunlit.plan.payload import cleaner
from sunlit.screens import forms
from sunlit.screens.forms import answers

PLANS = Path(__file__).resolve().parents[3] / "plans"
SHELL = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{label}</title>
<link rel="icon" href="data:,"><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/static/screens/screens.css">{head}</head>
<body><main class="wrap page"><h1>{label}</h1><form method="post" enctype="multipart/form-data" novalidate>
<input type="hidden" name="csrfmiddlewaretoken" value="{token}">{form}
<p><button class="btn" name="do" value="save">保存</button></p><pre id="payload" hidden>{payload}</pre>
</form></main></body></html>"""

loaded: dict[str, Any] = {}
saved: list[dict[str, Any]] = []
conflict: list[str] = []


def plan() -> Any:
    if "plan" not in loaded:
        loaded["checked"] = check_directory(PLANS / "suining")
        loaded["plan"] = loaded["checked"].plan
    return loaded["plan"]


def page(request: HttpRequest, code: str, empty: str = "") -> HttpResponse:
    kind = plan().kinds[code]
    example = next(one for one in loaded["checked"].examples if one.kind == code)
    payload = cleaner(kind, plan()).clean(with_files(kind, example.data, PLANS / "suining")).payload
    raw = {} if empty else forms.as_raw(kind, plan(), payload)
    errors: list[Any] = []
    if request.method == "POST":
        draft = forms.read(kind, plan(), request.POST, request.FILES, previous=raw)
        raw, errors = draft.raw, draft.errors
        if not draft.again:
            cleaned = cleaner(kind, plan()).clean(raw)
            errors, payload = errors + cleaned.errors, cleaned.payload
    form = forms.build(kind, plan(), raw, errors=errors, base=f"/{code}/")
    head = render_to_string("screens/forms/head.html", {"form": form})
    html = render_to_string("screens/forms/form.html", {"form": form})
    dump = json.dumps(payload, ensure_ascii=False).replace("<", "&lt;")
    lang = "zh-Hans" if (get_language() or "").startswith("zh") else "en"
    filled = {"lang": lang, "label": kind.label.zh, "head": head, "form": html, "payload": dump}
    return HttpResponse(SHELL.format(token=get_token(request), **filled))


def autosave(request: HttpRequest, code: str) -> JsonResponse:
    if conflict:
        return JsonResponse({"conflict": conflict[0]}, status=409)
    kind = plan().kinds[code]
    saved.append(forms.read(kind, plan(), request.POST, request.FILES, previous={}).raw)
    return JsonResponse({"saved": "2026-03-02T14:03:00+08:00"})


def told(request: HttpRequest) -> JsonResponse:
    """Answer with the last draft that was saved; ``?conflict=`` makes every further one come too late."""
    if "conflict" in request.GET:
        conflict[:] = filter(None, [request.GET["conflict"]])
    return JsonResponse({"saved": saved[-1] if saved else {}})


urlpatterns = [
    path("told", told),
    path("<slug:code>/", page),
    path("<slug:code>/new/", page, {"empty": "1"}),
    path("<slug:code>/autosave/", autosave),
    path("<slug:code>/units/", lambda request, code: answers.names(request, plan(), "unit")),
    path("<slug:code>/regions/", lambda request, code: answers.names(request, plan(), "region")),
    path("<slug:code>/pictures/", lambda request, code: answers.keep_picture(request)),
    path("<slug:code>/pictures/<str:sha256>/", lambda request, code, sha256: answers.picture(sha256)),
]
