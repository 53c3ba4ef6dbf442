"""The small city of the units, with people who log in."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import translation

from sunlit.units.models import User
from tests.units.conftest import city, person  # noqa: F401 - fixtures

PHRASE = "a long enough phrase"


@pytest.fixture(autouse=True)
def _chinese():
    with translation.override(django_settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def at_desk() -> Callable[[User], Client]:
    """Sit a person at the desk, logged in."""

    def sit(user: User, **more) -> Client:
        client = Client(REMOTE_ADDR=f"10.2.{user.pk // 250}.{user.pk % 250}", **more)
        client.force_login(user)
        return client

    return sit


def enter(client: Client, username: str, password: str = PHRASE, **more):
    """Log in as a person would."""
    return client.post("/login/", {"username": username, "password": password, **more})


def said(response) -> str:
    """Return what a page says, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))
