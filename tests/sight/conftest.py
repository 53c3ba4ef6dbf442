"""Papers of every audience at every unit of a small city, and people."""

from datetime import date
from itertools import product

import pytest
from django.db import connection

from sunlit.sight import Audience
from sunlit.units.actions import create_user, grant
from sunlit.units.models import Unit
from tests.sight.papers import Page, Paper, Parcel

DAY = date(2025, 6, 2)


@pytest.fixture(scope="session")
def _papers(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            for model in (Parcel, Paper, Page):
                editor.create_model(model)
        yield
        with connection.schema_editor() as editor:
            for model in (Page, Paper, Parcel):
                editor.delete_model(model)


@pytest.fixture
def papers(_papers, db):
    """One live paper per audience and unit, named ``audience at unit``; what has a scope has it for its own unit."""
    units = {"city": "0001", "audit": "00010001", "county": "00010002", "village": "000100020001", "park": "00010010"}
    for code, path in units.items():
        Unit.objects.create(code=code, name=code, cls="department", level="city", path=path)
    for audience, (code, path) in product(Audience, units.items()):
        scope = {"group": f"village:{code}", "sealed": f"named:{code}"}.get(audience, "")
        Paper.objects.create(title=f"{audience} at {code}", audience=audience, scope=scope, unit_path=path)
    return Paper.objects.order_by("id")


@pytest.fixture
def person(papers):
    """Make a person with roles, given as pairs of role and code of a unit."""

    def make(*roles: tuple[str, str]):
        user = create_user("someone", "a long enough phrase")
        for role, code in roles:
            grant(user, Unit.objects.get(code=code), role, since=DAY)
        return user

    return make
