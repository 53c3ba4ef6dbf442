"""A small city of its own: a plan with four kinds, and a person for every step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from sunlit.ledger import sequencer
from sunlit.ledger.followers import Followers, run_once
from sunlit.plan import actions as plan_actions
from sunlit.plan.checks import check_directory
from sunlit.plan.language import Plan
from sunlit.records import acts, chains, counters
from sunlit.records.models import Record, Revision
from sunlit.units import actors
from sunlit.units.actions import create_user, grant, sync_units
from sunlit.units.actors import Actor
from sunlit.units.models import Unit
from sunlit.units.roles import Role

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def plan() -> Plan:
    checked = check_directory(HERE / "plan")
    assert checked.plan is not None, [str(fault) for fault in checked.faults]
    return checked.plan


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    settings.HOME = tmp_path
    settings.FILES_ROOT = tmp_path / "files"
    settings.LEDGER_ORIGIN = "riverton.example/ledger"
    from sunlit.ledger import keys

    keys.ensure()
    return tmp_path


@dataclass(frozen=True)
class City:
    """Units by code, and one person in each role for the whole city; ``other`` is a second approver."""

    units: dict[str, Unit]
    editor: Actor
    colleague: Actor
    reviewer: Actor
    secrecy_reviewer: Actor
    approver: Actor
    other: Actor

    def __getitem__(self, code: str) -> Unit:
        return self.units[code]


def open_city(plan: Plan) -> City:
    plan_actions.store_and_activate(plan, NOW)
    sync_units(plan, today=date(2026, 1, 1))
    units = {unit.code: unit for unit in Unit.objects.all()}

    def person(name: str, role: Role) -> Actor:
        user = create_user(name, "a long enough phrase")
        grant(user, units["city"], role, since=date(2020, 1, 1))
        return actors.of(user, units["city"], role)

    return City(
        units,
        editor=person("editor", Role.EDITOR),
        colleague=person("colleague", Role.EDITOR),
        reviewer=person("reviewer", Role.REVIEWER),
        secrecy_reviewer=person("secrecy", Role.SECRECY_REVIEWER),
        approver=person("approver", Role.APPROVER),
        other=person("other", Role.APPROVER),
    )


@pytest.fixture
def city(db: None, plan: Plan) -> City:
    return open_city(plan)


PENALTY = {
    "party": "江城清风商贸有限公司",
    "party_kind": "法人及非法人组织",
    "uscc": "91510903MA6200001K",
    "head": "张三丰",
    "head_id": "510903199001011238",
    "number": "江市监处罚〔2026〕1号",
    "fact": "虚假宣传",
    "categories": "罚款",
    "fine": "0.5",
    "decided_on": "2026-02-10",
}
POLICY = {"title": "江城市节约用水办法", "issued_on": "2026-01-05", "body": "第一条 为了节约用水，制定本办法。"}
SAMPLES: dict[str, tuple[str, dict[str, object]]] = {
    "penalty": ("market", PENALTY),
    "policy": ("city", POLICY),
    "village-list": ("village", {"household": "李四", "amount": "1200"}),
    "notice": ("market", {"no": "A-1", "budget": "100", "method": "公开招标"}),
    "award": ("market", {"no": "A-1", "amount": "90", "method": "公开招标", "awarded_on": "2026-01-20"}),
    "rule": ("city", {"title": "江城市值班规定", "formed_on": "2026-02-27"}),
    "contract": ("market", {"no": "A-1", "amount": "90"}),
}

Draft = Callable[..., Revision]
Publish = Callable[..., Record]


@pytest.fixture
def draft(city: City) -> Draft:
    """Draft a penalty, or another kind, with some fields changed."""

    def make(kind: str = "penalty", *, unit: str = "", now: datetime = NOW, **changes: Any) -> Revision:
        usual, data = SAMPLES[kind]
        scope = "village:village" if kind == "village-list" else ""
        return acts.draft(kind, city[unit or usual], {**data, **changes}, actor=city.editor, now=now, scope=scope)

    return make


@pytest.fixture
def approve(city: City) -> Callable[..., Revision]:
    """Take a draft through every review."""

    def go(revision: Revision, *, now: datetime = NOW) -> Revision:
        acts.submit(revision, actor=city.editor, now=now)
        acts.review(revision, actor=city.reviewer, now=now)
        if revision.record.kind == "policy":
            acts.review_secrecy(revision, actor=city.secrecy_reviewer, now=now)
        return acts.approve(revision, actor=city.approver, now=now)

    return go


@pytest.fixture
def publish(city: City, draft: Draft, approve: Callable[..., Revision]) -> Publish:
    """Publish a penalty, or another kind, with some fields changed."""

    def make(kind: str = "penalty", *, now: datetime = NOW, **changes: Any) -> Record:
        revision = approve(draft(kind, now=now, **changes), now=now)
        return acts.publish(revision, actor=city.approver, now=now).record

    return make


def settle() -> None:
    """Let the ledger and the counters catch up."""
    sequencer.sequence(10_000, now=NOW)
    while run_once(Followers(views=(counters.VIEW, chains.VIEW)), now=NOW):
        pass


@pytest.fixture(autouse=True)
def _sentences_as_in_the_code(in_english: None) -> None:
    """Compare sentences with those in the code."""
