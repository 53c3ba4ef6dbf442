"""What every page of the workbench knows: the ways that are open to whoever is logged in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from sunlit.units import permissions
from sunlit.units.permissions import Verb


@dataclass(frozen=True)
class Entry:
    """A page of the desk's navigation; ``count`` only where it changes what someone does."""

    label: str
    url: str
    is_current: bool
    count: int = 0


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Give templates ``desk_nav``; worked out only on pages that show it."""
    return {"desk_nav": SimpleLazyObject(lambda: entries(request))}


def entries(request: HttpRequest) -> list[Entry]:
    """Return the pages of the desk."""
    match = request.resolver_match
    here = match.view_name if match else ""
    pages = [("workbench:today", _("Today")), *_of_accounts(request), ("accounts:absence", _("Absence"))]
    return [Entry(label, reverse(name), here == name) for name, label in pages]


def _of_accounts(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the pages of those who look after people or read the audit journal."""
    doors = (
        (Verb.MANAGE_MEMBERS, "accounts:people", _("People")),
        (Verb.SEE_AUDIT, "accounts:audit", _("Audit journal")),
    )
    return [(name, label) for verb, name, label in doors if permissions.reach(request.user, verb)]
