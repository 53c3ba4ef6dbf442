"""A unit's start page: columns are views of the catalogue, one person proposes, another puts it in force."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from sunlit import sight
from sunlit.ledger.models import Pending
from sunlit.plan import selectors as plans
from sunlit.plan.language.startpages import StartColumn
from sunlit.records import acts as record_acts
from sunlit.records.acts.rules import ActRefused
from sunlit.records.startpages import acts, selectors
from sunlit.records.startpages.content import Content, ContentRefused, checked
from sunlit.records.startpages.showing import fill
from sunlit.records.startpages.tables import UnitPageVersion, VersionState
from tests.records.conftest import NOW, settle

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]
LATER = NOW + timedelta(days=1)


def column(title: str = "处罚", *kinds: str, **more: Any) -> dict[str, Any]:
    return {"title": title, "kinds": list(kinds or ("penalty",)), "rows": 5, "layout": "list", **more}


def page(*columns: dict[str, Any], **texts: str) -> dict[str, Any]:
    return {**texts, "columns": list(columns)}


@pytest.fixture
def propose(city):
    def go(raw: dict[str, Any], *, actor: Any = None, version: int = 0, unit: str = "market") -> UnitPageVersion:
        return acts.propose(city[unit], raw, version=version, actor=actor or city.editor, now=NOW)

    return go


@pytest.fixture
def in_force(city, propose):
    def go(raw: dict[str, Any], *, version: int = 0) -> UnitPageVersion:
        made = propose(raw, version=version)
        acts.put_in_force(made, version=version + 1, actor=city.approver, now=NOW)
        return made

    return go


def objections(raw: dict[str, Any], unit: str = "market") -> list[tuple[str, str]]:
    with pytest.raises(ContentRefused) as refused:
        checked(raw, plans.current(), unit, today=date(2026, 3, 2))
    return [(one.where, one.sentence) for one in refused.value.problems]


def shown(city, unit: str, asked: StartColumn, viewer: Any = None) -> list[int]:
    return [one.pk for one in fill(viewer or sight.anonymous(), plans.current(), city[unit], asked).records]


def test_a_unit_without_a_page_shows_the_columns_of_its_class(city):
    found = selectors.shown(plans.current(), city["market"])
    assert [one.title.zh for one in found.columns] == ["处罚", "项目"]
    assert selectors.shown(plans.current(), city["county"]).is_empty


def test_nothing_is_seen_before_someone_else_puts_it_in_force(city, propose):
    made = propose(page(column("只有处罚"), opening="管市场的。"))
    assert selectors.shown(plans.current(), city["market"]).opening == ""
    acts.put_in_force(made, version=1, actor=city.approver, now=NOW)
    assert selectors.shown(plans.current(), city["market"]).opening == "管市场的。"


def test_a_page_without_columns_keeps_those_of_the_plan(city, in_force):
    in_force(page(opening="管市场的。"))
    found = selectors.shown(plans.current(), city["market"])
    assert (found.opening, len(found.columns)) == ("管市场的。", 2)


def test_nobody_puts_an_own_proposal_in_force(city, propose):
    from sunlit.units import actors
    from sunlit.units.actions import grant
    from sunlit.units.models import User
    from sunlit.units.roles import Role

    author = User.objects.get(username="editor")
    grant(author, city["city"], Role.APPROVER, since=date(2020, 1, 1))
    made = propose(page(column("甲")))
    both = actors.of(author, city["city"], Role.APPROVER)
    with pytest.raises(ActRefused, match="yourself"):
        acts.put_in_force(made, version=1, actor=both, now=NOW)
    taken_on = propose(page(column("乙")), actor=city.colleague, version=1)
    with pytest.raises(ActRefused, match="yourself"):
        acts.put_in_force(taken_on, version=2, actor=both, now=NOW)


def test_an_editor_puts_nothing_in_force(city, propose):
    with pytest.raises(ActRefused, match="no role"):
        acts.put_in_force(propose(page(column("甲"))), version=1, actor=city.colleague, now=NOW)


def test_of_two_editors_the_second_is_told(city, propose):
    propose(page(column("甲")))
    with pytest.raises(ActRefused, match="A colleague has changed this start page"):
        propose(page(column("乙")), actor=city.colleague, version=0)
    assert [one.number for one in UnitPageVersion.objects.all()] == [1]


def test_a_later_proposal_overtakes_the_one_that_waits(city, propose):
    first = propose(page(column("甲")))
    second = propose(page(column("乙")), actor=city.colleague, version=1)
    first.refresh_from_db()
    assert (first.state, second.state) == (VersionState.OVERTAKEN, VersionState.PROPOSED)
    with pytest.raises(ActRefused):
        acts.put_in_force(first, version=2, actor=city.approver, now=NOW)


def test_a_proposal_that_changes_nothing_is_refused(city, propose, in_force):
    with pytest.raises(ActRefused, match="Nothing is different"):
        propose(page())
    in_force(page(column("甲")))
    with pytest.raises(ActRefused, match="Nothing is different"):
        propose(page(column("甲")), version=2)


def test_what_is_sent_back_says_why(city, propose):
    made = propose(page(column("甲")))
    with pytest.raises(ActRefused, match="Say what"):
        acts.send_back(made, " ", version=1, actor=city.approver, now=NOW)
    acts.send_back(made, "太短", version=1, actor=city.approver, now=NOW)
    made.refresh_from_db()
    assert (made.state, made.reason) == (VersionState.SENT_BACK, "太短")
    assert selectors.sent_back(made.page) == made


def test_every_version_is_kept_and_can_be_proposed_again(city, in_force):
    first = in_force(page(column("甲")))
    in_force(page(column("乙")), version=2)
    first.refresh_from_db()
    assert first.state == VersionState.PAST
    again = page(column("甲"))
    in_force(again, version=4)
    assert [one.number for one in selectors.versions(first.page)] == [3, 2, 1]
    assert selectors.shown(plans.current(), city["market"]).columns[0].title.zh == "甲"


def test_each_step_is_a_private_entry_and_only_what_readers_see_ends_pages(city, in_force):
    Pending.objects.all().delete()
    in_force(page(column("甲"), opening="一句话"))
    rows = list(Pending.objects.order_by("pk"))
    assert [one.ref for one in rows] == ["proposed#1", "in-force#1"]
    assert [one.tags for one in rows] == ["", f"unit:{city['market'].path}"]
    for one in rows:
        assert "一句话".encode() not in bytes(one.body)
        assert set(one.body.decode().split('"')[1::2]) >= {"commit", "day", "type", "v"}
        assert city.editor.opaque not in one.body.decode()


def test_a_column_shows_the_latest_of_its_kinds_and_no_more_than_its_rows(city, publish):
    found = [publish("notice", no=f"B-{n}", now=NOW + timedelta(minutes=n)) for n in range(4)]
    award = publish("award", no="B-1", now=NOW + timedelta(hours=1))
    settle()
    asked = StartColumn.model_validate({"title": "项目", "kinds": ("notice", "award"), "rows": 3})
    assert shown(city, "market", asked) == [award.pk, found[3].pk, found[2].pk]


def test_a_column_is_of_the_unit_alone_unless_it_takes_in_those_below(city, publish):
    below = publish("notice", unit="village", no="V-1")
    settle()
    alone = StartColumn.model_validate({"title": "项目", "kinds": ("notice",)})
    assert shown(city, "county", alone) == []
    assert shown(city, "county", alone.model_copy(update={"below": True})) == [below.pk]
    assert shown(city, "city", alone) == []
    filled = fill(sight.anonymous(), plans.current(), city["county"], alone)
    assert [share.total for share in filled.shares] == [0]


def test_a_column_is_narrowed_to_one_choice(city, publish):
    publish("penalty", number="江市监处罚〔2026〕2号")
    warned = publish("penalty", number="江市监处罚〔2026〕3号", categories="警告", fine="")
    settle()
    asked = StartColumn.model_validate(
        {"title": "警告", "kinds": ("penalty",), "field": "categories", "value": "warning"}
    )
    assert shown(city, "market", asked) == [warned.pk]


def test_a_record_that_is_withdrawn_leaves_its_column_at_once(city, publish):
    record = publish()
    asked = StartColumn.model_validate({"title": "处罚", "kinds": ("penalty",)})
    assert shown(city, "market", asked) == [record.pk]
    record_acts.withdraw(record, actor=city.approver, now=LATER, reason="有误")
    assert shown(city, "market", asked) == []


def test_a_column_holds_only_what_its_reader_may_see(city, draft, approve):
    record_acts.publish(approve(draft("village-list")), actor=city.approver, now=NOW)
    settle()
    asked = StartColumn.model_validate({"title": "名单", "kinds": ("village-list",)})
    assert shown(city, "village", asked) == []
    filled = fill(sight.anonymous(), plans.current(), city["village"], asked)
    assert sum(share.total for share in filled.shares) == 0


@pytest.mark.parametrize(
    ("raw", "where", "says"),
    [
        (page(column("")), "column-1", "title"),
        (page(column("长" * 31)), "column-1", "longer than 30"),
        (page(column("甲"), column("甲")), "column-2", "Another column"),
        (page(column("甲", rows=2)), "column-1", "3 to 10 rows"),
        (page(column("甲", rows=11)), "column-1", "3 to 10 rows"),
        (page(column("甲", layout="wall")), "column-1", "laid out"),
        (page({**column("甲"), "kinds": []}), "column-1", "at least one kind"),
        (page(column("甲", "nothing")), "column-1", "no kind “nothing”"),
        (page(column("甲", "village-list")), "column-1", "does not publish"),
        (page(column("甲", "penalty", "notice", field="method", value="x")), "column-1", "one kind"),
        (page(column("甲", "penalty", field="categories", value="prison")), "column-1", "cannot be narrowed"),
        (page(*[column(f"第{n}栏") for n in range(13)]), "columns", "more than 12"),
        (page(opening="长" * 501), "opening", "501 characters long"),
        (page(opening="\x00"), "opening", "cannot be stored"),
        (page(notice="停电"), "notice_until", "until which day"),
        (page(notice="停电", notice_until="2026-03-01"), "notice_until", "past"),
        (page(notice="停电", notice_until="tomorrow"), "notice_until", "is not a day"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_a_sentence(raw, where, says, city):
    assert any(place == where and says in sentence for place, sentence in objections(raw)), objections(raw)


def test_a_kind_of_units_below_is_taken_in_with_them_only(city):
    assert "Only units below" in objections(page(column("名单", "village-list")), "county")[0][1]
    checked(page(column("名单", "village-list", below=True)), plans.current(), "county", today=date(2026, 3, 2))


def test_all_objections_come_together(city):
    found = objections(page(column(""), column("甲", rows=1), opening="长" * 501))
    assert {place for place, _sentence in found} == {"opening", "column-1", "column-2"}


def test_a_notice_ends_with_its_last_day():
    found = Content(notice="停电", notice_until=date(2026, 3, 5))
    assert (found.notice_on(date(2026, 3, 5)), found.notice_on(date(2026, 3, 6))) == ("停电", "")
