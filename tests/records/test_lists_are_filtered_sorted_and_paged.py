"""Lists: filters and order by slots, pages by key, figures by counters."""

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
from sunlit.records import acts, counters, refilling, selectors, slots
from sunlit.records.models import Counter, Record, Slot
from sunlit.records.paging import Cursor
from tests.records.conftest import HERE, NOW, settle

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ANYONE = sight.anonymous()


@pytest.fixture
def many(publish):
    """Penalties over two units, with equal fines and equal instants among them."""
    fines = ["0.5", "0.5", "2", "0.1", "0.5", "3", "2"]
    units = ["market", "water"]
    made = []
    for n, fine in enumerate(fines):
        made.append(
            publish(
                unit=units[n % 2],
                now=NOW + timedelta(days=n // 2),
                fine=fine,
                number=f"{n}号",
                categories="罚款;警告" if n % 3 == 0 else "罚款",
                decided_on=f"2026-02-{n + 10}",
            )
        )
    settle()
    return made


def walk(**wanted) -> tuple[list[str], list[list[str]]]:
    """Read a list to its end and back again; returns all numbers and the pages on the way back."""
    pages, after = [], None
    while True:
        page = selectors.listing(ANYONE, kind="penalty", after=after, size=2, **wanted)
        pages.append([row.payload["number"] for row in page.rows])
        if page.next is None:
            break
        after = page.next
    back = []
    while page.previous:
        page = selectors.listing(ANYONE, kind="penalty", after=page.previous, size=2, **wanted)
        back.append([row.payload["number"] for row in page.rows])
    return [number for each in pages for number in each], back


@pytest.mark.parametrize("sort", ["-published", "published", "fine", "-fine", "decided_on", "-decided_on", "party"])
def test_every_row_comes_exactly_once_forwards_and_backwards(many, sort):
    forwards, back = walk(sort=sort)
    assert sorted(forwards) == sorted(f"{n}号" for n in range(7))
    assert [number for page in reversed(back) for number in page] == forwards[: sum(map(len, back))]
    assert sum(map(len, back)) == 6


def test_order_follows_the_field_and_the_younger_of_equals_comes_first(many):
    assert walk(sort="fine")[0] == ["3号", "4号", "1号", "0号", "6号", "2号", "5号"]


def test_what_has_no_value_is_not_lost_from_a_sorted_list(publish):
    publish(categories="警告", fine="", number="无罚款")
    publish(number="有罚款")
    assert walk(sort="fine")[0] == ["无罚款", "有罚款"]
    page = selectors.listing(ANYONE, kind="penalty", filters={"fine": (None, "100000")})
    assert [row.payload["number"] for row in page.rows] == ["有罚款"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"categories": "warning"}, {0, 3, 6}),
        ({"fine": ("10000", None)}, {2, 5, 6}),
        ({"fine": "5000"}, {0, 1, 4}),
        ({"decided_on": ("2026-02-11", "2026-02-13")}, {1, 2, 3}),
        ({"party_kind": "trader"}, set()),
        ({"categories": "warning", "fine": ("10000", None)}, {6}),
        ({"uscc": "91510903MA6200001K"}, set(range(7))),
    ],
)
def test_filters_find_what_they_say(many, filters, expected):
    page = selectors.listing(ANYONE, kind="penalty", filters=filters)
    assert {row.payload["number"] for row in page.rows} == {f"{n}号" for n in expected}
    assert (page.total, page.total_is_exact) == (len(expected), True)


@pytest.mark.parametrize(
    "wanted",
    [
        {"filters": {"head": "张三丰"}},
        {"filters": {"head_id": "510903199001011238"}},
        {"filters": {"party": "x"}},
        {"filters": {"nothing": "x"}},
        {"filters": {"fine": "many"}},
        {"filters": {"decided_on": "yesterday"}},
        {"sort": "head"},
        {"sort": "number"},
        {"filters": {"fine": "1e999999"}},
        {"filters": {"fine": "1e30"}},
        {"filters": {"uscc": "9\x00"}},
        {"year": 0},
    ],
)
def test_what_cannot_be_asked_is_refused(many, wanted):
    with pytest.raises(selectors.BadFilter):
        selectors.listing(ANYONE, kind="penalty", **wanted)


