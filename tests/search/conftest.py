"""A city with a record of every kind, audience and fate, and its indexes; built once for all tests of search."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command

from sunlit.search import following, reading
from tests.city import Builder


@pytest.fixture(scope="package")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[Builder]:
    from sunlit.ledger import keys

    home = django_settings.HOME
    with django_db_blocker.unblock():
        keys.ensure()
        shutil.rmtree(home / "ledger", ignore_errors=True)
        shutil.rmtree(home / "search", ignore_errors=True)
        builder = Builder()
        try:
            builder.build()
            following.catch_up()
            reading.forget()
            yield builder
        finally:
            for alias in django_settings.DATABASES:
                call_command("flush", database=alias, interactive=False, verbosity=0)
            shutil.rmtree(home / "ledger", ignore_errors=True)
            shutil.rmtree(home / "search", ignore_errors=True)
            reading.forget()


@pytest.fixture
def city(built: Builder, db: None) -> Iterator[Builder]:
    """The city for a test that changes something: what it changed is undone, so its indexes are copied first."""
    home = django_settings.HOME
    shutil.rmtree(home / "kept", ignore_errors=True)
    shutil.copytree(home / "search", home / "kept")
    yield built
    shutil.rmtree(home / "search", ignore_errors=True)
    (home / "kept").rename(home / "search")
    reading.forget()
