"""What every page of the workbench knows: the ways that are open to whoever is logged in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from sunlit.records.desk import DOERS
from sunlit.units import permissions
from sunlit.units.models import User
from sunlit.units.roles import Verb
from sunlit.workbench import door
from sunlit.workbench.pages import leaks, search, today


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
    """Return the pages of the desk that are of use to whoever is logged in."""
    user = request.user
    if not isinstance(user, User):
        return []
    here = request.resolver_match.view_name if request.resolver_match else ""
    with permissions.remembering():
        waiting = today.count(user, door.viewer(request))
        return [
            Entry(label, reverse(name), here in (name, *below), waiting if name == "workbench:today" else 0)
            for name, label, below, is_of_use in _pages(user)
            if is_of_use
        ]


def _pages(user: User) -> Iterator[tuple[str, str, tuple[str, ...], bool]]:
    """Yield the pages: name, label, pages that count as below it, and whether this person has a use for it."""

    def may(*verbs: Verb) -> bool:
        return any(permissions.reach(user, verb) for verb in verbs)

    writes, looks = may(Verb.WRITE), may(*DOERS.values())
    yield "workbench:today", _("Today"), ("workbench:text", "workbench:edit", "workbench:later"), True
    yield "workbench:new", _("Write"), ("workbench:begin", "workbench:templates"), writes
    yield "workbench:review", _("Review"), (), looks
    yield "workbench:bundles", _("Bundles"), ("workbench:bundle",), may(Verb.PUBLISH)
    yield "workbench:records", _("Published records"), ("workbench:record", "workbench:history"), writes or looks
    yield (
        "workbench:jobs",
        _("Imports and bulk work"),
        ("workbench:job_new", "workbench:job", "workbench:job_columns", "workbench:job_row", "workbench:bulk"),
        writes or looks,
    )
    yield "workbench:person_history", _("History"), (), writes or looks
    yield (
        "workbench:sites",
        _("Start page"),
        ("workbench:site", "workbench:site_proposal", "workbench:site_history"),
        may(Verb.WRITE, Verb.PUBLISH),
    )
    yield "workbench:takedown", _("Emergency takedown"), (), may(Verb.TAKE_DOWN)
    yield "workbench:guard", _("Check"), (), bool(leaks.reach(user))
    yield "workbench:search", _("Search"), (), search.may_see(user)
    yield "accounts:people", _("People"), ("accounts:person", "accounts:import"), may(Verb.MANAGE_MEMBERS)
    yield "api:tokens", _("Other systems"), ("api:token", "api:new"), may(Verb.MANAGE_MEMBERS, Verb.PUBLISH)
    yield "accounts:audit", _("Audit journal"), (), may(Verb.SEE_AUDIT)
    yield "accounts:absence", _("Absence"), (), True
