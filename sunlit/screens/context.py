"""What every page knows about the site it belongs to; worked out only if the page asks for it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from sunlit.ledger import selectors as ledger
from sunlit.plan import selectors as plans
from sunlit.plan.language import Plan
from sunlit.plan.selectors import NoPlan
from sunlit.screens.words import say

TEXT_COOKIE = "sunlit_text"
LARGE = "large"
SHORT = {"zh-hans": "简体", "zh-hant": "繁體"}
BCP47 = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "en": "en"}


@dataclass(frozen=True)
class Language:
    """A language of the interface and this page's address in it; its names are written in itself."""

    code: str
    bcp47: str
    name: str
    short: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Position:
    """How far the public ledger has come, and what was signed last; ``root`` is '' before anything was."""

    size: int
    signed_size: int = 0
    signed_at: datetime | None = None
    root: str = ""


def position() -> Position:
    """Return how far the ledger has come."""
    size = ledger.head().size
    last = ledger.last_checkpoint()
    if last is None:
        return Position(size)
    return Position(size, last.size, last.signed_at, base64.b64encode(bytes(last.root)).decode())


class Site:
    """The site as one request sees it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def plan(self) -> Plan | None:
        """The plan in force, or None before the first one is applied."""
        try:
            return plans.current()
        except NoPlan:
            return None

    @cached_property
    def name(self) -> str:
        """What the site is called."""
        return say(self.plan.head.site) if self.plan else "Sunlit"

    @cached_property
    def identity(self) -> Mapping[str, str]:
        """Host, phone, site code and registration numbers, as a government site must show them."""
        if not self.plan:
            return {}
        identity = self.plan.head.identity
        host = say(identity.host_name) if identity.host_name else ""
        given = {
            "phone": identity.phone,
            "site_code": identity.site_code,
            "icp": identity.icp,
            "police": identity.police,
        }
        return {"host_name": host, **{key: value or "" for key, value in given.items()}}

    @property
    def domain(self) -> str:
        """The host name under which the site is reached."""
        return str(settings.HOST)

    @property
    def scheme(self) -> str:
        """http or https."""
        return "https" if settings.HTTPS else "http"

    @property
    def lang(self) -> str:
        """The page's language as HTML writes it."""
        return BCP47.get(get_language() or "", "zh-Hans")

    @property
    def is_demo(self) -> bool:
        """Tell whether this instance shows demonstration data."""
        return bool(settings.DEMO)

    @cached_property
    def large(self) -> bool:
        """Tell whether the reader asked for large text."""
        return self._request.COOKIES.get(TEXT_COOKIE) == LARGE

    @property
    def path(self) -> str:
        """This page's address with its question, to come back to; of a page that changes something, the front page."""
        return self._request.get_full_path() if self._request.method in ("GET", "HEAD") else "/"

    @cached_property
    def languages(self) -> list[Language]:
        """This page in every language that the plan wants of those that the interface has."""
        here = self._request.get_full_path()
        current = get_language()
        for code, _name in settings.LANGUAGES:
            if here == f"/{code}" or here.startswith(f"/{code}/"):
                here = here[len(code) + 1 :] or "/"
                break
        return [
            Language(
                code,
                BCP47[code],
                name,
                SHORT.get(code, name),
                here if code == settings.LANGUAGE_CODE else f"/{code}{here}",
                code == current,
            )
            for code, name in settings.LANGUAGES
            if self.plan is None or code in self.plan.head.languages
        ]

    @cached_property
    def ledger(self) -> Position:
        """How far the public ledger has come and what was last signed."""
        return position()


def site(request: HttpRequest) -> dict[str, Any]:
    """Give templates ``site``."""
    return {"site": Site(request)}
