"""A page is a dataclass; HTML and JSON are two views of it at one address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

# Put on a field of a page that is only of use to the template (a drawing, a form).
HTML_ONLY: Mapping[str, bool] = {"html_only": True}


def respond(
    request: HttpRequest, page: DataclassInstance, template: str, *, fmt: str = "html", status: int = 200
) -> HttpResponse:
    """Answer with the page as HTML, or as JSON when the address ended in ``.json``."""
    if fmt == "json":
        response = JsonResponse(as_data(page), status=status, json_dumps_params={"ensure_ascii": False, "indent": 1})
        response["Access-Control-Allow-Origin"] = "*"  # public data: any site may read it in a browser
        return response
    return render(request, template, {"page": page, "json_url": json_address(request)}, status=status)


def as_data(value: Any) -> Any:
    """Return the value in the words of JSON; a dataclass becomes an object without its ``HTML_ONLY`` fields."""
    if is_dataclass(value) and not isinstance(value, type):
        shown = [field for field in fields(value) if not field.metadata.get("html_only")]
        return {field.name: as_data(getattr(value, field.name)) for field in shown}
    if isinstance(value, Mapping):
        return {str(key): as_data(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_data(item) for item in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)


def json_address(request: HttpRequest) -> str:
    """Return where the same page is found as JSON, with the same question, or '' if it has no such form."""
    match = request.resolver_match
    if match is None or not match.url_name:
        return ""
    arguments = {key: value for key, value in match.kwargs.items() if key != "fmt"}
    try:
        address = reverse(f"{match.view_name}_json", kwargs=arguments)
    except NoReverseMatch:
        return ""
    query = request.META.get("QUERY_STRING", "")
    return f"{address}?{query}" if query else address
