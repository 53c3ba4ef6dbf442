"""The city stands for as long as the tests of this folder run; what a test changes is rolled back to it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.test import Client
from django.test.client import ClientHandler
from django.utils import translation

from tests.city import Builder, City


@pytest.fixture(scope="package")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[City]:
    """Build the city and its search once, outside of every test's transaction; take them away when all is done."""
    from sunlit.ledger import keys
    from sunlit.search import following, reading, shelving

    with django_db_blocker.unblock():
        keys.ensure()
        try:
            city = Builder().build()
            shutil.rmtree(shelving.home(), ignore_errors=True)
            following.catch_up()
            reading.forget()
            city.cookies = {name: _session(pk) for name, pk in city.people.items()}
            yield city
        finally:
            for alias in django_settings.DATABASES:
                call_command("flush", database=alias, interactive=False, verbosity=0)
            shutil.rmtree(shelving.home(), ignore_errors=True)
            reading.forget()


def _session(pk: int) -> str:
    from django.contrib.auth import get_user_model

    client = Client()
    client.force_login(get_user_model().objects.get(pk=pk))
    return client.cookies[django_settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def city(built: City, db: None) -> City:
    from sunlit.screens import limits

    limits.forget()
    # A request leaves its language behind in the thread that asked, which here is the test's own.
    translation.activate(django_settings.LANGUAGE_CODE)
    return built


Browse = Callable[..., Client]
_handler = ClientHandler(enforce_csrf_checks=False)
"""One for all: each would load the middleware anew, which takes longer than to answer."""


@pytest.fixture
def reader(city: City) -> Browse:
    """Open the site as nobody in particular, or as one of the city's people."""

    def open_as(name: str = "") -> Client:
        # Every reader comes from an address of their own, or the limits would count them all as one.
        number = sorted(["", *city.cookies]).index(name) + 1
        client = Client(raise_request_exception=False, REMOTE_ADDR=f"10.1.{number // 250}.{number % 250}")
        client.handler = _handler
        if name:
            client.cookies[django_settings.SESSION_COOKIE_NAME] = city.cookies[name]
        return client

    return open_as


@pytest.fixture
def page(reader: Browse) -> Callable[..., Page]:
    """Read a page as nobody in particular."""

    def read(address: str, *, status: int = 200, name: str = "", **cookies: str) -> Page:
        client = reader(name)
        for cookie, value in cookies.items():
            client.cookies[cookie] = value
        response = client.get(address)
        assert response.status_code == status, f"{address} answered {response.status_code}"
        return Page.of(response.content.decode())

    return read


VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
SILENT = {"script", "style"}
VERBATIM = {"pre", "code", "textarea", "title"}


@dataclass
class Page:
    """What an HTML page says and where it leads; ``prose`` pairs each stretch of text with its language."""

    html: str
    text: str
    links: list[str]
    tags: list[tuple[str, dict[str, str]]]
    prose: list[tuple[str, str]]

    @classmethod
    def of(cls, html: str) -> Page:
        reader = _Reader()
        reader.feed(html)
        links = [attributes["href"] for tag, attributes in reader.tags if tag == "a" and "href" in attributes]
        return cls(html, re.sub(r"\s+", " ", "".join(reader.words)), links, reader.tags, reader.prose)

    def find(self, tag: str, **attributes: str) -> list[dict[str, str]]:
        """Return the attributes of the elements that have these; ``class_`` matches one of several classes."""
        return [
            found
            for name, found in self.tags
            if name == tag and all(_matches(found, key, value) for key, value in attributes.items())
        ]

    def meta(self, name: str) -> str:
        return next((found.get("content", "") for found in self.find("meta", name=name)), "")


def _matches(found: dict[str, str], key: str, value: str) -> bool:
    return value in found.get("class", "").split() if key == "class_" else found.get(key) == value


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.prose: list[tuple[str, str]] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {key: value or "" for key, value in attrs}
        self.tags.append((tag, attributes))
        language = attributes.get("lang") or (self._open[-1][1] if self._open else "")
        if tag not in VOID:
            self._open.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            if self._open.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        inside = {tag for tag, _ in self._open}
        if inside & SILENT:
            return
        self.words.append(data)
        if not inside & VERBATIM:
            self.prose.append((self._open[-1][1] if self._open else "", data.strip()))
