"""The small city of the records, with an administrator and systems that call."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

import pytest
from django.test import Client

from sunlit.api import secrets, tokens
from sunlit.api.models import Token
from sunlit.api.tokens import NewToken
from sunlit.calendars import clock
from sunlit.units.actions import create_user, grant
from sunlit.units.models import User
from sunlit.units.roles import Role
from tests.records.conftest import (  # noqa: F401 - fixtures
    PENALTY,
    POLICY,
    _sentences_as_in_the_code,
    approve,
    city,
    draft,
    home,
    plan,
    publish,
)

BASE = "/api/intake/v1"
_numbers = count(1)


@dataclass(frozen=True)
class System:
    """Another system: its token, and how it calls."""

    token: Token
    secret: str

    def get(self, path: str, **headers: str):
        return Client().get(f"{BASE}{path}", headers=self._headers(headers))

    def post(self, path: str, body: Any, *, key: str = "", **headers: str):
        more = {"Idempotency-Key": key or f"call-{next(_numbers)}", **headers}
        data = body if isinstance(body, str) else json.dumps(body)
        return Client().post(f"{BASE}{path}", data, content_type="application/json", headers=self._headers(more))

    def send(self, name: str, content: bytes, *, key: str = ""):
        from django.core.files.uploadedfile import SimpleUploadedFile

        more = {"Idempotency-Key": key or f"call-{next(_numbers)}"}
        return Client().post(f"{BASE}/files", {"file": SimpleUploadedFile(name, content)}, headers=self._headers(more))

    def bring(self, kind: str = "penalty", unit: str = "market", *, key: str = "", reference: str = "", **changes: Any):
        return self.post("/records", new(kind, unit, reference=reference, **changes), key=key)

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}", "Accept-Language": "en", **more}


def new(kind: str = "penalty", unit: str = "market", *, reference: str = "", **changes: Any) -> dict[str, Any]:
    fields = {**{"penalty": PENALTY, "policy": POLICY}.get(kind, {}), **changes}
    return {"kind": kind, "unit": unit, "reference": reference, "fields": fields}


@pytest.fixture
def administrator(city) -> User:  # noqa: F811
    user = create_user("administrator", "a long enough phrase")
    grant(user, city["city"], Role.UNIT_ADMINISTRATOR, since=date(2020, 1, 1))
    return user


@pytest.fixture
def issue(city, administrator) -> Callable[..., System]:  # noqa: F811
    """Issue a token for the market's penalties, with some things changed."""

    def make(unit: str = "market", kinds: tuple[str, ...] = ("penalty",), **more: Any) -> System:
        wanted = NewToken("Case system", city[unit], kinds, more.pop("expires_on", date(2027, 11, 1)), **more)
        token, secret = tokens.issue(administrator, wanted, now=clock.now())
        return System(Token.objects.select_related("unit", "account").get(pk=token.pk), secret)

    return make


@pytest.fixture
def unwritten(city) -> System:  # noqa: F811
    """Make a token without the audit journal, whose rows no test can take away again that commits."""
    account = create_user("machine", "a long enough phrase")
    grant(account, city["market"], Role.EDITOR, since=date(2020, 1, 1))
    secret = secrets.new(sandbox=False)
    token = Token.objects.create(
        name="Case system",
        unit=city["market"],
        kinds=["penalty"],
        digest=secrets.digest(secret),
        ending=secret[-4:],
        account=account,
        issued_at=clock.now(),
        expires_on=date(2027, 11, 1),
    )
    return System(token, secret)


@pytest.fixture
def system(issue) -> System:
    return issue()