def test_subtree_and_year_narrow_a_list(many, city, publish):
    publish("policy", unit="county", now=NOW - timedelta(days=400))
    settle()
    assert len(selectors.listing(ANYONE, unit=city["water"]).rows) == 3
    assert len(selectors.listing(ANYONE, unit=city["city"]).rows) == 8
    assert selectors.listing(ANYONE, unit=city["city"], year=2025).total == 1
    assert selectors.listing(ANYONE, kind="penalty", year=2026).total == 7
    assert selectors.listing(ANYONE, unit=city["village"]).rows == []


def test_a_dense_subtree_is_read_in_order_and_gives_the_same_rows(many, city, monkeypatch):
    from sunlit.records import counting

    both = []
    for share in (0.0, 1.0):
        monkeypatch.setattr(counting, "share", lambda *_, share=share: share)
        page = selectors.listing(ANYONE, kind="penalty", unit=city["market"])
        both.append([row.record.pk for row in page.rows])
    assert both[0] == both[1] != []


def test_the_year_is_that_of_the_plans_zone(publish, city):
    publish(now=NOW.replace(year=2025, month=12, day=31, hour=17))  # 1 January, 01:00 in the plan's zone
    assert len(selectors.listing(ANYONE, year=2026).rows) == 1
    assert selectors.listing(ANYONE, year=2025).rows == []


@given(st.text(max_size=60))
def test_a_broken_cursor_is_the_beginning(text):
    cursor = Cursor.read(text, [("published_at", True), ("record_id", True)])
    assert len(cursor.key) in (0, 2)


@pytest.mark.parametrize("one", ["fine", "party", "decided_on", "published"])
@pytest.mark.parametrize("other", ["fine", "party", "decided_on", "-published"])
def test_a_cursor_of_another_order_does_no_harm(many, one, other):
    after = selectors.listing(ANYONE, kind="penalty", sort=one, size=2).next
    assert selectors.listing(ANYONE, kind="penalty", sort=other, after=after).rows != []


def test_choices_are_those_that_occur_in_the_order_of_the_plan(many):
    assert [(one.value, one.label) for one in selectors.facets(ANYONE, "penalty", "categories")] == [
        ("warning", "警告"),
        ("fine", "罚款"),
    ]
    assert [one.value for one in selectors.facets(ANYONE, "penalty", "party_kind")] == ["legal"]
    assert selectors.facets(ANYONE, "penalty", "head") == []


def test_titles_are_found_in_either_script(publish):
    record = publish(party="遂宁市云龙贸易有限公司")
    assert selectors.titles(ANYONE, "雲龍貿易") == selectors.titles(ANYONE, "云龙 处罚") == [record]
    assert selectors.titles(ANYONE, "  ") == []
    assert selectors.titles(ANYONE, "100%_") == []


def test_nothing_hidden_from_readers_reaches_a_slot(publish):
    publish()
    assert "张三丰" not in str(Slot.objects.values().get())
    assert "510903199001011238" not in str(Slot.objects.values().get())


def test_counters_follow_every_coming_and_going(many, city):
    assert selectors.total("public", kind="penalty") == 7
    acts.withdraw(many[0], actor=city.approver, now=NOW, reason="一")
    acts.unpublish(many[0], actor=city.approver, now=NOW, reason="二")
    acts.take_down(many[1], actor=city.approver, now=NOW, reason="三")
    settle()
    assert selectors.total("public", kind="penalty") == 5 == Slot.objects.count()
    assert selectors.by_kind() == {"penalty": 5}
    assert selectors.by_year(kind="penalty") == {2026: 5}
    assert selectors.by_measure() == {1: 5, 2: 0, 3: 0}
    assert selectors.by_unit() == {city["market"].path: 3, city["water"].path: 2}
    assert selectors.by_child(city["city"]) == {city["market"].path: 3, city["water"].path: 2}


def test_rebuilt_counters_are_the_same(many, city):
    acts.withdraw(many[0], actor=city.approver, now=NOW, reason="一")
    acts.restore(many[0], actor=city.approver, now=NOW, reason="二")
    settle()
    rows = set(Counter.objects.values_list("kind", "unit_path", "audience", "year", "count"))
    rebuild(counters.VIEW, now=NOW)
    assert set(Counter.objects.values_list("kind", "unit_path", "audience", "year", "count")) == rows


def changed_plan(tmp_path, old, new):
    """Return the plan of these tests with one text exchanged for another."""
    folder = shutil.copytree(HERE / "plan", tmp_path / "plan")
    path = folder / "kinds" / "kinds.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return check_directory(folder).plan


