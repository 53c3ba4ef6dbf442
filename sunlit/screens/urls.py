"""Helpers for short lists of addresses."""

from __future__ import annotations

from collections.abc import Callable

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path


def paged(
    route: str, view: Callable[..., HttpResponseBase], name: str, *, json: str = "", slash: bool = True
) -> list[URLPattern]:
    """Register a page at ``route/`` as ``name`` and its JSON at ``route.json``, or at ``json``, as ``name_json``."""
    page = f"{route}/" if slash and route else route
    return [
        path(json or f"{route}.json", view, {"fmt": "json"}, name=f"{name}_json"),
        path(page, view, {"fmt": "html"}, name=name),
    ]
