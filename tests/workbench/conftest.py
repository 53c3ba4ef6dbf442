"""A small city with a person for every step, and a browser for each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from sunlit.records.models import Revision
from sunlit.units.actions import create_user, grant
from sunlit.units.models import User
from sunlit.units.roles import Role
from tests.records.conftest import City, approve, draft, home, open_city, plan, publish  # noqa: F401  # the plan of the records' own tests

Desk = Callable[[str], Client]
Post = Callable[..., Any]


@pytest.fixture
def city(db: None, plan: Any, home: Any) -> City:  # noqa: F811
    """Open the city and give it a lawyer and a second editor."""
    built = open_city(plan)
    lawyer = create_user("lawyer", "a long enough phrase")
    grant(lawyer, built["city"], Role.LEGAL_REVIEWER, since=date(2020, 1, 1))
    return built


@pytest.fixture
def at(city: City) -> Iterator[Desk]:
    """Return the browser of a person, in English, whose words stand in the code."""

    def log_in(name: str) -> Client:
        client = Client(HTTP_ACCEPT_LANGUAGE="en")
        client.force_login(User.objects.get(username=name))
        return client

    with translation.override("en"):
        yield log_in


@pytest.fixture
def begun(at: Desk) -> Revision:
    """Return a text that the editor has begun at the desk."""
    answer = at("editor").post(f"/en{_path('begin', 'rule')}", {"unit": "city"})
    assert answer.status_code == 302, answer.content.decode()[:300]
    return Revision.objects.order_by("-pk")[0]


@pytest.fixture
def save(at: Desk) -> Post:
    """Save a text as somebody, with some fields of its form filled in."""

    def post(
        text: Revision,
        who: str = "editor",
        *,
        do: str = "save",
        version: int | None = None,
        chosen: dict[str, str] | None = None,
        **fields: Any,
    ) -> Any:
        text.refresh_from_db()
        typed = {f"f-{name}": value for name, value in fields.items()}
        typed |= {f"take-{name}": which for name, which in (chosen or {}).items()}
        given = {"do": do, "version": text.version if version is None else version, "fields-shown": SHOWN, **typed}
        return at(who).post(f"/en{_path('edit', text.pk)}", given)

    return post


@pytest.fixture
def press(at: Desk) -> Post:
    """Press a button on a text as somebody, and return the page that follows."""

    def post(text: Revision, act: str, who: str, **fields: str) -> str:
        answer = at(who).post(f"/en{_path('text_act', text.pk, act)}", fields, follow=True)
        text.refresh_from_db()
        return answer.content.decode()

    return post


SHOWN = "title formed_on body"


def _path(name: str, *arguments: object) -> str:
    with translation.override("zh-hans"):
        return reverse(f"workbench:{name}", args=arguments)
