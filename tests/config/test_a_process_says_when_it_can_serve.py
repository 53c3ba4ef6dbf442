"""A load balancer sends readers only to processes that can serve them, and is told why one cannot."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from sunlit.plan.models import PlanVersion
from sunlit.portal import readiness

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def _anew():
    readiness.forget()
    yield
    readiness.forget()


def asked(client):
    response = client.get("/readyz")
    assert "no-store" in response["Cache-Control"]
    return response.status_code, json.loads(response.content)["reasons"]


def test_with_database_tables_and_plan_it_is_ready(client):
    PlanVersion.objects.create(hash="0" * 64, document="{}", applied_at="2026-01-01T00:00:00Z", active=True)
    assert asked(client) == (200, [])
    assert asked(client) == (200, []), "the second time the migrations are known"


def test_without_a_plan_it_says_so(client):
    status, reasons = asked(client)
    assert status == 503
    assert reasons == ["no plan is in force; run `sunlit plan apply DIR`"]


def test_missing_migrations_are_named_until_they_are_there(client):
    last = MigrationLoader(connection).graph.leaf_nodes("ledger")[0]
    MigrationRecorder(connection).record_unapplied(*last)
    status, reasons = asked(client)
    assert status == 503
    assert reasons[0] == "database default lacks migrations; run `sunlit init`"
    MigrationRecorder(connection).record_applied(*last)
    assert asked(client)[1] == ["no plan is in force; run `sunlit plan apply DIR`"]


def test_a_database_that_does_not_answer_is_a_reason(client, monkeypatch):
    from django.db import OperationalError

    def broken(alias):
        raise OperationalError("secret address of the server")

    monkeypatch.setattr(readiness, "_is_migrated", broken)
    status, reasons = asked(client)
    assert status == 503
    assert reasons == ["the database does not answer: OperationalError"]