CODE = "label: 统一社会信用代码, code: CF_XDR_SHXYM, required: true, filter: true"


def come_into_force(old, new):
    refilling.note(old, new, NOW.date())
    plan_actions.store_and_activate(new, NOW)


def test_a_change_of_plan_puts_records_into_their_new_slots(many, plan, tmp_path):
    new = changed_plan(tmp_path, CODE, CODE.removesuffix(", filter: true"))
    assert slots.slot_of(new, "penalty", "categories") != slots.slot_of(plan, "penalty", "categories")
    come_into_force(plan, new)
    assert selectors.left_to_refill() == 7
    assert refilling.catch_up() == 7
    assert selectors.left_to_refill() == 0
    assert selectors.listing(ANYONE, kind="penalty", filters={"categories": "warning"}).total == 3
    assert selectors.preparing("penalty") is None


def test_until_then_lists_go_on_and_say_what_cannot_be_asked_yet(many, plan, tmp_path):
    new = changed_plan(tmp_path, CODE, CODE.removesuffix(", filter: true"))
    come_into_force(plan, new)
    assert selectors.preparing("penalty").total == 7
    assert len(selectors.listing(ANYONE, kind="penalty").rows) == 7
    with pytest.raises(selectors.NotPrepared):
        selectors.listing(ANYONE, kind="penalty", filters={"categories": "warning"})


def test_fields_whose_slots_stay_can_be_asked_all_the_time(many, plan, tmp_path):
    new = changed_plan(tmp_path, CODE, CODE.removesuffix(", filter: true"))
    come_into_force(plan, new)
    assert selectors.listing(ANYONE, kind="penalty", sort="-decided_on").total == 7


def test_a_change_in_the_midst_of_another_begins_anew(many, plan, tmp_path):
    new = changed_plan(tmp_path, CODE, CODE.removesuffix(", filter: true"))
    come_into_force(plan, new)
    come_into_force(new, plan)
    refilling.catch_up()
    assert selectors.listing(ANYONE, kind="penalty", filters={"categories": "warning"}).total == 3


def test_a_record_withdrawn_meanwhile_does_not_come_back(many, plan, tmp_path, city):
    new = changed_plan(tmp_path, CODE, CODE.removesuffix(", filter: true"))
    come_into_force(plan, new)
    acts.withdraw(many[0], actor=city.approver, now=NOW, reason="一")
    refilling.catch_up()
    assert len(selectors.listing(ANYONE, kind="penalty").rows) == 6
    assert not Slot.objects.filter(record=many[0]).exists()


def test_a_value_of_another_type_is_read_in_the_new_one_and_left_out_if_it_cannot_be(many, plan, tmp_path):
    old = "name: fine, type: money, label: 罚款金额, code: CF_NR_FK, unit: 万元, min: 0"
    new = changed_plan(tmp_path, old, "name: fine, type: text, label: 罚款金额, code: CF_NR_FK")
    come_into_force(plan, new)
    refilling.catch_up()
    rows = selectors.listing(ANYONE, kind="penalty").rows
    assert all(isinstance(row.payload.get("fine", ""), str) for row in rows)


def test_an_old_wording_keeps_the_document_that_it_was_committed_to(many, plan, tmp_path):
    folder = shutil.copytree(HERE / "plan", tmp_path / "plan")
    path = folder / "kinds" / "kinds.yaml"
    path.write_text(path.read_text().replace("mask: surname", "mask: full"))
    before = selectors.document(many[0].live)
    plan_actions.store_and_activate(check_directory(folder).plan, NOW)
    assert selectors.document(Record.objects.get(pk=many[0].pk).live) == before


def test_records_follow_a_unit_to_its_new_place(many, city):
    from sunlit.units.models import Unit

    Unit.objects.filter(code="water").update(path=city["county"].path + "0009", parent=city["county"])
    assert refilling.move_paths() == 3
    moved = Unit.objects.get(code="water")
    assert len(selectors.listing(ANYONE, unit=city["county"]).rows) == 3
    assert selectors.total("public", unit=moved) == 3


def test_a_text_in_work_follows_its_unit_as_well(city, draft):
    from sunlit.records.models import Work
    from sunlit.units.models import Unit

    text = draft("notice", unit="market")
    Unit.objects.filter(code="market").update(path=city["county"].path + "0009", parent=city["county"])
    refilling.move_paths()
    assert Work.objects.get(pk=text.pk).unit_path == city["county"].path + "0009"
