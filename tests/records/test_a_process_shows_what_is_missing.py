"""Records of several kinds under one number are one process, and a stage that was left out is seen."""

from __future__ import annotations

import shutil
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunlit import sight
from sunlit.ledger.followers import rebuild
from sunlit.plan import actions as plan_actions
from sunlit.plan.checks import check_directory
from sunlit.plan.language.processes import Process
from sunlit.records import acts, chains, processes, refilling
from sunlit.records.models import Chain
from sunlit.records.stages import steps
from tests.records.conftest import HERE, NOW, settle

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]

ANYONE = sight.anonymous()


def states(process, number="A-1"):
    return {step.stage.kind: step.state for step in processes.of_number(ANYONE, process, number)}


@pytest.fixture
def procurement(plan, city):
    return plan.processes["procurement"]


def test_a_stage_left_out_before_one_that_is_there_is_missing(procurement, publish):
    publish("award")
    assert states(procurement) == {"notice": "missing", "award": "done", "contract": "next"}


def test_a_stage_that_does_not_belong_to_such_a_process_is_not_missed(procurement, publish):
    publish("award", method="单一来源")
    assert states(procurement) == {"notice": "excused", "award": "done", "contract": "next"}


def test_a_withdrawn_stage_is_missing_again(procurement, publish, city):
    notice = publish("notice")
    publish("award")
    assert states(procurement)["notice"] == "done"
    acts.withdraw(notice, actor=city.approver, now=NOW, reason="公告有误")
    assert states(procurement)["notice"] == "missing"


def test_no_stage_is_called_missing_while_its_numbers_are_put_into_new_slots(plan, procurement, publish, tmp_path):
    publish("notice")
    publish("award")
    settle()
    folder = shutil.copytree(HERE / "plan", tmp_path / "plan")
    path = folder / "kinds" / "chain.yaml"
    before = "{name: budget, type: money, unit: 元, label: 预算, required: true, list: true}"
    number = "{name: no, type: text, label: 项目编号, required: true, list: true, filter: true, sort: true}"
    text = path.read_text()
    assert before in text
    assert number in text
    # A new filter before the number takes the number's column.
    added = "{name: part, type: text, label: 包号, list: true, filter: true, sort: true}"
    path.write_text(
        text.replace(number, f"{added}\n      - {number}").replace("[no, budget, method]", "[part, no, budget, method]")
    )
    new = check_directory(folder).plan
    refilling.note(plan, new, NOW.date())
    plan_actions.store_and_activate(new, NOW)
    assert states(new.processes["procurement"])["notice"] == "later"
    refilling.catch_up()
    assert states(new.processes["procurement"])["notice"] == "done"


def test_another_number_is_another_process(procurement, publish):
    publish("award")
    publish("notice", no="A-2")
    assert states(procurement, "A-2") == {"notice": "done", "award": "next", "contract": "later"}


def test_a_number_is_found_also_where_its_slot_is_sorted(procurement, publish):
    publish("notice", no="遂采〔2026〕1号")
    assert states(procurement, "遂采〔2026〕1号")["notice"] == "done"


def test_the_overview_counts_stages_and_gaps(procurement, publish):
    publish("award")
    publish("notice", no="A-2", now=NOW + timedelta(minutes=1))
    settle()
    found = {row.number: (row.present, row.missing) for row in processes.chains("procurement")}
    assert found == {"A-1": (1, 1), "A-2": (1, 0)}
    assert [row.number for row in processes.chains("procurement", with_gaps=True)] == ["A-1"]
    assert processes.counts("procurement") == (2, 1)


def test_the_overview_follows_what_becomes_of_records(procurement, publish, city):
    award = publish("award")
    settle()
    acts.withdraw(award, actor=city.approver, now=NOW, reason="项目终止")
    settle()
    assert not Chain.objects.exists()


def test_the_overview_shows_no_title_of_a_record_that_was_erased(procurement, publish, city):
    publish("award")
    notice = publish("notice")
    settle()
    assert Chain.objects.get().titled_by == notice.pk
    acts.unpublish(notice, actor=city.approver, now=NOW, reason="下线")
    acts.erase(notice, actor=city.approver, now=NOW, reason="依法删除", basis="个人信息保护法第四十七条")
    settle()
    assert Chain.objects.get().titled_by != notice.pk


def test_a_rebuilt_overview_is_the_same(procurement, publish):
    publish("award")
    publish("notice", no="A-2")
    settle()
    rows = set(Chain.objects.values_list("process", "number", "title", "present", "missing", "latest"))
    rebuild(chains.VIEW, now=NOW)
    assert set(Chain.objects.values_list("process", "number", "title", "present", "missing", "latest")) == rows


def test_the_overview_is_read_from_place_to_place(procurement, publish):
    for number in range(5):
        publish("notice", no=f"B-{number}", now=NOW + timedelta(minutes=number // 2))
    settle()
    seen: list[str] = []
    after = None
    while rows := list(processes.chains("procurement", after=after)[:2]):
        seen += [row.number for row in rows]
        after = (rows[-1].latest, rows[-1].pk)
    assert len(seen) == len(set(seen)) == 5


PROCESS = Process.model_validate(
    {
        "code": "p",
        "label": "p",
        "measures": (1,),
        "about": "p",
        "stages": (
            {"kind": "a"},
            {"kind": "b", "optional": "true"},
            {"kind": "c", "unless": {"kind": "a", "field": "x", "is": ("y",)}},
            {"kind": "d"},
        ),
    }
)


@given(st.sets(st.sampled_from("abcd")), st.booleans())
def test_every_stage_has_one_state_whatever_is_there(there: set[str], excused: bool) -> None:
    found = {kind: [1] for kind in there}
    result = steps(PROCESS, found, lambda unless: excused)
    assert [step.stage.kind for step in result] == list("abcd")
    assert {step.stage.kind for step in result if step.state == "done"} == there
    assert sum(step.state == "next" for step in result) <= 1
    last = max(("abcd".index(kind) for kind in there), default=-1)
    for at, step in enumerate(result):
        if step.state == "missing":
            assert at < last
        if step.state in ("next", "later"):
            assert at > last
