"""A small city: a government, two bureaus, a county with a township and its village."""

from dataclasses import dataclass, field
from datetime import date

import pytest

from sunlit.plan.language import Unit as Planned
from sunlit.plan.language.units import Succession, UnitClass
from sunlit.units.actions import create_user, grant, sync_units
from sunlit.units.models import Unit, User

DAY = date(2025, 6, 2)

ROWS = [
    ("city", "遂宁市人民政府", "municipality", None),
    ("audit", "遂宁市审计局", "department", "city"),
    ("water", "遂宁市水利局", "department", "city"),
    ("county", "船山区人民政府", "county", "city"),
    ("town", "永兴镇人民政府", "township", "county"),
    ("village", "八角村村委会", "village", "town"),
]


@dataclass
class SmallPlan:
    """The part of a plan that the register of units reads."""

    units: dict[str, Planned]
    succession: tuple[Succession, ...] = ()
    classes: dict[str, UnitClass] = field(
        default_factory=lambda: {
            code: UnitClass(code=code, label=code, level=level)
            for code, level in [
                ("municipality", "city"),
                ("department", "city"),
                ("county", "county"),
                ("township", "township"),
                ("village", "village"),
            ]
        }
    )


def planned(code, name, cls, parent, **more) -> Planned:
    return Planned.model_validate({"code": code, "name": name, "class": cls, "parent": parent, **more})


def plan_of(*rows, succession=()) -> SmallPlan:
    units = [row if isinstance(row, Planned) else planned(*row) for row in rows]
    passed = [
        Succession.model_validate({"function": f, "from": a, "to": b, "on": on, "source": "机构改革方案"})
        for f, a, b, on in succession
    ]
    return SmallPlan({unit.code: unit for unit in units}, tuple(passed))


@pytest.fixture
def city(db) -> dict[str, Unit]:
    sync_units(plan_of(*ROWS), today=DAY)
    return {unit.code: unit for unit in Unit.objects.all()}


@pytest.fixture
def person(db):
    """Make a person with roles, given as pairs of role and unit."""

    def make(name: str, *roles: tuple[str, Unit]) -> User:
        user = create_user(name, "a long enough phrase")
        for role, unit in roles:
            grant(user, unit, role, since=DAY)
        return user

    return make
