"""Whatever is called, within the described schema or outside of it, the intake answers and never breaks."""

from __future__ import annotations

import json
from contextlib import contextmanager
from itertools import count

import jsonschema_rs
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from sunlit.api import openapi
from sunlit.api.models import Answer
from sunlit.config.wsgi import django_application
from sunlit.plan import selectors as plans
from tests.api.conftest import BASE, PENALTY

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]
_numbers = count(1)


def test_the_document_is_open_api_and_is_there_for_everyone(city):
    answer = Client().get(f"{BASE}/openapi.json")
    assert (answer.status_code, answer.json()["openapi"]) == (200, "3.1.0")
    assert "record.penalty" in answer.json()["components"]["schemas"]


def test_the_document_changes_with_the_plan_and_is_made_once_for_each(city, plan):
    assert openapi.document(plans.current()) is openapi.document(plans.current())
    assert plans.current().hash in openapi.document(plans.current())["info"]["description"]


def test_what_fits_the_schema_of_a_kind_is_taken(system, plan):
    fields = {**PENALTY, "party_kind": "legal", "categories": ["fine"], "fine": 0.5}
    validator = jsonschema_rs.Draft202012Validator(openapi.schema_of(plan, plan.kinds["penalty"]))
    assert [error.message for error in validator.iter_errors(fields)] == []
    assert system.bring(**fields).status_code == 201


@contextmanager
def one_connection():
    """Let calls run in the test's own transaction, as Django's client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize(
    ("sandbox", "examples"),
    [
        (True, 15),
        (False, 40),
        pytest.param(False, 600, marks=pytest.mark.soak),
        pytest.param(True, 300, marks=pytest.mark.soak),
    ],
)
def test_calls_made_from_the_schema_are_answered(issue, settings, sandbox, examples):
    """Send what schemathesis makes of the served schema, in order and out of order."""
    settings.API_RATE = settings.API_RATE_ADDRESS = 10**9
    system = issue("city", ("penalty", "policy", "notice"), below=True, sandbox=sandbox)
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(openapi.document(plans.current()))))
    schema.app = django_application
    sent = system.bring("penalty", "market").json()["id"]
    with one_connection():
        for found in schema.get_all_operations():
            _call_often(found.ok(), system, sent, examples)


def _call_often(operation, system, sent: str, examples: int) -> None:
    strategy = st.one_of(
        operation.as_strategy(), operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)
    )

    @given(strategy)
    @bounds(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def call(case) -> None:
        Answer.objects.all().delete()
        if next(_numbers) % 3 and "pk" in (case.path_parameters or {}):
            case.path_parameters["pk"] = sent
        answer = case.call(headers={"Authorization": f"Bearer {system.secret}"}, base_url="http://testserver")
        assert answer.status_code < 500, answer.content

    call()
