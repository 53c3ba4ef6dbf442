"""The description of the intake: for machines and for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from sunlit.api import openapi, problems
from sunlit.api.door import language_of
from sunlit.plan import selectors as plans
from sunlit.screens.page import respond


@dataclass(frozen=True)
class Call:
    """One address that systems call."""

    method: str
    path: str
    summary: str
    needs_key: bool


@dataclass(frozen=True)
class KindRow:
    """A kind that systems may bring."""

    code: str
    label: str
    publishes: bool
    fields: int


@dataclass(frozen=True)
class GuidePage:
    """The page about the intake."""

    calls: list[Call]
    kinds: list[KindRow]
    problems: dict[str, str]
    rate: int


@require_safe
def document(request: HttpRequest) -> HttpResponse:
    """Answer with the OpenAPI document of the plan in force."""
    response = JsonResponse(openapi.document(plans.current()), json_dumps_params={"ensure_ascii": False})
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Show how systems call, on a page without scripts."""
    with override(language_of(request)):
        plan = plans.current()
        rows = [
            KindRow(kind.code, kind.label.zh, kind.settings.intake == "publish", len(kind.fields))
            for kind in plan.kinds.values()
        ]
        page = GuidePage(list(_calls()), rows, problems.titles(), settings.API_RATE)
        return respond(request, page, "api/guide.html")


def _calls() -> Any:
    for path, methods in openapi.document(plans.current())["paths"].items():
        for method, call in methods.items():
            yield Call(method.upper(), path, call["summary"], "requestBody" in call)
