"""Two cities, one after the other, each with every example of its plan published."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings as django_settings
from django.core.management import call_command
from django.test import Client
from django.utils import translation

from sunlit.plan.language import Kind, Plan
from tests.city import LONG_AGO, PHRASE, Builder

pytest.register_assert_rewrite("tests.kinds.walk")
PLANS = Path(__file__).resolve().parents[2] / "plans"


def kinds_of(name: str) -> list[str]:
    """Read the codes of a plan's kinds from its files, without checking anything."""
    lines = (line for file in (PLANS / name / "kinds").glob("*.yaml") for line in file.read_text().splitlines())
    return sorted(line.split("code:")[1].strip() for line in lines if line.startswith("  - code:"))


def prefixes_of(name: str) -> list[str]:
    """Return the path prefixes of the languages that a plan offers; the first language has none."""
    head = yaml.safe_load((PLANS / name / "plan.yaml").read_text(encoding="utf-8"))["plan"]
    return ["", *(f"/{language}" for language in head["languages"][1:])]


def pytest_generate_tests(metafunc: Any) -> None:
    if "prefix" in metafunc.fixturenames:
        metafunc.parametrize("prefix", prefixes_of(metafunc.module.PLAN))
    if "code" in metafunc.fixturenames:
        metafunc.parametrize("code", kinds_of(metafunc.module.PLAN))


@dataclass
class Built:
    """A city whose records are the examples of its plan; ``insider`` works everywhere and belongs to every group."""

    plan: Plan
    directory: Path
    slugs: dict[str, str]
    insider: str

    def kind(self, code: str) -> Kind:
        return self.plan.kinds[code]


@pytest.fixture(scope="module")
def built(request: Any, django_db_setup: None, django_db_blocker: Any) -> Iterator[Built]:
    from sunlit.ledger import keys

    with django_db_blocker.unblock():
        keys.ensure()
        # Another test's log may have been published from this folder; this city begins its own.
        published = django_settings.HOME / "ledger"
        shutil.rmtree(published, ignore_errors=True)
        try:
            directory = PLANS / request.module.PLAN
            builder = Builder(directory=directory)
            city = builder.build_examples()
            yield Built(builder.plan, directory, city.slugs, _insider(builder))
        finally:
            for alias in django_settings.DATABASES:
                call_command("flush", database=alias, interactive=False, verbosity=0)
            shutil.rmtree(published, ignore_errors=True)


def _insider(builder: Builder) -> str:
    from sunlit.records.models import Record
    from sunlit.units.actions import create_user, grant, join_group
    from sunlit.units.models import Unit
    from sunlit.units.roles import Role

    user = create_user("insider", PHRASE)
    grant(user, Unit.objects.get(code=builder.plan.head.root), Role.EDITOR, since=LONG_AGO)
    for scope in Record.objects.exclude(scope="").values_list("scope", flat=True).distinct():
        group, _colon, key = scope.partition(":")
        join_group(user, group, key, since=LONG_AGO)
    client = Client()
    client.force_login(user)
    return client.cookies[django_settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def city(built: Built, db: None) -> Built:
    from sunlit.screens import limits

    limits.forget()
    translation.activate(django_settings.LANGUAGE_CODE)
    return built


@pytest.fixture
def insider(city: Built) -> Client:
    client = Client()
    client.cookies[django_settings.SESSION_COOKIE_NAME] = city.insider
    return client


Rows = Callable[[str], list[dict[str, str]]]


@pytest.fixture
def exported(insider: Client) -> Rows:
    """Return the list of a kind as its file has it."""

    def read(code: str) -> list[dict[str, str]]:
        response = insider.get(f"/kinds/{code}.csv")
        assert response.status_code == 200
        text = b"".join(response.streaming_content).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    return read
