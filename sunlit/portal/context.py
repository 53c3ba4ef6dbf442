"""What every page of the public site knows: its main navigation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Entry:
    """A page of the main navigation; ``is_current`` on it and on the pages below it."""

    label: str
    url: str
    is_current: bool


# Page -> the views that belong to it.
_BELOW = {
    "home": {"home"},
    "catalogue": {"catalogue", "year", "kind", "record", "revision"},
    "plan": {"plan", "measure"},
    "units": {"units", "unit"},
    "find": {"find"},
    "verify": {"verify", "root", "root_of_day"},
}


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Give templates ``portal_nav``."""
    match = request.resolver_match
    here = match.url_name if match and match.app_names == ["portal"] else ""
    labels = {
        "home": _("Home"),
        "catalogue": _("Catalogue"),
        "plan": _("The plan"),
        "units": _("Units"),
        "find": _("Search"),
        "verify": _("Verify"),
    }
    return {
        "portal_nav": [Entry(label, reverse(f"portal:{name}"), here in _BELOW[name]) for name, label in labels.items()]
    }
